import type { Access, AccessPolicy, Verb } from '../../core/policy.ts'

/** In place of a service's name: every service that the role reaches. */
const ALL_SERVICES = '*'
/** Of the server itself: no token of another program administers it, whatever its owner may do. */
const OF_THE_SERVER: ReadonlySet<string> = new Set(['system', 'user'])
/** Policies kept for one role: scopes come from tokens. */
const MAX_KEPT = 1_000

/** `shop:read` and `shop:write`; of no service in particular `*:read` and `*:write`. Writing implies reading. */
export function scopesOf(service: string | undefined): readonly [read: string, write: string] {
  const name = service?.toLowerCase() ?? ALL_SERVICES
  return [`${name}:read`, `${name}:write`]
}

/** What a token must have for a verb on a service: all of it, for one step up. */
export function scopesNeeded(service: string, verb: Verb): readonly string[] {
  const [read, write] = scopesOf(service)
  return verb === 'GET' ? [read] : [read, write]
}

/** False for what no scope opens. */
export function hasScopes(service: string): boolean {
  return !OF_THE_SERVER.has(service.toLowerCase())
}

/** The scopes of this server among those of a token; others mean nothing here. */
export function ownScopes(scopes: readonly string[]): string[] {
  return scopes.filter((scope) => /^[^\s:]+:(?:read|write)$/.test(scope)).map((scope) => scope.toLowerCase())
}

/** A policy cut to what scopes allow of it: both must grant. The same object for the same two. */
export type ScopedPolicies = (policy: AccessPolicy, scopes: readonly string[]) => AccessPolicy

export function createScopedPolicies(): ScopedPolicies {
  const made = new WeakMap<AccessPolicy, Map<string, AccessPolicy>>()
  return (policy, scopes) => {
    const granted = [...new Set(scopes)].toSorted()
    const kept = made.get(policy) ?? new Map<string, AccessPolicy>()
    const key = granted.join(' ')
    const known = kept.get(key) ?? cutTo(policy, new Set(granted), key)
    if (kept.size >= MAX_KEPT) kept.clear()
    made.set(policy, kept.set(key, known))
    return known
  }
}

function cutTo(policy: AccessPolicy, granted: ReadonlySet<string>, key: string): AccessPolicy {
  return {
    ...policy,
    key: `${policy.key}:scopes:${key}`,
    decide(service, resource, verb) {
      const access = policy.decide(service, resource, verb)
      return !access.allowed || covers(granted, service, verb) ? access : refused(service, verb)
    },
    reaches: (service) => covers(granted, service, 'GET') && policy.reaches(service),
  }
}

function covers(granted: ReadonlySet<string>, service: string, verb: Verb): boolean {
  const name = service.toLowerCase()
  if (!hasScopes(name)) return false
  return [...scopesOf(name), ...scopesOf(undefined)].some(
    (scope) => granted.has(scope) && (verb === 'GET' || scope.endsWith(':write')),
  )
}

function refused(service: string, verb: Verb): Access {
  const reason = hasScopes(service)
    ? `Access Forbidden. The access token lacks the scope ${scopesNeeded(service, verb).at(-1)}.`
    : 'Access Forbidden. Access tokens do not open the services of the server itself.'
  return Object.freeze({ allowed: false, reason })
}
