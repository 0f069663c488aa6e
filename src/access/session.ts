import type { Caller } from '../core/caller.ts'
import type { UserAccount } from './accounts.ts'
import type { IssuedToken } from './tokens.ts'

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
  /** Of this session. */
  readonly last_login_date: string
  readonly host: string
  readonly token_expiry_date: string
  /** Where an API key came with the request and a role applies. */
  readonly role?: string
  readonly role_id?: number
}

/** A session as its owner sees it. */
export function sessionOf(
  user: UserAccount,
  { token, expiresAt, signedInAt }: IssuedToken,
  host: string,
  caller?: Pick<Caller, 'roleId' | 'roleName'>,
): Session {
  return {
    session_token: token,
    session_id: token,
    id: user.id,
    name: user.name,
    first_name: user.firstName ?? null,
    last_name: user.lastName ?? null,
    email: user.email,
    is_sys_admin: user.isAdmin,
    last_login_date: dateTime(signedInAt),
    host,
    token_expiry_date: dateTime(expiresAt),
    ...(caller?.roleName !== undefined && { role: caller.roleName }),
    ...(caller?.roleId !== undefined && { role_id: caller.roleId }),
  }
}

export function dateTime(moment: Date): string {
  return moment.toISOString().slice(0, 19).replace('T', ' ')
}
