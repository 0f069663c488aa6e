import type {
  Aggregate,
  Comparison,
  Each,
  ExistsFilter,
  Filter,
  Join,
  Order,
  TextMatch,
  Through,
} from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import type { Value } from '../../../src/core/database/value.ts'
import type { SqlDialect } from './dialect.ts'
import { insideRange, isInside } from './integer-range.ts'
import type {
  EachShape,
  ExistsShape,
  FilterShape,
  JoinShape,
  KeyedBy,
  KeyedShape,
  OrderShape,
  ThroughShape,
} from './shape.ts'
import { type ColumnKind, kindOfAggregate, kindOfField } from './value-type.ts'

/** What counts rows. */
export const ROWS: ColumnKind = { type: 'integer', dbType: '' }

/** Takes the values out of a query, part by part: what stays is a shape with the numbers of their slots. */
export class Slots<P> {
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

const TEXT: ColumnKind = { type: 'text', dbType: '' }

/** Longer lists are rare, and near to what engines allow in one statement. */
const MAX_PADDED = 1024

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(atLeast))
}
