import { compilePolicy } from '../../src/access/policy.ts'
import type { AccessRule, Lookups, RuleFilter } from '../../src/access/rule.ts'
import type { Verb } from '../../src/core/policy.ts'

export const GET = 1
export const POST = 2
export const PATCH = 8
export const ALL = 31

export function rule(component: string, verbMask: number, more: Partial<AccessRule> = {}): AccessRule {
  return { service: 'shop', component, verbMask, requestorMask: 1, filters: [], filterOp: 'AND', ...more }
}

export function policy(rules: readonly AccessRule[], lookups: Lookups = new Map()) {
  return compilePolicy({ rules, roleId: 7, version: 1, lookups })
}

export function allows(
  rules: readonly AccessRule[],
  resource: string,
  verb: Verb = 'GET',
  service = 'shop',
): boolean {
  return policy(rules).decide(service, resource, verb).allowed
}

export const paid: RuleFilter = { name: 'status', operator: '=', value: 'paid' }
export const mine: RuleFilter = { name: 'owner_id', operator: '=', value: 5 }
export const isPaid = { op: '=', field: { name: 'status' }, value: { kind: 'text', value: 'paid' } }
export const isMine = { op: '=', field: { name: 'owner_id' }, value: { kind: 'number', value: '5' } }

export function rowFilter(
  rules: readonly AccessRule[],
  resource: string,
  verb: Verb = 'GET',
  lookups: Lookups = new Map(),
) {
  const access = policy(rules, lookups).decide('shop', resource, verb)
  return access.allowed ? (access.rowFilter ?? 'every row') : 'denied'
}
