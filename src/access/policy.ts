import { createHash } from 'node:crypto'
import type { Access, AccessPolicy, Verb } from '../core/policy.ts'
import { VERBS } from '../core/policy.ts'
import { normalizeResource } from './component.ts'
import { decide, type ServiceRules } from './decide.ts'
import { bindRowCondition, lookupsOf, readRowCondition } from './row-condition.ts'
import type { AccessRule, Lookups, RowCondition } from './rule.ts'
import { indexRules } from './rule-index.ts'

export interface PolicySource {
  readonly roleId: number
  /** Changes whenever the rules do. */
  readonly version: string | number
  readonly rules: readonly AccessRule[]
}

/** The policy of a role for a caller with these lookups. */
export function compilePolicy({
  lookups,
  ...source
}: PolicySource & { readonly lookups: Lookups }): AccessPolicy {
  return compileRole(source)(lookups)
}

/** Decisions kept a policy; a flood of invented names starts it over. */
const MAX_DECISIONS = 5_000
/** Policies kept a role: more callers with lookups of their own than this are compiled again. */
const MAX_POLICIES = 1_000
/** The requestor bit of everything that comes through a door. */
const API = 1

/**
 * Reads the rules once; the function it returns makes (or finds) the policy for a caller. Callers whose lookups agree
 * as far as the rules use them share one policy.
 */
export function compileRole({ roleId, version, rules }: PolicySource): (lookups: Lookups) => AccessPolicy {
  const counted = rules.filter(({ requestorMask }) => (requestorMask & API) !== 0)
  const conditions = new Map(counted.map((rule) => [rule, readRowCondition(rule)]))
  const used = [...new Set([...conditions.values()].flatMap(lookupNames))].sort()
  const policies = new Map<string, AccessPolicy>()
  return (lookups) => {
    const key = `role:${roleId}:${version}${digestOf(used, lookups)}`
    const known = policies.get(key)
    if (known) return known
    if (policies.size >= MAX_POLICIES) policies.clear()
    const policy = createPolicy(key, counted, bindConditions(conditions, lookups))
    policies.set(key, policy)
    return policy
  }
}

/** For callers who may do nothing: every decision is `reason`. */
export function denyAll(key: string, reason: string): AccessPolicy {
  const denied: Access = Object.freeze({ allowed: false, reason })
  return { key, decide: () => denied, reaches: () => false, limitsFields: false }
}

type ConditionOf = (rule: AccessRule) => RowCondition

function createPolicy(key: string, rules: readonly AccessRule[], conditionOf: ConditionOf): AccessPolicy {
  const services = new Map<string, ServicePolicy>()
  const policyOf = (service: string) => {
    const known = services.get(service)
    if (known) return known
    if (services.size >= MAX_DECISIONS) services.clear()
    const made = createServicePolicy(service, rules, conditionOf)
    services.set(service, made)
    return made
  }
  const limitsWrites = rules.some(({ limits }) => limits?.maxAffectedRows !== undefined)
  return {
    key,
    limitsWrites,
    limitsFields: rules.some(({ fields }) => fields !== undefined),
    decide: (service, resource, verb) => policyOf(service).decide(resource, verb),
    reaches: (service) => policyOf(service).reaches(),
  }
}

interface ServicePolicy {
  decide(resource: string, verb: Verb): Access
  reaches(): boolean
}

function createServicePolicy(
  name: string,
  all: readonly AccessRule[],
  conditionOf: ConditionOf,
): ServicePolicy {
  const service = name.toLowerCase()
  const index = indexRules(
    all.filter((rule) => rule.service?.toLowerCase() === service),
    all.filter((rule) => rule.service === null),
  )
  const rules: ServiceRules = { index, conditionOf }
  const decisions = new Map<Verb, Map<string, Access>>(VERBS.map((verb) => [verb, new Map()]))
  let reached: boolean | undefined
  return {
    decide(resource, verb) {
      const known = decisions.get(verb)
      const access = known?.get(resource)
      if (access) return access
      const made = accessOf(service, rules, resource, verb)
      if (known && known.size >= MAX_DECISIONS) known.clear()
      known?.set(resource, made)
      return made
    },
    reaches() {
      reached ??= grantsSomething(rules)
      return reached
    },
  }
}

function accessOf(service: string, rules: ServiceRules, resource: string, verb: Verb): Access {
  const verdict = decide(rules, resource, verb)
  if (verdict.allowed) {
    const { by: _, ...access } = verdict
    return Object.freeze(access)
  }
  return Object.freeze({ allowed: false, reason: verdict.problem ?? refusal(service, resource, verb) })
}

/** dreamfactory-rest §2.3 */
function refusal(service: string, resource: string, verb: Verb): string {
  const path = normalizeResource(resource)
  const component = path ? `component '${path}' of ` : ''
  return `Access Forbidden. ${verb} access to ${component}service '${service}' is not allowed by this user's role.`
}

/** Tries, for every component of the rules, the thing itself and something below it that no other rule names. */
function grantsSomething(rules: ServiceRules): boolean {
  const resources = rules.index.groups.flatMap(({ isExact, text }) =>
    isExact ? [text] : [text, `${text}\u0000`],
  )
  return resources.some((resource) => VERBS.some((verb) => decide(rules, resource, verb).allowed))
}

function bindConditions(conditions: ReadonlyMap<AccessRule, RowCondition>, lookups: Lookups): ConditionOf {
  const bound = new Map<AccessRule, RowCondition>()
  return (rule) => {
    const known = bound.get(rule)
    if (known) return known
    const made = bindRowCondition(conditions.get(rule) ?? { filter: undefined }, lookups)
    bound.set(rule, made)
    return made
  }
}

function lookupNames(condition: RowCondition): string[] {
  return 'filter' in condition && condition.filter ? lookupsOf(condition.filter) : []
}

/** Empty when the rules use no lookups. */
function digestOf(used: readonly string[], lookups: Lookups): string {
  if (used.length === 0) return ''
  const values = JSON.stringify(used.map((name) => [name, lookups.get(name) ?? null]))
  return `:${createHash('sha256').update(values).digest('hex').slice(0, 32)}`
}
