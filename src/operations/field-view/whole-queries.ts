import type { CallOptions, DatabaseAdapter, Records } from '../../core/database/adapter.ts'
import type { Filter, Order, SelectQuery, Through } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import { adapterWith } from '../adapter-with.ts'
import { wholeOf } from './narrow-table.ts'
import { withoutHidden } from './without-hidden.ts'

/**
 * The adapter for callers from whom fields are hidden. Plans are made of tables without these; the engine gets the whole tables, since
 * row filters may look at any field. `tables` are those that the caller sees. Nothing is selected that a plan does not name, and errors name nothing that is hidden.
 */
export function wholeQueries(adapter: DatabaseAdapter, tables: () => readonly Table[]): DatabaseAdapter {
  const { stream } = adapter
  const narrowed = adapterWith(adapter, {
    ...wholeRecords(adapter),
    transaction: (work, options) => adapter.transaction((records) => work(wholeRecords(records)), options),
    ...(stream && {
      stream: (query: Omit<SelectQuery, 'as'>, options: CallOptions) =>
        tellingAll(query.table, stream.call(adapter, wholeSelect(query), options)),
    }),
  })
  return {
    ...narrowed,
    // A change of one table may be refused for what is in another.
    alter: (changes, options) =>
      adapter.alter(changes, options).catch((error: unknown) => {
        throw tables().reduce((told: unknown, table) => withoutHidden(told, table), error)
      }),
  }
}

function wholeRecords(records: Records): Records {
  return {
    select: (query, options) => telling(query.table, records.select(wholeSelect(query), options)),
    insert: (query, options) =>
      telling(query.table, records.insert({ ...query, table: wholeOf(query.table) }, options)),
    update: (query, options) =>
      telling(
        query.table,
        records.update({ ...query, table: wholeOf(query.table), where: wholeFilter(query.where) }, options),
      ),
    delete: (query, options) =>
      telling(
        query.table,
        records.delete(
          { ...query, table: wholeOf(query.table), ...(query.where && { where: wholeFilter(query.where) }) },
          options,
        ),
      ),
  }
}

/** What the engine says of a write, without names that are hidden. */
async function telling<T>(table: Table, result: Promise<T>): Promise<T> {
  try {
    return await result
  } catch (error) {
    throw withoutHidden(error, table)
  }
}

async function* tellingAll<T>(table: Table, parts: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* parts
  } catch (error) {
    throw withoutHidden(error, table)
  }
}

function wholeSelect<Q extends Omit<SelectQuery, 'as'>>(query: Q): Q {
  const { table, where, having, orderBy, joins } = query
  return {
    ...query,
    table: wholeOf(table),
    ...(where && { where: wholeFilter(where) }),
    ...(having && { having: wholeFilter(having) }),
    ...(orderBy && { orderBy: orderBy.map(wholeOrder) }),
    ...(joins && {
      joins: joins.map((join) => ({
        ...join,
        table: wholeOf(join.table),
        ...(join.where && { where: wholeFilter(join.where) }),
      })),
    }),
  }
}

function wholeOrder(order: Order): Order {
  return order.through ? { ...order, through: wholeThrough(order.through) } : order
}

function wholeThrough(through: Through): Through {
  return {
    ...through,
    table: wholeOf(through.table),
    ...(through.where && { where: wholeFilter(through.where) }),
    ...(through.next && { next: wholeThrough(through.next) }),
  }
}

function wholeFilter(filter: Filter): Filter {
  switch (filter.op) {
    case 'and':
    case 'or':
      return { op: filter.op, all: filter.all.map(wholeFilter) }
    case 'not':
      return { op: 'not', filter: wholeFilter(filter.filter) }
    case 'exists':
      return {
        ...filter,
        table: wholeOf(filter.table),
        ...(filter.where && { where: wholeFilter(filter.where) }),
      }
    default:
      return filter
  }
}
