import {
  AGGREGATE_FUNCTIONS,
  type Aggregate,
  type AggregateFunction,
  type SelectQuery,
} from '../../core/database/query.ts'
import { type Table, valueClassOf } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { fieldNamed, planOrder, unknownField } from './plan-fields.ts'

interface GroupRequest {
  readonly fields?: readonly string[] | undefined
  readonly group?: readonly string[] | undefined
  readonly having?: string | undefined
  readonly order?: string | undefined
}

/** `group` with fields such as `status,SUM(total)` (dreamfactory-rest §4.4); names of aggregates: `SUM_total`, `COUNT_ALL`. */
export function planGroup(
  table: Table,
  request: GroupRequest,
): Pick<SelectQuery, 'fields' | 'groupBy' | 'aggregates' | 'orderBy'> {
  if (request.having !== undefined) {
    throw new AppError('bad_request', "The parameter 'having' is not supported here.", {
      hint: 'Use aggregate_data, which has it.',
    })
  }
  const groupBy = planGroupFields(table, request.group ?? [])
  const fields: string[] = []
  const aggregates: Aggregate[] = []
  for (const requested of request.fields ?? groupBy) {
    const call = groupBy.length > 0 ? /^(\w+)\((.*)\)$/.exec(requested.trim()) : null
    if (call)
      aggregates.push(planAggregate(table, { function: call[1] ?? '', field: call[2] ?? '' }, requested))
    else fields.push(fieldNamed(table, requested))
  }
  const orderBy = planOrder(table, request.order, {
    aliases: aggregates.map(({ alias }) => alias),
    stable: false,
  })
  return {
    fields,
    groupBy: groupBy.length > 0 ? groupBy : fields,
    ...(aggregates.length > 0 ? { aggregates } : {}),
    ...(orderBy.length > 0 ? { orderBy } : {}),
  }
}

export function planGroupFields(table: Table, names: readonly string[]): string[] {
  return names.map((name) => {
    const field = table.fieldByName.get(name.trim().toLowerCase())
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
  const field = all ? undefined : table.fieldByName.get(wanted.field.trim().toLowerCase())
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
