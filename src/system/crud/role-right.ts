import { AppError } from '../../core/errors.ts'
import type { AccessPolicy } from '../../core/policy.ts'
import { isBound, SYSTEM } from './system-policy.ts'

/**
 * Throws `forbidden` unless the caller may PATCH roles, and each of these; what is no id is none. Rights to some roles only
 * are not enough, nor are those to the app or the user that a role is for.
 */
export function requireRoleRight(roles: readonly unknown[], policy: AccessPolicy): void {
  if (!isBound(policy)) return
  const ids = roles.filter((role) => typeof role === 'number')
  const isAllowed = ['role', ...ids.map((id) => `role/${id}`)].every((address) => {
    const access = policy.decide(SYSTEM, `_table/${address}`, 'PATCH')
    return access.allowed && !access.rowFilter
  })
  if (isAllowed) return
  throw new AppError(
    'forbidden',
    'Access Forbidden. Your role does not allow you to give or take roles, or to change keys that others made.',
    { hint: "This needs PATCH on 'role/*' of the service 'system'." },
  )
}
