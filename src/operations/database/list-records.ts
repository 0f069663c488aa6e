import { z } from 'zod'
import type { RowsAsJson, SelectQuery, SelectResult } from '../../core/database/query.ts'
import type { RowText } from '../../core/database/row-text.ts'
import type { RowsAsBytes } from '../../core/database/rows-together.ts'
import type { DatabaseSchema, Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'
import { attachRelated, relatedText } from './attach-related.ts'
import { countedRows } from './counted-cursor.ts'
import { foreignCursor } from './cursor.ts'
import { describedTable } from './describe.ts'
import { binaryFields, describeBinary } from './describe-binary.ts'
import { listInput } from './list-input.ts'
import { seekOrder } from './plan-after.ts'
import { type ListPlan, planList } from './plan-list.ts'
import { planRelated } from './plan-related.ts'
import { planSeek } from './plan-seek.ts'
import { readIds } from './read-ids.ts'
import { countRows } from './read-rows.ts'
import { readTogether } from './read-together.ts'
import { accessForbidden, canReadSchema, findTable, loadSchema, tableResource } from './table-access.ts'
import type { TableDescription } from './table-description.ts'
import { cutCursor, textPage } from './text-page.ts'

const input = z.strictObject({
  ...listInput,
  count_only: z.boolean().optional(),
  include_schema: z.boolean().optional(),
  /** Go on behind the row that this cursor stands for. */
  cursor: z.string().min(1).max(16_384).optional(),
  /** The page tells cursors. `required`: refused where it cannot. */
  next_cursor: z.enum(['required', 'where_possible']).optional(),
  /**
   * `json`: rows come as encoded text when the engine can hand them over untouched; `text`: as text too, for readers such as
   * models: whether there are more is told exactly, and of bytes only what and how many they are. `bytes`: as `json`, or as the
   * bytes of that text.
   */
  as: z.enum(['rows', 'json', 'text', 'bytes']).optional(),
})
export type ListRecordsInput = z.infer<typeof input>

export interface RecordPage {
  /** With `count_only` nothing else is there. */
  readonly count_only?: number
  readonly rows?: readonly Row[]
  /** Text of the row array, in place of `rows`. */
  readonly json?: string
  /** The same in UTF-8, in pieces as they came; only `as: 'bytes'`. */
  readonly bytes?: RowsAsBytes['bytes']
  /** In place of `rows` too. */
  readonly text?: RowText
  readonly returned: number
  readonly limit: number
  readonly offset: number
  /** Exact with `rows`; with `json` and `bytes` only when the page is not full or `total` is known. */
  readonly has_more: boolean
  readonly total?: number
  /** The cursor behind the row of an index, if cursors were asked for. */
  readonly cursor_after?: (index: number) => string | undefined
  /** The same for a page without cursors that has to be cut. */
  readonly cut_cursor?: (index: number) => string | undefined
  readonly schema?: TableDescription
}

/** Records of a table: by filter, by ids, or grouped. */
export const listRecords = defineOperation<ListRecordsInput, RecordPage>({
  name: 'list_records',
  kind: 'database',
  verb: 'GET',
  needs: ['records.read'],
  input,
  resource: ({ table_name }) => tableResource('_table', table_name),
  async run(request, context) {
    const schema = await loadSchema(context, request.refresh)
    const table = findTable(schema, request.table_name, context)
    const scope = { schema, table }
    return request.ids ? pageOfIds(request, scope, context) : page(request, scope, context)
  },
})

interface Scope {
  readonly schema: DatabaseSchema
  readonly table: Table
}

async function page(asked: ListRecordsInput, scope: Scope, context: OperationContext): Promise<RecordPage> {
  const request = afterCounted(asked, scope.table, context)
  const { signal } = context
  const { adapter } = context.service
  const plan = planList(request, scope, context)
  const { related } = plan
  if (request.count_only) return counted(await countRows(adapter, plan.query, signal))
  const seek = planSeek(withCursor(request, plan), plan, context)
  const query = seek?.query ?? plan.query
  const { limit, offset = 0 } = query
  const asJson = !seek && (request.as === 'json' || request.as === 'bytes')
  const binary = request.as === 'text' ? binaryFields(query.table, query.fields) : []
  const asText = !seek && request.as === 'text' && related.length === 0 && binary.length === 0
  const found = asJson
    ? ((await together()) ?? (await adapter.select({ ...query, as: 'json' }, { signal })))
    : await oneMore(query, asText ? 'text' : 'rows', context)
  const read = 'rows' in found ? found.rows.length : found.count
  const count = Math.min(read, limit)
  const isExact = !asJson
  const full = isExact ? read > limit : read === limit
  const isCounted = request.include_count || (full && request.limit === undefined && !seek)
  const total = isCounted ? await countRows(adapter, plan.query, signal) : undefined
  return {
    ...(await shown(found)),
    returned: count,
    limit,
    offset,
    has_more: total === undefined || isExact ? full : total > offset + count,
    ...(total === undefined ? {} : { total }),
    ...(request.include_schema ? { schema: readableSchema(scope, context) } : {}),
  }

  async function together(): Promise<RowsAsBytes | undefined> {
    return request.as === 'bytes' && related.length > 0 ? readTogether(query, related, context) : undefined
  }

  async function shown(rows: SelectResult | RowsAsBytes): Promise<Partial<RecordPage>> {
    if ('bytes' in rows) return { bytes: rows.bytes }
    if (asJson && related.length > 0) return { json: await relatedText(rows, query, related, context) }
    return 'rows' in rows ? shownRows(rows.rows) : shownText(rows)
  }

  async function shownRows(rows: readonly Row[]): Promise<Partial<RecordPage>> {
    const own = rows.slice(0, limit)
    const read = await attachRelated(own, related, adapter, context)
    const whole = request.as === 'text' ? await describeBinary(read, binary, related) : read
    const unasked = new Set(seek?.unasked)
    return {
      rows: unasked.size === 0 ? whole : whole.map((row) => without(unasked, row)),
      ...cursorsOf(own),
    }
  }

  /** A model is told how to go on after any page. */
  function cursorsOf(own: readonly Row[]): Pick<RecordPage, 'cursor_after'> {
    const bySeek = (index: number) => own[index] && seek?.cursorAfter(own[index])
    if (request.as !== 'text' || request.cursor !== undefined) return seek ? { cursor_after: bySeek } : {}
    const counted = cutCursor(() => undefined, query, { order: undefined, request, context })
    return { cursor_after: (index) => bySeek(index) ?? counted(index) }
  }

  function shownText(rows: RowsAsJson): Partial<RecordPage> {
    if (asJson) return { json: rows.json }
    const order = plan.isPlain ? seekOrder(query.table, query.orderBy ?? []) : undefined
    return textPage(rows, query, { order, request, context })
  }
}

/** The rows behind a cursor that only counts them. Throws `bad_request` for one beside an offset. */
function afterCounted(
  { cursor, ...request }: ListRecordsInput,
  { name: table }: Table,
  context: OperationContext,
): ListRecordsInput {
  if (cursor === undefined) return request
  const offset = request.as === 'text' ? countedRows(cursor, { table, request, context }) : undefined
  if (offset === undefined) return { cursor, ...request }
  if (request.offset) throw new AppError('bad_request', 'Give either cursor or offset, not both.')
  return { ...request, offset }
}

/** A model goes on by a cursor: where its rows would not hold what that is made of, more is read. */
function withCursor(request: ListRecordsInput, { query, isPlain }: ListPlan): ListRecordsInput {
  if (request.as !== 'text') return request
  const order = isPlain ? seekOrder(query.table, query.orderBy ?? []) : undefined
  if (!order && request.cursor !== undefined) throw foreignCursor()
  if (request.next_cursor !== undefined) return request
  const isInRows = !order || order.every(({ by }) => query.fields.includes(by))
  return isInRows ? request : { ...request, next_cursor: 'where_possible' }
}

function without(names: ReadonlySet<string>, row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.has(name)))
}

