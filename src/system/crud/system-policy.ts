import type { Caller } from '../../core/caller.ts'
import { type Access, type AccessPolicy, UNRESTRICTED } from '../../core/policy.ts'
import type { Views } from './views.ts'

export const SYSTEM = 'system'

/** As roles name what an address names: `_table/role/5` is `role/5`. A record without an address goes with its owner. */
export function systemPolicy(
  { policy, kind }: Caller,
  views: Views,
  services: () => readonly { readonly id: number; readonly name: string }[],
): AccessPolicy {
  const decide: AccessPolicy['decide'] = (_service, resource, verb) => {
    const [, group, name = '', below = ''] = /^_(table|schema)\/([^/]*)(\/.*)?$/.exec(resource) ?? []
    const view = views.find(name)
    if (!view) return policy.decide(SYSTEM, name || resource, verb)
    const { component, hasAddress, isForUnrestricted, readsAs } = view.resource
    if (isForUnrestricted && verb !== 'GET' && policy.key !== UNRESTRICTED.key) return FOR_UNRESTRICTED
    const access = policy.decide(SYSTEM, `${component}${hasAddress ? below : ''}`, verb)
    if (!access.allowed) return access
    if (access.fields) return FIELDS_LIMITED
    if (verb === 'GET' && readsAs !== undefined) {
      const other = policy.decide(SYSTEM, readsAs, 'GET')
      if (!isWholeAccess(other)) return other.allowed ? OWNER_FILTERED : other
    }
    if (group === 'schema') return { allowed: true }
    if (!hasAddress) return access.rowFilter ? OWNER_FILTERED : access
    return name === 'service' && kind !== 'admin' ? onlyReached(access, policy, services()) : access
  }
  return { decide, reaches: () => policy.reaches(SYSTEM), limitsFields: false, key: keyOf(policy) }
}

/** Of a policy that `systemPolicy` made: the rules of a role decide. */
export function isBound({ key }: AccessPolicy): boolean {
  return key !== keyOf(UNRESTRICTED)
}

function keyOf({ key }: AccessPolicy): string {
  return `system:${key}`
}

/** All of a resource, and not some of its rows only. */
export function isWholeAccess(access: Access): boolean {
  return access.allowed && !access.rowFilter && !access.fields
}

/** Whoever writes administrators makes one that nothing binds. */
const FOR_UNRESTRICTED: Access = {
  allowed: false,
  reason: 'Access Forbidden. Only administrators without a role of their own may change administrators.',
}

/** A filter on the owner's rows cannot be asked of other rows: better none of them. */
const OWNER_FILTERED: Access = {
  allowed: false,
  reason: 'Access Forbidden. Your role sees some of the records these belong to only.',
}

/** Records of the system are told apart by rows and not by fields: better none of them. */
const FIELDS_LIMITED: Access = {
  allowed: false,
  reason: 'Access Forbidden. Rules for some fields grant nothing in the system.',
}

/** dreamfactory-rest §3.5: services in which the caller may do anything. */
function onlyReached(
  access: Extract<Access, { allowed: true }>,
  policy: AccessPolicy,
  services: readonly { readonly id: number; readonly name: string }[],
): Access {
  const values = services
    .filter(({ name }) => policy.reaches(name))
    .map(({ id }) => ({ kind: 'number', value: String(id) }) as const)
  const reached = { op: 'in', field: { name: 'id' }, values } as const
  const { rowFilter } = access
  return { allowed: true, rowFilter: rowFilter ? { op: 'and', all: [rowFilter, reached] } : reached }
}
