import type {
  Aggregate,
  Comparison,
  DeleteQuery,
  Each,
  ExistsFilter,
  Filter,
  InsertQuery,
  Join,
  Order,
  SelectQuery,
  TextMatch,
  Through,
  UpdateQuery,
} from '../../../src/core/database/query.ts'
import type { Field, Table } from '../../../src/core/database/schema.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { findByName } from '../../../src/core/names.ts'
import type { SqlDialect } from './dialect.ts'
import { insideRange, isInside } from './integer-range.ts'
import { isUsual, type PageSize } from './page-size.ts'
import { type ColumnKind, kindOfAggregate, kindOfField } from './value-type.ts'

/** A filter without its values: each is the number of a slot. */
export type FilterShape =
  | { readonly op: Comparison | 'like' | TextMatch; readonly field: string; readonly slot: number }
  /** Slots `from` … `from + count − 1`. */
  | { readonly op: 'in'; readonly field: string; readonly from: number; readonly count: number }
  | { readonly op: 'is_null'; readonly field: string }
  | { readonly op: 'and' | 'or'; readonly all: readonly FilterShape[] }
  | { readonly op: 'not'; readonly filter: FilterShape }
  | ExistsShape

export interface ExistsShape {
  readonly op: 'exists'
  /** Left out of the text of a shape: tables of one schema are read together, so the table of the query stands for it. */
  readonly table: () => Table
  readonly name: string
  readonly fields: readonly string[]
  readonly refFields: readonly string[]
  readonly where: FilterShape | undefined
}

export interface JoinShape {
  readonly alias: string
  readonly from: string | undefined
  readonly table: () => Table
  readonly name: string
  readonly fields: readonly string[]
  readonly refFields: readonly string[]
  readonly where: FilterShape | undefined
}

/** A query without its values: equal shapes have equal statement text. */
export interface SelectShape {
  readonly verb: 'select'
  readonly joins: readonly JoinShape[]
  readonly fields: readonly string[]
  readonly distinct: boolean
  readonly where: FilterShape | undefined
  readonly keyed: KeyedShape | undefined
  readonly groupBy: readonly string[]
  readonly aggregates: readonly Aggregate[]
  readonly having: FilterShape | undefined
  readonly orderBy: readonly OrderShape[]
  readonly limit: PageSize
  readonly offset: number | undefined
  readonly each: EachShape | undefined
  readonly countOnly: boolean
  /** The rows stay as they are until the transaction ends. */
  readonly locked?: true
}

/** Only rows with one of the keys in the list that the slot holds, or from it to that of `last`. */
export interface KeyedShape {
  readonly field: string
  readonly slot: number
  readonly last?: number
}

/** Keys that are given when a statement is run. */
export interface KeyedBy {
  readonly field: string
  /** `range`: whole numbers, each from the first to the last. */
  readonly form: 'list' | 'range'
}

interface OrderShape extends Omit<Order, 'through'> {
  readonly through?: ThroughShape | undefined
}

export interface ThroughShape extends ExistsShape {
  readonly next: ThroughShape | undefined
}

/** Rows after the slot `after`, up to the slot `upTo`, of those with the same values of `by`. */
export interface EachShape {
  readonly by: readonly string[]
  readonly after: number
  readonly upTo: number
}

export interface InsertShape {
  readonly verb: 'insert'
  readonly fields: readonly string[]
  /** `bulk`: any number, all in one parameter. */
  readonly rows: number | 'bulk'
  readonly onConflict: readonly string[] | undefined
  readonly returning: readonly string[]
}

export interface UpdateShape {
  readonly verb: 'update'
  readonly fields: readonly string[]
  readonly raises?: string
  /** The values are stored as those of an insert are. */
  readonly asInserted?: boolean
  readonly where: FilterShape
  readonly returning: readonly string[]
}

export interface DeleteShape {
  readonly verb: 'delete'
  readonly where: FilterShape | undefined
  readonly returning: readonly string[]
}

export type Shape = SelectShape | InsertShape | UpdateShape | DeleteShape

/** A shape and the bound values of its slots. */
export interface Filled<P, S extends Shape> {
  readonly shape: S
  readonly values: readonly P[]
}

