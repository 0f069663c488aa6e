import type { AccountKind } from '../../session/session-store.ts'

/** Where an account of this kind has its own things. */
export function accountPath(kind: AccountKind, what: 'profile' | 'password'): string {
  return kind === 'admin' ? `system/admin/${what}` : `user/${what}`
}
