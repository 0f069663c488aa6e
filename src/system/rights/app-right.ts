import type { Given } from '../system-resource.ts'
import type { WriteContext } from '../write-context.ts'

/** A row filter may name the app by it. */
const NAME = 'name'

/**
 * Throws `forbidden`. Whoever knows the key of an app has its role: where it has one, also for some users, its key, its name and its
 * being switched on are as good as the role. Until then they are the maker's.
 */
export async function requireAppRight(given: Given, keys: Given, context: WriteContext): Promise<void> {
  const { stored, isBound, requireRoleRight, rows, userId } = context
  if (!isBound) return
  const before = stored?.role_id ?? null
  const { role_id: after = before } = given
  if (before !== after) requireRoleRight([before, after])
  if (!stored) return
  const isKeyed = Object.keys(keys).length > 0 || isProlonged(given.expires_date, stored.expires_date)
  const isRenamed = given[NAME] !== undefined && given[NAME] !== stored[NAME]
  const isActivated = given.is_active === true && stored.is_active === false
  if (!isKeyed && !isRenamed && !isActivated) return
  const mapped = await rows('user_to_app_to_role', { op: '=', field: 'app_id', value: Number(stored.id) })
  const roles = [...(before === null ? [] : [before]), ...mapped.map(({ role_id }) => role_id)]
  const isOwn = userId !== undefined && stored.created_by_id === userId
  if (roles.length > 0 || (isKeyed && !isOwn)) requireRoleRight(roles)
}

/** A key that ends later, or never, is as good as a new one. */
function isProlonged(given: unknown, stored: unknown): boolean {
  if (given === undefined || (stored ?? null) === null) return false
  const plain = (date: unknown) => String(date).replace('T', ' ').slice(0, 19)
  return given === null || plain(given) > plain(stored)
}
