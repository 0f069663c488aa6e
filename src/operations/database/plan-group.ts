import {
  AGGREGATE_FUNCTIONS,
  type Aggregate,
  type AggregateFunction,
  type SelectQuery,
} from '../../core/database/query.ts'
import { type Table, valueClassOf } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { findByName } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import { fieldNamed, unknownField } from './plan-fields.ts'
import { planGroupOrder, planHaving } from './plan-having.ts'

interface GroupRequest {
  readonly fields?: readonly string[] | undefined
  readonly group?: readonly string[] | undefined
  readonly having?: string | undefined
  readonly params?: Readonly<Record<string, string | number | boolean | null>> | undefined
  readonly order?: string | undefined
}

/**
 * `group` with fields such as `status,SUM(total)` (dreamfactory-rest §4.4), or named aggregates alone: one row of all. Names of
 * aggregates are `SUM_total` and `COUNT_ALL`, or what stands before a colon: `revenue:SUM(total)`. `also` are fields by which
 * the rows are grouped besides. Throws `bad_request` for a field that has no one value in a group.
 */
export function planGroup(
  table: Table,
  request: GroupRequest,
  context: OperationContext,
  also: readonly string[] = [],
): Pick<SelectQuery, 'fields' | 'groupBy' | 'aggregates' | 'having' | 'orderBy'> {
  const groupBy = planGroupFields(table, request.group ?? [])
  const named = new Set<string>()
  const aggregates: Aggregate[] = []
  for (const requested of request.fields?.length ? request.fields : groupBy) {
    const own = aggregateNamed(table, requested)
    const call = readCall(requested)
    if (call && call.alias === undefined && groupBy.length === 0) throw unnamed(requested)
    if (own) aggregates.push(own)
    else if (call) aggregates.push(planAggregate(table, call, requested))
    else named.add(nameOf(table, requested))
  }
  const fields = [...named]
  if (aggregates.length > 0 || groupBy.length > 0) requireGrouped(fields, groupBy, also)
  else if (fields.length === 0)
    throw new AppError('bad_request', "'having' needs a group, or aggregates in fields.")
  requireAliases(aggregates, [...groupBy, ...fields])
  const grouping = { aggregates, groupBy: groupBy.length > 0 ? groupBy : fields }
  const having = planHaving(table, grouping, request, context)
  const orderBy = planGroupOrder(table, grouping, request.order)
  return {
    fields,
    groupBy: grouping.groupBy,
    ...(having ? { having } : {}),
    ...(aggregates.length > 0 ? { aggregates } : {}),
    ...(orderBy.length > 0 ? { orderBy } : {}),
  }
}

function requireGrouped(
  fields: readonly string[],
  groupBy: readonly string[],
  also: readonly string[],
): void {
  const field = fields.find(
    (name) => !groupBy.includes(name) && (groupBy.length === 0 || !also.includes(name)),
  )
  if (field === undefined) return
  throw new AppError('bad_request', `Invalid field requested: ${field}`, {
    hint:
      groupBy.length === 0
        ? `Beside aggregates a field needs a group: group=${field}`
        : `It has many values in a group: group=${[...groupBy, field].join(',')}, or an aggregate such as MAX(${field}).`,
  })
}

/** `alias:FUNCTION(field)`, the alias as it may be; undefined for what is no call. */
function readCall(
  requested: string,
): { function: string; field: string; alias?: string | undefined } | undefined {
  const [, alias, name, field] = /^(?:([^:()]*):)?(\w+)\(([^()]*)\)$/.exec(requested.trim()) ?? []
  if (name === undefined || field === undefined) return undefined
  return { function: name, field, alias: alias?.trim() }
}

/** As recorded of the original: an aggregate without a group is refused, unless it has a name. */
function unnamed(requested: string): AppError {
  const call = requested.trim().slice(0, 200)
  return new AppError('bad_request', `Invalid field requested: ${call}`, {
    hint: `Add a group, or name the aggregate: result:${call}`,
  })
}

