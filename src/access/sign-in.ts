import { AppError } from '../core/errors.ts'
import type { UserAccount } from './accounts.ts'
import type { PasswordCheck } from './password-check.ts'
import type { Tokens } from './tokens.ts'

/** The body of a sign-in as it came: nothing is known of its fields. */
export interface SignInRequest {
  readonly email?: unknown
  readonly password?: unknown
  /** Accepted, and without effect: there are no sessions that last forever. */
  readonly remember_me?: unknown
  /** Of the client. */
  readonly address?: string | undefined
}

/** dreamfactory-rest §2.5; dates are UTC, `YYYY-MM-DD HH:MM:SS`. */
export interface Session {
  readonly session_token: string
  readonly session_id: string
  readonly id: number
  readonly name: string
  readonly first_name: string | null
  readonly last_name: string | null
  readonly email: string
  readonly is_sys_admin: boolean
  readonly last_login_date: string
  readonly host: string
  readonly token_expiry_date: string
}

/** `POST system/admin/session`. Throws `bad_request`, `unauthenticated`, `too_many_requests`, with the recorded messages. */
export function createAdminSignIn(options: {
  readonly checkPassword: PasswordCheck
  readonly tokens: Tokens
  /** Keeps the moment in the account. */
  readonly recordSignIn: (userId: number, date: string) => Promise<void>
  /** As the answer names this server. */
  readonly host: string
  readonly now?: () => number
}): (request: SignInRequest) => Promise<Session> {
  const { checkPassword, tokens, recordSignIn, host, now = Date.now } = options
  return async ({ email, password, address }) => {
    const attempt = { email: required(email, 'email'), password: required(password, 'password'), address }
    const user = await checkPassword(attempt)
    if (!user?.isAdmin) throw new AppError('unauthenticated', 'Invalid credentials supplied.')
    const signedInAt = dateTime(new Date(now()))
    await recordSignIn(user.id, signedInAt)
    const { token, expiresAt } = await tokens.issue(user)
    return sessionOf(user, { token, host, signedInAt, expiresAt: dateTime(expiresAt) })
  }
}

function required(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '') return value
  const given = value === undefined || value === null || value === ''
  throw new AppError(
    'bad_request',
    given
      ? `Login request is missing required ${field}.`
      : `The ${field} of a login request must be a string.`,
    { context: { field } },
  )
}

function sessionOf(
  user: UserAccount,
  made: {
    readonly token: string
    readonly host: string
    readonly signedInAt: string
    readonly expiresAt: string
  },
): Session {
  return {
    session_token: made.token,
    session_id: made.token,
    id: user.id,
    name: user.name,
    first_name: user.firstName ?? null,
    last_name: user.lastName ?? null,
    email: user.email,
    is_sys_admin: user.isAdmin,
    last_login_date: made.signedInAt,
    host: made.host,
    token_expiry_date: made.expiresAt,
  }
}

function dateTime(moment: Date): string {
  return moment.toISOString().slice(0, 19).replace('T', ' ')
}
