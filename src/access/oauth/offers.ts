import type { Caller } from '../../core/caller.ts'
import { toAppError } from '../../core/errors.ts'
import { UNRESTRICTED, type Verb } from '../../core/policy.ts'
import type { Accounts, AppAccount, UserAccount } from '../accounts.ts'
import type { Callers } from '../callers.ts'
import { effectiveAccess } from '../effective-access.ts'

/** A role that somebody may hand on to a program. */
export interface Offer {
  /** Absent: an administrator whom no role binds. */
  readonly appId?: number
  readonly role: string
  readonly services: readonly OfferedService[]
}

export interface OfferedService {
  readonly service: string
  /** Components as roles name them, with the verbs the role has there; undefined: everything. */
  readonly access?: readonly { readonly component: string; readonly verbs: readonly Verb[] }[] | undefined
}

/**
 * The roles of a user, one for each app they have one in, and what these may do in those of the services that they reach. An
 * administrator whom no role binds has one offer.
 */
export function offersTo(
  user: UserAccount,
  services: readonly string[],
  state: { readonly accounts: Accounts; readonly callers: Callers },
): Offer[] {
  const { accounts, callers } = state
  const plain = allowed(() => callers.callerFor({ user }))
  if (plain?.policy.key === UNRESTRICTED.key)
    return [{ role: 'Administrator', services: services.map((service) => ({ service })) }]
  return appsOf(user, accounts).flatMap((app) => {
    const caller = allowed(() => callers.callerFor({ app, user }))
    const { roleId, roleName, policy } = caller ?? {}
    if (roleId === undefined || roleName === undefined || !policy) return []
    const reached = services.filter((service) => policy.reaches(service))
    const offered = reached.map((service) => ({ service, access: accessIn(accounts, roleId, service) }))
    return [{ appId: app.id, role: roleName, services: offered }]
  })
}

/** Those in which the user has a role of their own, by name. */
function appsOf({ id }: UserAccount, { appByKeyHash, rolesByUser }: Accounts): AppAccount[] {
  const own = rolesByUser.get(id)
  return [...appByKeyHash.values()]
    .filter((app) => own?.has(app.id))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** What is switched off is no offer. */
function allowed(call: () => Caller): Caller | undefined {
  try {
    return call()
  } catch (error) {
    if (toAppError(error).code === 'forbidden') return undefined
    throw error
  }
}

function accessIn(accounts: Accounts, roleId: number, service: string): OfferedService['access'] {
  const rules = accounts.roleById.get(roleId)?.rules ?? []
  const named = rules.filter(
    (rule) => rule.service === null || rule.service.toLowerCase() === service.toLowerCase(),
  )
  const components = [...new Set(named.map(({ component }) => component))].toSorted()
  const { resource } = effectiveAccess(accounts, roleId, service, components)
  return resource
    .filter(({ verbs }) => verbs.length > 0)
    .map(({ component, verbs }) => ({ component, verbs }))
}