function nameOf(table: Table, requested: string): string {
  const [, call, alias] = /^(.+\))\s+as\s+(\S+)$/i.exec(requested.trim()) ?? []
  if (call === undefined) return fieldNamed(table, requested)
  throw new AppError('bad_request', `Invalid field requested: ${requested.trim().slice(0, 200)}`, {
    hint: `Write ${alias}:${call}`,
  })
}

/** Throws `bad_request` for one that stands for two things in the result. */
export function requireAliases(aggregates: readonly Aggregate[], names: readonly string[]): void {
  const taken = new Set(names.map((name) => name.toLowerCase()))
  for (const { alias } of aggregates) {
    if (taken.has(alias.toLowerCase()))
      throw new AppError('bad_request', `The name '${alias}' is used twice in the result.`, {
        hint: 'Give each aggregate its own alias.',
      })
    taken.add(alias.toLowerCase())
  }
}

/** A virtual field of the table that is computed over many records. */
function aggregateNamed(table: Table, requested: string): Aggregate | undefined {
  const wanted = requested.trim().toLowerCase()
  const field = table.aggregates?.find(({ name }) => name.toLowerCase() === wanted)
  if (!field?.aggregate) return undefined
  const { function: name, column } = field.aggregate
  return planAggregate(table, { function: name, field: column, alias: field.name }, requested)
}

export function planGroupFields(table: Table, names: readonly string[]): string[] {
  const found = names.map((name) => {
    const field = findByName(table.fieldByName, name.trim())
    if (!field)
      throw unknownField(table, name, `Invalid or unknown field '${name.trim()}' in group by clause.`)
    return field.name
  })
  return [...new Set(found)]
}

/** Checks one aggregate against the table. `asked` is what error messages quote. */
export function planAggregate(
  table: Table,
  wanted: { function: string; field: string; alias?: string | undefined; distinct?: true | undefined },
  asked: string,
): Aggregate {
  const name = AGGREGATE_FUNCTIONS.find((known) => known === wanted.function.toUpperCase())
  if (!name)
    throw new AppError('bad_request', `Invalid field requested: ${asked}`, {
      hint: `Functions: ${AGGREGATE_FUNCTIONS.join(', ')}`,
    })
  const all = wanted.field.trim() === '*'
  if (all && name !== 'COUNT')
    throw new AppError('bad_request', `Invalid field requested: ${asked}`, {
      hint: '* goes with COUNT only.',
    })
  const field = all ? undefined : findByName(table.fieldByName, wanted.field.trim())
  if (!all && !field) throw unknownField(table, wanted.field, `Invalid field requested: ${asked}`)
  if (field && NUMERIC_ONLY.has(name) && !NUMERIC.has(valueClassOf(field.type))) {
    throw new AppError('bad_request', `${name} needs a numeric field; '${field.name}' is ${field.type}.`, {
      hint: 'COUNT takes any field, MIN and MAX any whose values have an order.',
    })
  }
  if (wanted.alias !== undefined && !ALIAS.test(wanted.alias))
    throw new AppError('bad_request', `Invalid alias '${wanted.alias.slice(0, 200)}'.`, {
      hint: 'Letters, digits, underscores and spaces, at most 63.',
    })
  const alias = wanted.alias ?? `${name}_${field?.name ?? 'ALL'}`
  if (!wanted.distinct || name === 'COUNT_DISTINCT')
    return { function: name, field: field?.name ?? '*', alias }
  if (!field)
    throw new AppError('bad_request', `Invalid field requested: ${asked}`, {
      hint: 'distinct needs a field.',
    })
  if (name === 'COUNT') return { function: 'COUNT_DISTINCT', field: field.name, alias }
  return { function: name, field: field.name, alias, distinct: true }
}

const ALIAS = /^[\p{L}_][\p{L}\p{N}_ ]{0,62}$/u

const NUMERIC_ONLY: ReadonlySet<AggregateFunction> = new Set(['SUM', 'AVG'])
const NUMERIC: ReadonlySet<string> = new Set(['integer', 'decimal', 'float'])
