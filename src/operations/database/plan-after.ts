import type { Filter, Order } from '../../core/database/query.ts'
import { type Table, valueClassOf } from '../../core/database/schema.ts'
import type { Value } from '../../core/database/value.ts'

type Bound = Exclude<Value, null>

/**
 * The rows that come strictly after the one with these values of the ordered fields, null among them (keyset paging). In
 * an order that ends in a unique key these are the next pages, whatever was inserted or deleted before.
 */
export function planAfter(table: Table, orderBy: readonly Order[], last: readonly (Bound | null)[]): Filter {
  const ways: Filter[] = []
  const same: Filter[] = []
  for (const [index, order] of orderBy.entries()) {
    const value = last[index] ?? null
    const after = comesAfter(order, value, isNullable(table, order.by))
    if (after) ways.push(all([...same, after]))
    same.push(equal(order.by, value))
  }
  const [only] = ways
  const any: Filter = ways.length === 1 && only ? only : { op: 'or', all: ways }
  const bound = ways.length > 1 ? leadingBound(table, orderBy[0], last[0] ?? null) : undefined
  return bound ? all([bound, any]) : any
}

/**
 * An order that tells every two rows apart and whose values can be compared again, cut where it does; a unique key is
 * added where it does not. Undefined when there is none: then rows can only be counted off.
 */
export function seekOrder(table: Table, orderBy: readonly Order[]): readonly Order[] | undefined {
  const key = uniqueKeys(table).find((fields) => fields.length > 0)
  // Values of other tables are not in the row.
  if (!key || orderBy.some(({ through }) => through)) return undefined
  const named = new Set(orderBy.map(({ by }) => by))
  const orders = [
    ...orderBy,
    ...key.filter((by) => !named.has(by)).map((by): Order => ({ by, direction: 'asc' })),
  ]
  const ends = orders.findIndex((_, index) => isUnique(table, orders.slice(0, index + 1)))
  const needed = orders.slice(0, ends + 1)
  return needed.every(({ by }) => isComparable(table, by)) ? needed : undefined
}

/** The value is unknown to the order of the database when it is JSON, and has an order of its own when it is one of a list. */
function isComparable(table: Table, name: string): boolean {
  const field = table.fieldByName.get(name.toLowerCase())
  if (field?.expressions) return false
  return field !== undefined && valueClassOf(field.type) !== 'json' && field.values === undefined
}

function isUnique(table: Table, orders: readonly Order[]): boolean {
  const named = new Set(orders.map(({ by }) => by))
  return uniqueKeys(table).some((key) => key.length > 0 && key.every((by) => named.has(by)))
}

/** Of which no part can be null, for nulls are not unique; the primary key first, empty where there is none. */
export function uniqueKeys(table: Table): readonly (readonly string[])[] {
  const whole = table.uniqueKeys.filter((key) => key.every((by) => !isNullable(table, by)))
  return [table.primaryKey, ...whole]
}

function isNullable(table: Table, name: string): boolean {
  return table.fieldByName.get(name.toLowerCase())?.allowNull ?? true
}

/** Undefined when nothing does. */
function comesAfter(order: Order, value: Bound | null, nullable: boolean): Filter | undefined {
  const { by, direction } = order
  if (value === null)
    return nullsFirst(order) ? { op: 'not', filter: { op: 'is_null', field: by } } : undefined
  const beyond: Filter = { op: direction === 'asc' ? '>' : '<', field: by, value }
  if (!nullable || nullsFirst(order)) return beyond
  return { op: 'or', all: [beyond, { op: 'is_null', field: by }] }
}

/** Says nothing new, but in a form for which an index on the first field is used. */
function leadingBound(table: Table, first: Order | undefined, value: Bound | null): Filter | undefined {
  if (!first || value === null || (isNullable(table, first.by) && !nullsFirst(first))) return undefined
  return { op: first.direction === 'asc' ? '>=' : '<=', field: first.by, value }
}

/** Nulls are the smallest value unless the order says otherwise. */
function nullsFirst({ direction, nulls }: Order): boolean {
  return nulls === undefined ? direction === 'asc' : nulls === 'first'
}

function equal(field: string, value: Bound | null): Filter {
  return value === null ? { op: 'is_null', field } : { op: '=', field, value }
}

function all(parts: readonly Filter[]): Filter {
  const [only] = parts
  return parts.length === 1 && only ? only : { op: 'and', all: parts }
}
