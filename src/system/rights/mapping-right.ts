import { AppError } from '../../core/errors.ts'
import type { WriteContext } from '../write-context.ts'

type Context = Pick<WriteContext, 'isBound' | 'requireRoleRight' | 'rows'>

/** Throws `forbidden` when the role of an administrator is at stake and the caller is bound by one. */
export async function requireNoAdmin(userIds: readonly unknown[], { isBound, rows }: Context): Promise<void> {
  if (!isBound) return
  const values = userIds.filter((id) => typeof id === 'number')
  const accounts = await rows('user', { op: 'in', field: 'id', values })
  if (accounts.some(({ is_sys_admin }) => is_sys_admin !== false)) throw adminRefused()
}

/** Before an app or a role goes, and the roles that users have by it: without theirs, administrators may do everything. */
export async function requireMappingsRight(
  column: 'app_id' | 'role_id',
  id: number,
  { isBound, requireRoleRight, rows }: Context,
): Promise<void> {
  if (!isBound) return
  const ofRecord = { op: '=', field: column, value: id } as const
  const mapped = await rows('user_to_app_to_role', ofRecord)
  if (mapped.length === 0) return
  requireRoleRight(mapped.map(({ role_id }) => role_id))
  const admins = await rows('user', { op: '=', field: 'is_sys_admin', value: true })
  const ofAdmins = { op: 'in', field: 'user_id', values: admins.map((admin) => Number(admin.id)) } as const
  const theirs = await rows('user_to_app_to_role', { op: 'and', all: [ofRecord, ofAdmins] })
  if (theirs.length > 0) throw adminRefused()
}

function adminRefused(): AppError {
  return new AppError(
    'forbidden',
    'Access Forbidden. Only administrators without a role of their own may change the roles of administrators.',
  )
}