export function shapeOfSelect<P>(
  query: SelectQuery,
  dialect: SqlDialect<P>,
  keyedBy?: KeyedBy,
): Filled<P, SelectShape> {
  const slots = new Slots(dialect, query.table, query.aggregates ?? [])
  const shape: SelectShape = {
    verb: 'select',
    joins: query.joins ? query.joins.map((join) => slots.join(join)) : NO_JOINS,
    fields: query.fields,
    distinct: query.distinct ?? false,
    where: query.where && slots.filter(query.where),
    keyed: keyedBy && slots.keyed(keyedBy),
    groupBy: query.groupBy ?? [],
    aggregates: query.aggregates ?? [],
    having: query.having && slots.filter(query.having),
    orderBy: slots.order(query.orderBy ?? []),
    each: query.each && slots.each(query.each),
    limit: isUsual(query.limit) ? { rows: query.limit } : { slot: slots.add(query.limit, ROWS, 'compare') },
    offset: query.offset ? slots.add(query.offset, ROWS, 'compare') : undefined,
    countOnly: query.countOnly ?? false,
    ...(query.locked && { locked: true }),
  }
  return { shape, values: slots.values }
}

/** `fields` are the keys of each of the rows. */
export function shapeOfInsert<P>(
  query: InsertQuery,
  fields: readonly string[],
  dialect: SqlDialect<P>,
): Filled<P, InsertShape> {
  const { rows, table, onConflict, returning } = query
  const shape = { verb: 'insert', fields, onConflict, returning } as const
  if (dialect.bulk && rows.length >= dialect.bulk.from && fields.length > 0) {
    const cells = fields.flatMap((name) => fieldsOf(table, [name]).map((field) => ({ name, field })))
    return { shape: { ...shape, rows: 'bulk' }, values: [dialect.bulk.pack(rows, cells)] }
  }
  const slots = new Slots(dialect, table, [])
  for (const row of rows) {
    for (const field of fields) slots.add(row[field] ?? null, slots.kindOf(field), 'store')
  }
  return { shape: { ...shape, rows: rows.length }, values: slots.values }
}

/** The fields of these names; a name that is none is left out. */
export function fieldsOf(table: Table, names: readonly string[]): readonly Field[] {
  return names.flatMap((name) => findByName(table.fieldByName, name) ?? [])
}

/** `asInserted`: its values are those of an insert, whose rows are there already. */
export function shapeOfUpdate<P>(
  query: UpdateQuery,
  dialect: SqlDialect<P>,
  asInserted = false,
): Filled<P, UpdateShape> {
  const slots = new Slots(dialect, query.table, [])
  const fields = Object.keys(query.set)
  for (const field of fields) slots.add(query.set[field] ?? null, slots.kindOf(field), 'store')
  const where = slots.filter(query.where)
  const { returning, raises } = query
  const shape = {
    verb: 'update',
    fields,
    where,
    returning,
    ...(raises !== undefined && { raises }),
    ...(asInserted && { asInserted: true }),
  } as const
  return { shape, values: slots.values }
}

export function shapeOfDelete<P>(query: DeleteQuery, dialect: SqlDialect<P>): Filled<P, DeleteShape> {
  const slots = new Slots(dialect, query.table, [])
  const where = query.where && slots.filter(query.where)
  return { shape: { verb: 'delete', where, returning: query.returning }, values: slots.values }
}

class Slots<P> {
  readonly values: P[] = []
  readonly #dialect: SqlDialect<P>
  readonly #table: Table
  readonly #aggregates: readonly Aggregate[]

  constructor(dialect: SqlDialect<P>, table: Table, aggregates: readonly Aggregate[]) {
    this.#dialect = dialect
    this.#table = table
    this.#aggregates = aggregates
  }

