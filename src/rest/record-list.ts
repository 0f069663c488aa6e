import { listRecords, type RecordPage } from '../operations/database/list-records.ts'
import { streamRecords } from '../operations/database/stream-records.ts'
import { type Answer, listAnswer, listBytesAnswer, listTextAnswer } from './answer.ts'
import { flag } from './options.ts'
import { listInput, streamInput } from './record-input.ts'
import type { RestContext } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { besideRecords } from './schema-beside-records.ts'

/** `GET _table/{table}`. */
export async function recordList(
  table: string,
  request: RestRequest,
  { run, settings }: RestContext,
): Promise<Answer> {
  const asList = flag(request, 'as_list')
  const input = listInput(table, request, asList)
  if (isStreamed(request, input, settings)) return run(streamRecords, streamInput(input))
  const page = await run(listRecords, input)
  if (page.count_only !== undefined) return String(page.count_only)
  const meta = metaOf(page, input)
  if (page.json !== undefined) return listTextAnswer(request, page.json, meta)
  if (page.bytes !== undefined) return listBytesAnswer(request, page.bytes, meta)
  const rows = page.rows ?? []
  return listAnswer(request, asList ? rows.map(onlyValue) : rows, meta)
}

/** Longer JSON lists are written while they are read, so that memory stays flat. In rows. */
const STREAMED_FROM = 5000

/** CSV always is; a list with something in it that is known only behind the last row, or of values alone, is not. */
function isStreamed(
  { format }: RestRequest,
  input: ReturnType<typeof listInput>,
  settings: RestContext['settings'],
): boolean {
  if (input.count_only) return false
  if (format.type === 'csv') return true
  if (input.include_schema || input.as === 'rows' || 'related' in input) return false
  if (format.type === 'xml') return true
  const most = settings?.maxRecords ?? 0
  return Math.min(input.limit ?? most, most) > STREAMED_FROM
}

/**
 * dreamfactory-rest §4.3: there is a `count` when it was asked for, or when no limit was given and more rows exist than
 * one answer may hold; `next` and `previous` are the offsets of the pages beside it, if there are any.
 */
function metaOf(page: RecordPage, asked: ReturnType<typeof listInput>): object | undefined {
  if ('next_cursor' in asked) return cursorMeta(page, asked)
  const isLast = asked.limit === undefined && !page.has_more && page.returned > 0
  const total = page.total ?? (isLast ? page.offset + page.returned : undefined)
  const isCounted =
    total !== undefined && (asked.include_count || (asked.ids === undefined && total > page.limit))
  if (!isCounted && page.schema === undefined) return undefined
  return {
    ...(isCounted && { count: total }),
    ...(isCounted && total - page.offset > page.limit && { next: page.offset + page.limit }),
    ...(isCounted && page.offset > 0 && { previous: Math.max(0, page.offset - page.limit) }),
    ...(page.schema && { schema: besideRecords(page.schema) }),
  }
}

/** `next_cursor` is null behind the last row. */
function cursorMeta(page: RecordPage, { include_count }: ReturnType<typeof listInput>): object {
  const next = page.has_more ? page.cursor_after?.(page.returned - 1) : undefined
  return {
    ...(include_count && { count: page.total }),
    next_cursor: next ?? null,
    ...(page.schema && { schema: besideRecords(page.schema) }),
  }
}

/** `as_list`: the value of the identifying field; a composite key stays an object. */
export function onlyValue(row: object): unknown {
  const values: readonly unknown[] = Object.values(row)
  return values.length === 1 ? values[0] : row
}
