import type { Aggregate, Filter, Order } from '../../core/database/query.ts'
import type { Field, Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { findByName } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import { planOrder } from './plan-fields.ts'
import { planFilterOver } from './plan-filter.ts'

interface Grouping {
  readonly aggregates: readonly Aggregate[]
  readonly groupBy: readonly string[]
}

type HavingRequest = {
  readonly having?: string | undefined
  readonly params?: Readonly<Record<string, string | number | boolean | null>> | undefined
}

/** A filter over groups: it may name the aliases of aggregates and the grouped fields. */
export function planHaving(
  table: Table,
  grouping: Grouping,
  request: HavingRequest,
  context: OperationContext,
): Filter | undefined {
  return planFilterOver(
    lookup(table, grouping),
    table,
    { filter: request.having, params: request.params },
    context,
  )
}

/** The order of groups: by aliases and grouped fields only, since nothing else has one value in a group. */
export function planGroupOrder(
  table: Table,
  { aggregates, groupBy }: Grouping,
  order: string | undefined,
): readonly Order[] {
  const orders = planOrder(table, order, { aliases: aggregates.map(({ alias }) => alias), stable: false })
  const known = new Set([...aggregates.map(({ alias }) => alias), ...groupBy])
  const stranger = orders.find(({ by }) => !known.has(by))
  if (!stranger) return orders
  throw new AppError('bad_request', `Invalid field '${stranger.by}' in order by clause.`, {
    hint: `Order groups by one of: ${[...known].join(', ')}`,
  })
}

function lookup(table: Table, { aggregates, groupBy }: Grouping): (name: string) => Field | undefined {
  const grouped = new Set(groupBy.map((name) => name.toLowerCase()))
  return (name) => {
    const aggregate = aggregates.find(({ alias }) => alias.toLowerCase() === name.toLowerCase())
    if (aggregate) return aliasField(table, aggregate)
    return grouped.has(name.toLowerCase()) ? findByName(table.fieldByName, name) : undefined
  }
}

/** A field that stands for an aggregate, so that values compared with it are typed. */
function aliasField(table: Table, { function: name, field, alias }: Aggregate): Field {
  const source = findByName(table.fieldByName, field)
  const keepsType = name === 'MIN' || name === 'MAX'
  const type = keepsType && source ? source.type : 'decimal'
  return { name: alias, type, dbType: '', allowNull: true, autoIncrement: false, isGenerated: true }
}
