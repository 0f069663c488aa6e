import { AppError } from '../../core/errors.ts'
import type { AccessPolicy } from '../../core/policy.ts'
import { isBound, SYSTEM } from './system-policy.ts'

/** No role has this id: only rules about all of them cover it. */
const ANY = 0

/**
 * Throws `forbidden` unless the caller may PATCH roles, and each of these; what is no id is none. Rights to some roles only
 * are not enough, nor are those to the app or the user that a role is for.
 */
export function requireRoleRight(roles: readonly unknown[], policy: AccessPolicy): void {
  if (!isBound(policy)) return
  const ids = roles.filter((role) => typeof role === 'number')
  const isAllowed = ['role', ...[ANY, ...ids].map((id) => `role/${id}`)].every((address) => {
    const access = policy.decide(SYSTEM, `_table/${address}`, 'PATCH')
    return access.allowed && !access.rowFilter && !access.fields
  })
  if (isAllowed) return
  throw new AppError(
    'forbidden',
    'Access Forbidden. Your role does not allow you to give or take roles, or what is as good as one: keys, passwords, addresses and lookups of others.',
    { hint: "This needs PATCH on 'role/*' of the service 'system'." },
  )
}

/** Throws `forbidden` for whom a role binds, whatever its rules say. */
export function requireUnbound(policy: AccessPolicy): void {
  if (!isBound(policy)) return
  throw new AppError(
    'forbidden',
    'Access Forbidden. Only administrators without a role of their own may configure services and the messages that codes are sent in.',
  )
}
