import type { Aggregate, Filter, Order } from '../../core/database/query.ts'
import type { Field, Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import type { FilterValue } from '../../core/filter.ts'
import { findByName } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import { planOrder } from './plan-fields.ts'
import { planFilterOver } from './plan-filter.ts'

interface Grouping {
  readonly aggregates: readonly Aggregate[]
  readonly groupBy: readonly string[]
  /** A value as groups show it, as it is compared. */
  readonly compared?: ((field: string, value: FilterValue) => FilterValue) | undefined
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
    {
      filter: request.having && withAliases(request.having, grouping),
      params: request.params,
      compared: grouping.compared,
    },
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
  if (!stranger) return withTies(orders, groupBy)
  throw new AppError('bad_request', `Invalid field '${stranger.by}' in order by clause.`, {
    hint: `Order groups by one of: ${[...known].join(', ')}`,
  })
}

/** Groups that are the same in the order would come in any: by what they are grouped by, every two differ. */
export function withTies(orderBy: readonly Order[], groupBy: readonly string[]): readonly Order[] {
  const named = new Set(orderBy.map(({ by }) => by))
  const ties = groupBy.filter((by) => !named.has(by))
  return [...orderBy, ...ties.map((by): Order => ({ by, direction: 'asc' }))]
}

function lookup(table: Table, { aggregates, groupBy }: Grouping): (name: string) => Field | undefined {
  const grouped = new Set(groupBy.map((name) => name.toLowerCase()))
  return (name) => {
    const aggregate = aggregates.find(({ alias }) => alias.toLowerCase() === name.toLowerCase())
    if (aggregate) return aliasField(table, aggregate)
    const field = grouped.has(name.toLowerCase()) ? findByName(table.fieldByName, name) : undefined
    if (field) return field
    const known = [...aggregates.map(({ alias }) => alias), ...groupBy]
    throw new AppError('bad_request', `Invalid field '${name.slice(0, 100)}' in having clause.`, {
      hint: `Groups have ${known.join(', ')}. Ask for an aggregate first: COUNT(*) is COUNT_ALL then, unless it has an alias.`,
    })
  }
}

/** `COUNT(*) > 1` is meant as `COUNT_ALL > 1`: calls outside of quotes stand for what fields calls them. */
function withAliases(having: string, { aggregates }: Grouping): string {
  return having.replaceAll(CALL, (whole, name: string | undefined, field = '') => {
    if (name === undefined) return whole
    const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()
    const found = aggregates.find((one) => same(one.function, name) && same(one.field, field.trim()))
    if (found) return found.alias
    throw new AppError('bad_request', `'having' needs ${whole.slice(0, 100)} among the aggregates.`, {
      hint: 'Ask for it in the request, too, such as COUNT(*) beside the fields of the group.',
    })
  })
}

const CALL = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\b(COUNT_DISTINCT|COUNT|SUM|AVG|MIN|MAX)\(([^()'"]*)\)/gi

/** A field that stands for an aggregate, so that values compared with it are typed. */
function aliasField(table: Table, { function: name, field, alias }: Aggregate): Field {
  const source = findByName(table.fieldByName, field)
  const keepsType = name === 'MIN' || name === 'MAX'
  const type = keepsType && source ? source.type : 'decimal'
  return { name: alias, type, dbType: '', allowNull: true, autoIncrement: false, isGenerated: true }
}
