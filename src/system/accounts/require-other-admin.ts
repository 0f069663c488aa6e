import type { Filter } from '../../core/database/query.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { WriteContext } from '../write-context.ts'

type Rows = WriteContext['rows']

/**
 * Throws `conflict` when this is the last administrator who may do everything: active, confirmed, and without roles of their own.
 * Inside the transaction, where other writers wait.
 */
export async function requireOtherAdmin(
  account: Row,
  what: 'deleted' | 'deactivated' | 'invited' | 'given a role',
  rows: Rows,
): Promise<void> {
  if (account.is_sys_admin !== true || account.is_active !== true) return
  if (account.confirm_expires_date !== null) return
  const where: Filter = {
    op: 'and',
    all: [
      { op: '=', field: 'is_sys_admin', value: true },
      { op: '=', field: 'is_active', value: true },
      { op: 'is_null', field: 'confirm_expires_date' },
      { op: '!=', field: 'id', value: Number(account.id) },
    ],
  }
  const others = await rows('user', where)
  const restricted = await restrictedAmong(others, rows)
  if (others.some(({ id }) => !restricted.has(Number(id)))) return
  throw new AppError('conflict', `The last active administrator cannot be ${what}.`, {
    hint: 'Make another administrator first.',
  })
}

async function restrictedAmong(accounts: readonly Row[], rows: Rows): Promise<ReadonlySet<number>> {
  const values = accounts.map(({ id }) => Number(id))
  const roles = await rows('user_to_app_to_role', { op: 'in', field: 'user_id', values })
  return new Set(roles.map(({ user_id }) => Number(user_id)))
}
