import type { DatabaseAdapter, Records } from '../../core/database/adapter.ts'
import type { Filter, SelectQuery } from '../../core/database/query.ts'
import { AppError } from '../../core/errors.ts'
import type { View, Views } from './views.ts'

/**
 * Reads views as if they were tables: the one place where a view becomes its table and its own rows. Every filter and
 * order comes by here, also those of related records and of roles, so this is where opaque fields are refused: also in groups
 * and among different values, which are answered as they are read.
 */
export function viewRecords(records: Records, views: Views): Records {
  return {
    async select(query, options) {
      return await records.select(storedQuery(query, views), options)
    },
    insert: readOnly,
    update: readOnly,
    delete: readOnly,
  }
}

/** The system database for operations over views. */
export function viewAdapter(adapter: DatabaseAdapter, views: Views): DatabaseAdapter {
  return {
    ...viewRecords(adapter, views),
    capabilities: adapter.capabilities,
    readSchema: async () => views.schema.tables,
    listRoutines: async () => [],
    call: readOnly,
    alter: readOnly,
    transaction: (work, options) => adapter.transaction(work, options),
    ping: (options) => adapter.ping(options),
    close: async () => {},
  }
}

/** Records are written by their resource's rules, never by a planned statement. */
async function readOnly(): Promise<never> {
  throw new AppError('internal', 'A view of the system database was written to.')
}

function storedQuery(query: SelectQuery, views: Views): SelectQuery {
  const view = views.of(query.table.name)
  for (const field of fieldsOf(query.where)) refuseOpaque(view, field)
  for (const { by, through } of query.orderBy ?? []) {
    if (through) throw new AppError('bad_request', 'Orders by related records are not supported here.')
    refuseOpaque(view, by)
  }
  for (const field of fieldsOf(query.having)) refuseOpaque(view, field)
  for (const field of query.groupBy ?? []) refuseOpaque(view, field)
  for (const { field } of query.aggregates ?? []) refuseOpaque(view, field)
  const isPlain = !query.groupBy && !query.aggregates && !query.distinct
  for (const field of isPlain ? [] : query.fields) refuseOpaque(view, field)
  const where = view.own && query.where ? ({ op: 'and', all: [query.where, view.own] } as const) : undefined
  const filter = where ?? query.where ?? view.own
  return { ...query, table: view.stored, ...(filter && { where: filter }) }
}

function refuseOpaque({ resource }: View, field: string): void {
  if (!resource.opaque.has(field)) return
  throw new AppError('bad_request', `Field '${field}' can be neither filtered nor ordered by, nor grouped.`, {
    hint: `It can be read in records: without group, having, distinct and aggregates.`,
    context: { field },
  })
}

function fieldsOf(filter: Filter | undefined): string[] {
  if (!filter) return []
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.all.flatMap(fieldsOf)
    case 'not':
      return fieldsOf(filter.filter)
    case 'exists':
      // What may not be filtered by is kept by table: nobody asks past it, by way of another one.
      throw new AppError('bad_request', 'Filters on related records are not supported here.')
    default:
      return [filter.field]
  }
}
