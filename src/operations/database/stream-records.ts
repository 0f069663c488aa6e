import { z } from 'zod'
import type { DatabaseSchema, Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'
import { type ListRequest, listInput } from './list-input.ts'
import { planFields } from './plan-fields.ts'
import { type ListPlan, planList } from './plan-list.ts'
import { readIds } from './read-ids.ts'
import { readParts } from './read-parts.ts'
import { countRows } from './read-rows.ts'
import { findTable, loadSchema, tableResource } from './table-access.ts'

export interface RecordStream {
  /** Names of the columns, in order; the rows may hold more. */
  readonly columns: readonly string[]
  /** To be taken to its end or ended by `return`: until then it may keep a connection. */
  readonly parts: AsyncIterator<readonly Row[]>
  /** How many rows there are: when it was asked for, or when no limit was given and there are more than may be read. */
  readonly total?: number
  /** Most rows of it, and how many stand before them. */
  readonly limit: number
  readonly offset: number
}

/**
 * The same records as `list_records` gives, under the same rules, in parts: memory stays flat however many they are. The
 * first part is read at once, so that what cannot be answered fails before anything of the answer is written.
 */
export const streamRecords = defineOperation<ListRequest, RecordStream>({
  name: 'stream_records',
  kind: 'database',
  verb: 'GET',
  needs: ['records.read'],
  input: z.strictObject(listInput),
  resource: ({ table_name }) => tableResource('_table', table_name),
  async run(request, context) {
    const schema = await loadSchema(context, request.refresh)
    const scope = { schema, table: findTable(schema, request.table_name, context) }
    if (request.ids) return streamOfIds(request, scope, context)
    const plan = planList(request, scope, context)
    // Before the rows: who holds a connection must not wait for another one.
    const total = await totalOf(request, plan, context)
    const parts = readParts(plan, context)
    return {
      columns: columnsOf(plan),
      parts: startingWith(await parts.next(), parts),
      limit: plan.query.limit,
      offset: plan.query.offset ?? 0,
      ...(total === undefined ? {} : { total }),
    }
  },
})

async function totalOf(
  request: ListRequest,
  { query }: ListPlan,
  { service, signal }: OperationContext,
): Promise<number | undefined> {
  if (!request.include_count && request.limit !== undefined) return undefined
  const total = await countRows(service.adapter, query, signal)
  return request.include_count || total - (query.offset ?? 0) > query.limit ? total : undefined
}

function columnsOf({ query, related }: ListPlan): readonly string[] {
  const aliases = (query.aggregates ?? []).map(({ alias }) => alias)
  return [...query.fields, ...aliases, ...related.map(({ name }) => name)]
}

async function streamOfIds(
  request: ListRequest,
  scope: { readonly schema: DatabaseSchema; readonly table: Table },
  context: OperationContext,
): Promise<RecordStream> {
  const rows = await readIds(request, scope, context)
  const columns = Object.keys(rows[0] ?? {})
  return {
    columns: columns.length > 0 ? columns : planFields(scope.table, request.fields),
    parts: onePart(rows),
    limit: rows.length,
    offset: 0,
    ...(request.include_count ? { total: rows.length } : {}),
  }
}

async function* onePart(rows: readonly Row[]): AsyncGenerator<readonly Row[]> {
  if (rows.length > 0) yield rows
}

/** No generator: one that was never asked for anything does not pass its end on. */
function startingWith<T>(first: IteratorResult<T>, rest: AsyncIterator<T>): AsyncIterator<T> {
  let taken = false
  return {
    next() {
      if (taken) return rest.next()
      taken = true
      return Promise.resolve(first)
    },
    async return() {
      taken = true
      await rest.return?.()
      return { done: true, value: undefined }
    },
  }
}
