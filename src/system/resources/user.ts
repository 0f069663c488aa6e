import { z } from 'zod'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { codeEnd } from '../accounts/code-book.ts'
import { requireOtherAdmin } from '../accounts/require-other-admin.ts'
import { invalidRecord } from '../crud/problems.ts'
import { flag, optionalText, reference, text, username } from '../field-rules.ts'
import { dateTime, now } from '../records.ts'
import { requireAccountRight } from '../rights/account-right.ts'
import { defineSystemResource, type Given, type SystemResource } from '../system-resource.ts'
import type { WriteContext, WriteTools } from '../write-context.ts'

/** Characters a password needs at least, whatever is configured. */
const LEAST_PASSWORD = { user: 12, admin: 16 } as const
/** Longer ones would be work for nothing. */
const MOST_PASSWORD = 1_000

/** People who sign in at `user/session`. */
export const user = account('user')

/** People who sign in at `system/admin/session`, and may do everything. */
export const admin = account('admin')

/** Two resources in one table, told apart by a column that no request can write. */
function account(name: 'user' | 'admin'): SystemResource {
  return defineSystemResource({
    name,
    tableName: 'user',
    description: 'Somebody who can sign in; administrators are users with is_sys_admin.',
    columns: {
      name: { type: 'string', length: 255 },
      username: { type: 'string', length: 255 },
      first_name: { type: 'string', length: 255, allowNull: true },
      last_name: { type: 'string', length: 255, allowNull: true },
      // In lower case.
      email: { type: 'string', length: 255 },
      phone: { type: 'string', length: 32, allowNull: true },
      is_active: { type: 'boolean', default: true },
      is_sys_admin: { type: 'boolean', default: false },
      // Argon2id.
      password: { type: 'string', length: 255, allowNull: true },
      last_login_date: { type: 'timestamp', allowNull: true },
      security_question: { type: 'string', length: 255, allowNull: true },
      // Argon2id.
      security_answer: { type: 'string', length: 255, allowNull: true },
      default_app_id: { type: 'integer', allowNull: true },
      oauth_provider: { type: 'string', length: 64, allowNull: true },
      // Null: confirmed. Else nobody can sign in, and the code that was sent works until then.
      confirm_expires_date: { type: 'timestamp', allowNull: true },
      // False: nobody but its owner says that the e-mail address is theirs.
      email_proven: { type: 'boolean', default: true },
      // Another number ends all sessions.
      session_epoch: { type: 'integer', default: 0 },
    },
    unique: ['username', 'email'],
    nameField: 'email',
    refersTo: { default_app_id: 'app' },
    fixed: { is_sys_admin: name === 'admin' },
    isForUnrestricted: name === 'admin',
    hidden: [
      'password',
      'is_sys_admin',
      'security_answer',
      'confirm_expires_date',
      'email_proven',
      'session_epoch',
    ],
    accepts: {
      name: text(255),
      username,
      first_name: optionalText(255),
      last_name: optionalText(255),
      email: z.string().trim().toLowerCase().max(255).pipe(z.email()),
      phone: optionalText(32),
      is_active: flag,
      password: z.string().min(LEAST_PASSWORD[name]).max(MOST_PASSWORD),
      security_question: optionalText(255),
      security_answer: z.string().min(1).max(255).nullable(),
      default_app_id: reference,
    },
    complete: withUsername,
    required: ['email'],
    shows: {
      confirmed: {
        needs: ['id'],
        isAlways: true,
        show: ({ id }, { confirmEnd }) => confirmEnd(Number(id)) === undefined,
      },
      expired: {
        needs: ['id'],
        isAlways: true,
        show: ({ id }, { confirmEnd }) => (confirmEnd(Number(id)) ?? now()) < now(),
      },
    },
    early: (given, tools) => withHashes(given, name, tools),
    toColumns,
    beforeDelete,
  })
}

/** Whoever is given no user name has the address as one (dreamfactory-rest §7.2). */
function withUsername(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const isGiven = record.username !== undefined || typeof record.email !== 'string'
  return isGiven ? record : { ...record, username: String(record.email).trim().toLowerCase() }
}

/** Hashing takes its time: before the transaction. */
async function withHashes(
  given: Given,
  kind: 'user' | 'admin',
  { maker, leastPassword }: WriteTools,
): Promise<Given> {
  if (typeof given.password === 'string') requireLength(given.password, leastPassword[kind])
  const hashed: Record<string, string> = {}
  for (const field of ['password', 'security_answer']) {
    const value = given[field]
    if (typeof value === 'string') hashed[field] = await maker.hashPassword(value)
  }
  return { ...given, ...hashed }
}

/** Throws `bad_request`. */
export function requireLength(password: string, least: number): void {
  if (password.length < least)
    throw invalidRecord({ password: [`The password field must be at least ${least} characters.`] })
}

async function toColumns(given: Given, context: WriteContext): Promise<Given> {
  await requireAccountRight(given, context)
  const { stored } = context
  const confirmation = await confirmationColumns(given, context)
  const proof = proofColumn(given, context)
  if (!stored) return { ...namesOf(given), ...given, ...confirmation, ...proof }
  const isEnding = stored.is_active === true && given.is_active === false
  if (isEnding) await requireOtherAdmin(stored, 'deactivated', context.rows)
  // Sessions end for good: they do not come back when the account or its address does.
  const isMoved = given.email !== undefined && given.email !== stored.email
  const isOver = isEnding || isMoved || confirmation.confirm_expires_date !== undefined
  const session_epoch = Number(stored.session_epoch) + 1
  return { ...given, ...confirmation, ...proof, ...(isOver && { session_epoch }) }
}

/** Nothing where it stays as it is. Who is bound by a role may not say whose an address is. */
function proofColumn(
  { email }: Given,
  { stored, isBound, options: { emailProof } }: WriteContext,
): { readonly email_proven?: boolean } {
  if (emailProof === 'proven') return { email_proven: true }
  const isNew = email !== undefined && email !== stored?.email
  return isNew ? { email_proven: emailProof === undefined && !isBound } : {}
}

/** Nothing where it stays as it is. A password from an administrator is as good as a code. */
async function confirmationColumns(
  { password }: Given,
  { stored, options: { unconfirmed }, rows }: WriteContext,
): Promise<Given> {
  if (unconfirmed) {
    if (stored) await requireUnconfirmed(stored, rows)
    return { confirm_expires_date: dateTime(codeEnd()) }
  }
  const isWaiting = typeof stored?.confirm_expires_date === 'string'
  return isWaiting && typeof password === 'string' ? { confirm_expires_date: null } : {}
}

/** An account in use is not taken from its owner by mistake. */
async function requireUnconfirmed(stored: Row, rows: WriteContext['rows']): Promise<void> {
  if (stored.confirm_expires_date !== null) return
  if (stored.password !== null && stored.last_login_date !== null)
    throw new AppError('bad_request', 'User with this identifier has already confirmed this account.', {
      hint: 'Leave out send_invite. Who lost the password asks for a new one by user/password?reset=true.',
    })
  await requireOtherAdmin(stored, 'invited', rows)
}

/** What a new account is called when nothing is said. */
function namesOf({ email, first_name, last_name }: Given): Given {
  const whole = [first_name, last_name].filter((part) => typeof part === 'string' && part !== '').join(' ')
  const [local = ''] = String(email).split('@')
  return { name: whole || local }
}

async function beforeDelete(stored: Row, context: WriteContext): Promise<void> {
  if (stored.id === context.userId) throw new AppError('forbidden', 'Cannot delete your account.')
  await requireOtherAdmin(stored, 'deleted', context.rows)
}
