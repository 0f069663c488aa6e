import type { Row } from '../../core/database/value.ts'
import { MASK } from '../secrets.ts'
import type { Given } from '../system-resource.ts'
import type { WriteContext } from '../write-context.ts'
import { templatesOfCodes } from './code-mail-right.ts'
import { namesLookup } from './lookup-uses.ts'

/**
 * Throws `forbidden`. A value that a row filter compares with decides which rows a role has, so those of users and apps go with roles,
 * and so do those of the system that a role names. What the config of a service or a message with a code names is for whom no role
 * binds. `given` undefined: it goes.
 */
export async function requireLookupRight(
  owner: 'role_id' | 'app_id' | 'user_id' | undefined,
  given: Given | undefined,
  context: WriteContext,
): Promise<void> {
  const { isBound, requireRoleRight, requireUnbound, stored, tools } = context
  // Whoever may change a role may change its rules.
  if (!isBound || owner === 'role_id' || (given && stored && !isChanged(given, stored))) return
  if (owner !== undefined) return requireRoleRight([])
  const names = [stored?.name, given?.name].filter((name) => typeof name === 'string')
  const templates = await templatesOfCodes(context)
  for (const name of names) {
    const { roles, isInConfig } = tools.lookupUses(name)
    if (isInConfig || namesLookup(templates, name)) requireUnbound()
    if (roles.length > 0) requireRoleRight(roles)
  }
}

function isChanged(given: Given, stored: Row): boolean {
  const isKept = (field: string) =>
    field === 'description' ||
    given[field] === stored[field] ||
    (field === 'value' && given.value === MASK && stored.private === true)
  return !Object.keys(given).every(isKept)
}
