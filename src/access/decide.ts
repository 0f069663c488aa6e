import { unconfirmedRows } from '../core/confirm.ts'
import { type Access, DELETE_ALL, VERB_BIT, type Verb } from '../core/policy.ts'
import { lowestLimits } from '../core/rule-limits.ts'
import { normalizeResource } from './component.ts'
import type { AccessRule, RowCondition } from './rule.ts'
import type { RuleGroup, RuleIndex } from './rule-index.ts'

/** What the rules say, and which of them said it. */
export type Verdict = Allowed | Denied

/** All of the rules hold together. */
type Allowed = Extract<Access, { allowed: true }> & By

/** `problem` when the rules would allow but a row filter cannot be applied. */
type Denied = { readonly allowed: false; readonly problem?: string; readonly isUnfilterable?: true } & By

interface By {
  /** Refused and empty: no rule covers it. */
  readonly by: readonly AccessRule[]
}

const DENIED: Denied = { allowed: false, by: [] }

/** The rules of one role for one service, with each rule's row condition bound for the caller. */
export interface ServiceRules {
  readonly index: RuleIndex
  conditionOf(rule: AccessRule): RowCondition
}

export function decide(rules: ServiceRules, resource: string, verb: Verb): Verdict {
  const path = normalizeResource(resource)
  const [kind, name] = path.split('/')
  if (kind === '_schema' && name) return decideSchema(rules, path, verb)
  if (kind === '_table' && name) return decideTable(rules, path, verb)
  if (kind === DELETE_ALL) return decideByName(rules, path, verb)
  const verdict = verdictOf(rules, rules.index.find(path), verb)
  return isRoutine(kind) ? ofTheWhole(verdict) : verdict
}

/** A table, or below it: `_table/orders`, `_table/orders/5`. */
function decideTable(rules: ServiceRules, path: string, verb: Verb): Verdict {
  const table = entityOf(path)
  const own = rules.index.find(path)
  const verdict = verdictOf(rules, own, verb)
  if (path === table || !verdict.allowed) return verdict
  return restrictedBy(verdict, own, rules.index.find(table), verdictFor(rules, verb))
}

/**
 * Below a table (`_table/orders/5`), rules on the table itself restrict what broader rules grant: else a filter or a
 * refusal on `_table/orders` could be walked round by id. Row filters of both are AND-ed.
 */
function restrictedBy(
  verdict: Verdict,
  own: RuleGroup | undefined,
  ofEntity: RuleGroup | undefined,
  verdictOfGroup: (group: RuleGroup | undefined) => Verdict,
): Verdict {
  if (!own || !ofEntity || own === ofEntity || !verdict.allowed) return verdict
  const whole = verdictOfGroup(ofEntity)
  if (!whole.allowed) return whole.problem || isMoreSpecificOnEntity(ofEntity, own) ? whole : verdict
  return allOf([verdict, whole])
}

/** True when `own` covers the entity only as one among many, or comes from a lower layer. */
function isMoreSpecificOnEntity(ofEntity: RuleGroup, own: RuleGroup): boolean {
  if (own.isForAllServices && !ofEntity.isForAllServices) return true
  return ofEntity.isExact && !own.text.startsWith(`${ofEntity.text}/`)
}

/**
 * A schema, or below it. A rule that names `_schema` decides. Rules about everything (`*`) say nothing of schemas in
 * particular: there a schema can be seen exactly when its table can be read, and changed only when it can be seen.
 */
function decideSchema(rules: ServiceRules, path: string, verb: Verb): Verdict {
  const entity = entityOf(path)
  const own = rules.index.find(path)
  const ofEntity = rules.index.find(entity)
  const verdict = restrictedBy(verdictOf(rules, own, verb), own, ofEntity, verdictFor(rules, verb))
  const naming = [own, ofEntity].find((group) => group?.text.startsWith('_schema'))
  const named = verdictOf(rules, naming, verb)
  if (naming && (!named.allowed || verdict.allowed)) return named.allowed ? verdict : named
  const table = decideTable(rules, entity.replace('_schema', '_table'), 'GET')
  return verb === 'GET' || !table.allowed ? table : verdict
}

