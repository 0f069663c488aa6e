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

/** `group` with fields such as `status,SUM(total)` (dreamfactory-rest §4.4); names of aggregates: `SUM_total`, `COUNT_ALL`. */
export function planGroup(
  table: Table,
  request: GroupRequest,
  context: OperationContext,
): Pick<SelectQuery, 'fields' | 'groupBy' | 'aggregates' | 'having' | 'orderBy'> {
  const groupBy = planGroupFields(table, request.group ?? [])
  const fields: string[] = []
  const aggregates: Aggregate[] = []
  for (const requested of request.fields ?? groupBy) {
    const call = groupBy.length > 0 ? /^(\w+)\((.*)\)$/.exec(requested.trim()) : null
    if (call)
      aggregates.push(planAggregate(table, { function: call[1] ?? '', field: call[2] ?? '' }, requested))
    else fields.push(fieldNamed(table, requested))
  }
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

export function planGroupFields(table: Table, names: readonly string[]): string[] {
  return names.map((name) => {
    const field = findByName(table.fieldByName, name.trim())
    if (!field)
      throw unknownField(table, name, `Invalid or unknown field '${name.trim()}' in group by clause.`)
    return field.name
  })
}

/** Checks one aggregate against the table. `asked` is what error messages quote. */
export function planAggregate(
  table: Table,
  wanted: { function: string; field: string; alias?: string | undefined },
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
      hint: 'COUNT, MIN and MAX take any field.',
    })
  }
  return {
    function: name,
    field: field?.name ?? '*',
    alias: wanted.alias ?? `${name}_${field?.name ?? 'ALL'}`,
  }
}

const NUMERIC_ONLY: ReadonlySet<AggregateFunction> = new Set(['SUM', 'AVG'])
const NUMERIC: ReadonlySet<string> = new Set(['integer', 'decimal', 'float'])