  add(value: Value, kind: ColumnKind, use: 'store' | 'compare'): number {
    return this.values.push(this.#dialect.bind(value, kind, use)) - 1
  }

  /** Of a field, or of the aggregate with this alias. */
  kindOf(name: string, table = this.#table): ColumnKind {
    const aggregate = table === this.#table ? this.#aggregates.find(({ alias }) => alias === name) : undefined
    return aggregate ? kindOfAggregate(aggregate, table) : kindOfField(name, table)
  }

  keyed({ field, form }: KeyedBy): KeyedShape | undefined {
    const { keys } = this.#dialect
    if (!keys) return undefined
    const [slot, last] = (form === 'list' ? [keys.list] : [keys.first, keys.last]).map(
      (parameter) => this.values.push(parameter) - 1,
    )
    return slot === undefined ? undefined : { field, slot, ...(last !== undefined && { last }) }
  }

  each({ by, limit, offset = 0 }: Each): EachShape {
    const after = this.add(offset, ROWS, 'compare')
    return { by, after, upTo: this.add(offset + limit, ROWS, 'compare') }
  }

  /** The list itself where no order leads to another table: it is known by its identity. */
  order(orders: readonly Order[]): readonly OrderShape[] {
    if (orders.every(isPlainOrder)) return orders
    return orders.map(({ through, ...order }) => ({
      ...order,
      ...(through && { through: this.#through(through) }),
    }))
  }

  #through(through: Through): ThroughShape {
    return { ...this.#exists(through), next: through.next && this.#through(through.next) }
  }

  join({ alias, from, table, fields, refFields, where }: Join): JoinShape {
    const inner = where && this.filter(where, table)
    return { alias, from, table: () => table, name: table.name, fields, refFields, where: inner }
  }

  filter(filter: Filter, table = this.#table): FilterShape {
    switch (filter.op) {
      case 'exists':
        return this.#exists(filter)
      case 'and':
      case 'or':
        return { op: filter.op, all: filter.all.map((part) => this.filter(part, table)) }
      case 'not':
        return { op: 'not', filter: this.filter(filter.filter, table) }
      case 'is_null':
        return { op: 'is_null', field: filter.field }
      case 'in':
        return this.#list(filter.values, this.kindOf(filter.field, table), filter.field)
      case 'like':
        return this.#match('like', filter.field, filter.pattern, table)
      case 'contains':
      case 'starts_with':
      case 'ends_with':
        return this.#match(filter.op, filter.field, filter.value, table)
      default: {
        const kind = this.kindOf(filter.field, table)
        const { op, value } = this.#inRange(filter, kind)
        return { op, field: filter.field, slot: this.add(value, kind, 'compare') }
      }
    }
  }

  #exists({ table, fields, refFields, where }: Omit<ExistsFilter, 'op'>): ExistsShape {
    const inner = where && this.filter(where, table)
    return { op: 'exists', table: () => table, name: table.name, fields, refFields, where: inner }
  }

  #match(op: 'like' | TextMatch, field: string, text: string, table: Table): FilterShape {
    const pattern = this.#dialect.pattern(op, text, this.kindOf(field, table))
    return { op, field, slot: this.add(pattern, TEXT, 'compare') }
  }

  #inRange({ op, value }: Compared, kind: ColumnKind): Compared {
    const range = typeof value === 'bigint' ? this.#dialect.integerRange?.(kind) : undefined
    return typeof value === 'bigint' && range ? insideRange({ op, value }, range) : { op, value }
  }

  /** The last value is repeated up to a power of two: lists of many lengths share few statement texts. */
  #list(values: readonly Value[], kind: ColumnKind, field: string): FilterShape {
    const from = this.values.length
    const range = this.#dialect.integerRange?.(kind)
    for (const value of values) if (!range || isInside(value, range)) this.add(value, kind, 'compare')
    const count = this.values.length - from
    const last = this.values.at(-1)
    const padded = count === 0 || count > MAX_PADDED ? count : powerOfTwo(count)
    if (last !== undefined) while (this.values.length < from + padded) this.values.push(last)
    return { op: 'in', field, from, count: padded }
  }
}

type Compared = Pick<Extract<Filter, { op: Comparison }>, 'op' | 'value'>

function isPlainOrder(order: Order): order is Order & { readonly through?: undefined } {
  return order.through === undefined
}

const NO_JOINS: readonly JoinShape[] = []
const ROWS: ColumnKind = { type: 'integer', dbType: '' }
const TEXT: ColumnKind = { type: 'text', dbType: '' }

/** Longer lists are rare, and near to what engines allow in one statement. */
const MAX_PADDED = 1024

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(atLeast))
}
