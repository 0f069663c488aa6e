import { AppError } from '../core/errors.ts'
import type { FilterExpression, FilterValue } from '../core/filter.ts'
import { bindFilter } from '../filter/bind.ts'
import { filterFromRules } from '../filter/from-rule.ts'
import { splitLookup } from '../filter/lookup-modifiers.ts'
import type { AccessRule, Lookups, RowCondition } from './rule.ts'

/** What a rule asks of rows, lookups not yet bound. A filter that makes no sense is a problem: the rule then denies. */
export function readRowCondition(rule: AccessRule): RowCondition {
  if (rule.filters.length === 0) return { filter: undefined }
  return orProblem(() => filterFromRules(rule.filters.map(storedFilter), rule.filterOp))
}

function storedFilter({ value, ...filter }: AccessRule['filters'][number]) {
  return value === undefined ? filter : { ...filter, value }
}

/** The condition for one caller: lookups bound as values. One that does not resolve, or is null, is a problem. */
export function bindRowCondition(condition: RowCondition, lookups: Lookups): RowCondition {
  if ('problem' in condition || !condition.filter) return condition
  const { filter } = condition
  const missing = lookupsOf(filter).find((name) => (lookups.get(name) ?? null) === null)
  if (missing !== undefined) {
    return {
      problem: `Access Forbidden. A row filter of this role needs {${missing}}, which this caller does not have.`,
    }
  }
  return orProblem(() => bindFilter(filter, { lookups }))
}

/** Throws `bad_request` that names the filter which makes no sense. */
export function requireRowFilters(filters: AccessRule['filters']): void {
  filterFromRules(filters.map(storedFilter), 'AND')
}

function orProblem(read: () => FilterExpression | undefined): RowCondition {
  try {
    return { filter: read() }
  } catch (error) {
    if (error instanceof AppError)
      return { problem: 'Access Forbidden. A row filter of this role cannot be understood.' }
    throw error
  }
}

/** The names of all lookups in the filter, lower case, without modifiers. */
export function lookupsOf(filter: FilterExpression): string[] {
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.all.flatMap(lookupsOf)
    case 'not':
      return lookupsOf(filter.filter)
    case 'in':
      return filter.values.flatMap(lookupIn)
    case 'between':
      return [filter.low, filter.high].flatMap(lookupIn)
    case 'is_null':
      return []
    default:
      return lookupIn(filter.value)
  }
}

function lookupIn(value: FilterValue): string[] {
  return value.kind === 'lookup' ? [splitLookup(value.name).name] : []
}
