import { AppError, type ErrorDetails } from './errors.ts'
import type { AccessPolicy } from './policy.ts'

/** Who makes a request, as the access layer found out. */
export interface Caller {
  readonly kind: 'anonymous' | 'app' | 'user' | 'admin' | 'local'
  readonly policy: AccessPolicy
  /** Short and safe for logs: `app:agent`, `admin:3`. Never a key or token. */
  readonly label: string
  /** The label of an administrator who tries something out in their place. */
  readonly actedBy?: string
  readonly userId?: number
  readonly appId?: number
  readonly roleId?: number
  readonly roleName?: string
  /** Of a caller with an access token that has scopes: `policy` is cut to them. */
  readonly scope?: TokenScope
  /** Why this caller may do nothing at all; absent when the rules of a role decide, or nothing does. */
  readonly withheld?: Withheld
  /** Values for `{user.id}`-style lookups in client filters, by lower-cased name. */
  readonly lookups: ReadonlyMap<string, string | number | boolean | null>
}

interface TokenScope {
  /** What the caller might do with a token of all scopes. */
  readonly whole: AccessPolicy
}

/** What is missing before rules could decide; 401 for those of whom too little is known, 403 for those without a role. */
export interface Withheld {
  readonly code: 'unauthenticated' | 'forbidden'
  /** For machines. */
  readonly reason: 'no_credentials' | 'no_api_key' | 'no_role'
  readonly message: string
}

/** The error for a caller who may not do what was asked; `message` when it is a rule that says so. */
export function refusalOf(
  { withheld }: Pick<Caller, 'withheld'>,
  message: string,
  details: ErrorDetails = {},
): AppError {
  const {
    code,
    reason,
    message: told,
  } = withheld ?? { code: 'forbidden', reason: 'not_allowed_by_role', message }
  return new AppError(code, told, { ...details, context: { reason } })
}
