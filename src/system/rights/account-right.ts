import type { Given } from '../system-resource.ts'
import type { WriteContext } from '../write-context.ts'

type Context = Pick<WriteContext, 'isBound' | 'requireRoleRight' | 'rows' | 'stored' | 'userId'>

/** Whoever chooses one of them can sign in as the account. */
const CREDENTIALS = ['password', 'email', 'security_question', 'security_answer'] as const

/**
 * Throws `forbidden` where rights to users would become the roles of another user, or make an account that was switched off
 * usable again. An account that the caller made, and nobody was given anything by, is still the caller's.
 */
export async function requireAccountRight(given: Given, context: Context): Promise<void> {
  const { stored, isBound, requireRoleRight, rows } = context
  if (!isBound || !stored) return
  const isTaken = CREDENTIALS.some((field) => given[field] !== undefined && given[field] !== stored[field])
  const isActivated = given.is_active === true && stored.is_active === false
  if (!isTaken && !isActivated) return
  const ofUser = { op: '=', field: 'user_id', value: Number(stored.id) } as const
  const mapped = await rows('user_to_app_to_role', ofUser)
  const lookups = await rows('lookup', ofUser)
  if (isUnused(context) && mapped.length === 0 && lookups.length === 0) return
  requireRoleRight(mapped.map(({ role_id }) => role_id))
}

function isUnused({ stored, userId }: Context): boolean {
  const isOwn = userId !== undefined && stored?.created_by_id === userId
  // Whoever chose a password by a code, or changed the profile, wrote the record too.
  const { last_login_date: used, last_modified_by_id: writer } = stored ?? {}
  return isOwn && used === null && (writer === null || writer === userId)
}
