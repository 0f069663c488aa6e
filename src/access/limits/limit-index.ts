import type { Caller } from '../../core/caller.ts'
import { VERBS } from '../../core/policy.ts'
import { normalizeResource, parseComponent } from '../component.ts'
import type { LimitedRequest, LimitRule } from './limit-rule.ts'

/** The limits in force, found by what they are about. */
export type LimitIndex = (request: LimitedRequest) => readonly LimitRule[]

const EVERYTHING = '*'

export function createLimitIndex(rules: readonly LimitRule[]): LimitIndex {
  const byKey = new Map<string, LimitRule[]>()
  for (const rule of rules) {
    const list = byKey.get(keyOf(rule))
    if (list) list.push(rule)
    else byKey.set(keyOf(rule), [rule])
  }
  return (request) => {
    const about = keysOf(request).flatMap((key) => byKey.get(key) ?? [])
    return about.length === 0 ? about : withoutOverridden(about.filter((rule) => fits(rule, request)))
  }
}

/** Under its narrowest mark; the rest is compared. */
function keyOf({ userId, roleId, service }: LimitRule): string {
  if (userId !== undefined) return `user:${userId}`
  if (roleId !== undefined) return `role:${roleId}`
  return service === undefined ? EVERYTHING : `service:${service}`
}

function keysOf({ caller: { userId, roleId }, service }: LimitedRequest): string[] {
  return [EVERYTHING, `service:${service.toLowerCase()}`, `user:${userId}`, `role:${roleId}`]
}

function fits({ service, verb, endpoint }: LimitRule, request: LimitedRequest): boolean {
  if (service !== undefined && service !== request.service.toLowerCase()) return false
  if (verb !== undefined && verb !== request.verb) return false
  return endpoint === undefined || isAt(endpoint, request)
}

/**
 * An endpoint that the caller may do nothing with is none to them: that its limit is used up would tell that it exists, and
 * refused requests must not use it up.
 */
function isAt(endpoint: string, { caller, service, resource }: LimitedRequest): boolean {
  const path = normalizeResource(resource())
  const { isExact, text } = parseComponent(endpoint)
  if (isExact ? path !== text : !`${path}/`.startsWith(text)) return false
  return !path.includes('/') || mayUse(caller, service, path)
}

function mayUse({ policy }: Caller, service: string, path: string): boolean {
  return VERBS.some((verb) => policy.decide(service, path, verb).allowed)
}

/** Of limits that differ only in that, the one for this user and the one for this verb count, and the general ones do not. */
function withoutOverridden(rules: readonly LimitRule[]): LimitRule[] {
  const narrowest = new Map<string, LimitRule>()
  for (const rule of rules) {
    const family = familyOf(rule)
    const other = narrowest.get(family)
    if (!other || rankOf(rule) > rankOf(other)) narrowest.set(family, rule)
  }
  return [...narrowest.values()]
}

function familyOf(rule: LimitRule): string {
  const { userId, isEachUser, roleId, service, endpoint, period } = rule
  return JSON.stringify([userId !== undefined || isEachUser, roleId, service, endpoint, period])
}

function rankOf({ userId, verb }: LimitRule): number {
  return (userId === undefined ? 0 : 2) + (verb === undefined ? 0 : 1)
}