/** One row more than the page holds tells whether there are more. */
function oneMore(
  query: Omit<SelectQuery, 'as'>,
  as: 'rows' | 'text',
  { service, signal }: OperationContext,
): Promise<SelectResult> {
  const { limit } = query
  const form = as === 'rows' ? { as } : ({ as: 'json', lines: limit } as const)
  return service.adapter.select({ ...query, limit: limit + 1, ...form }, { signal })
}

/** Reading records is not reading the schema, where a rule says so. */
function readableSchema({ schema, table }: Scope, context: OperationContext): TableDescription {
  const { caller, service } = context
  if (canReadSchema(caller.policy, service.info.name, table.name))
    return describedTable(schema, table, context)
  throw accessForbidden(tableResource('_schema', table.name), context)
}

function counted(count: number): RecordPage {
  return { count_only: count, returned: 0, limit: 0, offset: 0, has_more: false }
}

async function withoutBytes(
  rows: readonly Row[],
  request: ListRecordsInput,
  { schema, table }: Scope,
  context: OperationContext,
): Promise<readonly Row[]> {
  const plans = planRelated(schema, table, request, context)
  return describeBinary(rows, binaryFields(table, Object.keys(rows[0] ?? {})), plans)
}

async function pageOfIds(
  request: ListRecordsInput,
  scope: Scope,
  context: OperationContext,
): Promise<RecordPage> {
  if (request.cursor !== undefined || request.next_cursor === 'required')
    throw new AppError('bad_request', 'Give either ids or a cursor, not both.')
  const found = await readIds(request, scope, context)
  const rows = request.as === 'text' ? await withoutBytes(found, request, scope, context) : found
  if (request.count_only) return counted(rows.length)
  return {
    rows,
    returned: rows.length,
    limit: rows.length,
    offset: 0,
    has_more: false,
    ...(request.include_count ? { total: rows.length } : {}),
    ...(request.include_schema ? { schema: readableSchema(scope, context) } : {}),
  }
}