/** Only a rule that names it grants it: a rule about everything does not. It is for whole tables, so for no rows of them alone. */
function decideByName(rules: ServiceRules, path: string, verb: Verb): Verdict {
  const own = rules.index.find(path)
  return own?.text.startsWith(DELETE_ALL) ? ofTheWhole(verdictOf(rules, own, verb)) : DENIED
}

/** A routine's answer has no rows and fields to withhold: a rule for some of them grants none. */
function ofTheWhole(verdict: Verdict): Verdict {
  return verdict.allowed && (verdict.rowFilter || verdict.fields)
    ? { allowed: false, by: verdict.by, isUnfilterable: true }
    : verdict
}

function isRoutine(kind: string | undefined): boolean {
  return kind === '_proc' || kind === '_func'
}

/** `_table/orders` of `_table/orders/5`. */
function entityOf(path: string): string {
  return path.split('/', 2).join('/')
}

function verdictFor(rules: ServiceRules, verb: Verb): (group: RuleGroup | undefined) => Verdict {
  return (group) => verdictOf(rules, group, verb)
}

/** Masks of the rules of one rank are OR-ed; what those that grant the verb ask for holds together. */
function verdictOf({ conditionOf }: ServiceRules, group: RuleGroup | undefined, verb: Verb): Verdict {
  const granting = group?.rules.filter(({ verbMask }) => (verbMask & VERB_BIT[verb]) !== 0) ?? []
  if (granting.length === 0) return group ? { allowed: false, by: group.rules } : DENIED
  const verdicts: Allowed[] = []
  for (const rule of granting) {
    const condition = conditionOf(rule)
    if ('problem' in condition) return { allowed: false, problem: condition.problem, by: [rule] }
    verdicts.push({
      allowed: true,
      by: [rule],
      ...(condition.filter && { rowFilter: condition.filter }),
      ...(rule.fields && { fields: fieldsOf(rule.fields) }),
      ...(rule.limits && { limits: rule.limits }),
      ...(rule.confirm !== undefined && { confirmOver: unconfirmedRows(rule.confirm) }),
    })
  }
  return allOf(verdicts)
}

/** What all of them let through: every row filter, fields that all of them name, the lowest limits, the strictest wish for a confirmation. */
function allOf(verdicts: readonly Allowed[]): Allowed {
  const by = verdicts.flatMap((verdict) => verdict.by)
  const filters = verdicts.flatMap(({ rowFilter }) => rowFilter ?? [])
  const [first] = filters
  const fields = commonFields(verdicts.flatMap((verdict) => verdict.fields ?? []))
  const limits = lowestLimits(verdicts.map((verdict) => verdict.limits))
  const over = verdicts.flatMap(({ confirmOver }) => confirmOver ?? [])
  if (!first && !fields && !limits && over.length === 0) return { allowed: true, by }
  return {
    allowed: true,
    by,
    ...(first && { rowFilter: filters.length === 1 ? first : { op: 'and', all: filters } }),
    ...(fields && { fields }),
    ...(limits && { limits }),
    ...(over.length > 0 && { confirmOver: Math.min(...over) }),
  }
}

/** One set for one rule, so that it can be told by its identity. */
const sets = new WeakMap<readonly string[], ReadonlySet<string>>()

function fieldsOf(names: readonly string[]): ReadonlySet<string> {
  const known = sets.get(names) ?? new Set(names.map((name) => name.toLowerCase()))
  sets.set(names, known)
  return known
}

function commonFields(all: readonly ReadonlySet<string>[]): ReadonlySet<string> | undefined {
  const [first, ...rest] = all
  if (!first || rest.length === 0) return first
  return new Set([...first].filter((name) => rest.every((other) => other.has(name))))
}
