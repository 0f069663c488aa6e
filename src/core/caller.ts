import type { AccessPolicy } from './policy.ts'

/** Who makes a request, as the access layer found out. */
export interface Caller {
  readonly kind: 'anonymous' | 'app' | 'user' | 'admin' | 'local'
  readonly policy: AccessPolicy
  /** Short and safe for logs: `app:agent`, `admin:3`. Never a key or token. */
  readonly label: string
  readonly userId?: number
  readonly appId?: number
  readonly roleId?: number
  readonly roleName?: string
  /** Values for `{user.id}`-style lookups in client filters, by lower-cased name. */
  readonly lookups: ReadonlyMap<string, string | number | boolean | null>
}
