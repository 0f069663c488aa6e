import type { Order } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { didYouMean, findByName, nearest } from '../../core/names.ts'
import { readOrder, type WrittenOrder } from './read-order.ts'
import { tableFacts } from './table-facts.ts'

/** Requested field names as the schema spells them; all when none or `*` is asked for, the key for an empty list. Throws `bad_request`. */
export function planFields(table: Table, requested: readonly string[] | undefined): readonly string[] {
  if (requested === undefined || requested.includes('*')) return tableFacts(table).allFields
  if (requested.length === 0 && table.primaryKey.length > 0) return [...table.primaryKey]
  if (requested.length === 0) return tableFacts(table).allFields
  return [...new Set(requested.map((name) => fieldNamed(table, name)))]
}

export function fieldNamed(table: Table, name: string): string {
  const field = findByName(table.fieldByName, name.trim())
  if (field) return field.name
  throw unknownField(table, name, `Invalid field requested: ${name.trim().slice(0, 200)}`)
}

export function unknownField(table: Table, name: string, message: string): AppError {
  const names = table.fields.map((field) => field.name)
  const near = nearest(name, names)
  return new AppError('bad_request', message, {
    hint: didYouMean(near) || `Fields of ${table.name}: ${names.join(', ')}`,
    ...(near.length > 0 ? { didYouMean: near } : {}),
  })
}

/** The fields that identify a record: the primary key, or the ones a request names instead. Throws when there are none. */
export function identifyingFields(table: Table, requested?: readonly string[]): string[] {
  const names = requested ?? table.primaryKey
  const fields = names.map((name) => findByName(table.fieldByName, name.trim())?.name)
  if (fields.length > 0 && fields.every((name) => name !== undefined)) return fields
  throw new AppError('bad_request', 'Identifying field(s) could not be determined.', {
    hint: requested
      ? `id_field takes fields of ${table.name}: ${table.fields.map(({ name }) => name).join(', ')}`
      : `'${table.name}' has no primary key: read its records by a filter. REST takes in id_field the fields that tell them apart, also for writes.`,
  })
}

/**
 * `f1 [asc|desc] [nulls first|last], …` over fields and, when given, aliases. The table's key is added as the last
 * criterion where it is not there yet, so that pages are stable.
 */
export function planOrder(table: Table, text: string | undefined, options: OrderOptions): readonly Order[] {
  if (text === undefined) return options.stable ? tableFacts(table).keyOrder : []
  if (text.includes(';')) throw new AppError('bad_request', 'Invalid order by clause in request.')
  const asked = readOrder(text)
  if (asked.length === 0 && text.trim() !== '')
    throw new AppError('bad_request', 'Invalid order by clause in request.')
  if (asked.length > MOST_ORDERS)
    throw new AppError('bad_request', `At most ${MOST_ORDERS} fields in order by clause.`)
  const orders = asked.map((part) => orderBy(table, part, options))
  const named = new Set(orders.flatMap(({ by, through }) => (through ? [] : [by])))
  if (orders.filter(({ through }) => through).length > MOST_RELATED_ORDERS)
    throw new AppError('bad_request', `At most ${MOST_RELATED_ORDERS} fields of related records in an order.`)
  const { keyOrder, tieOrder } = tableFacts(table)
  const ties = options.tells === 'rows' ? tieOrder : keyOrder
  return options.stable ? [...orders, ...ties.filter(({ by }) => !named.has(by))] : orders
}

interface OrderOptions {
  readonly aliases?: readonly string[]
  readonly stable: boolean
  /** What comes last: a key, or, where there is none, as many fields as tell rows apart. */
  readonly tells?: 'keys' | 'rows'
  /** What a dotted name means that is no field of the table, if anything. */
  readonly related?: (name: string) => Pick<Order, 'by' | 'through'> | undefined
}

/** Most criteria of one order. */
const MOST_ORDERS = 64
/** Each makes a query inside the query. */
const MOST_RELATED_ORDERS = 10

function orderBy(
  table: Table,
  { name, ...how }: WrittenOrder,
  { aliases = [], related }: OrderOptions,
): Order {
  const by =
    aliases.find((alias) => alias.toLowerCase() === name.toLowerCase()) ??
    findByName(table.fieldByName, name)?.name
  const behind = by === undefined && name.includes('.') ? related?.(name) : undefined
  if (behind) return { ...behind, ...how }
  if (by === undefined)
    throw unknownField(table, name, `Invalid field '${name.slice(0, 200)}' in order by clause.`)
  return { by, ...how }
}
