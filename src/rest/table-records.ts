import { AppError } from '../core/errors.ts'
import { toJsonText } from '../core/exact-json.ts'
import type { Preview } from '../operations/database/consent/preview.ts'
import { createRecords } from '../operations/database/create-records.ts'
import { deleteRecords } from '../operations/database/delete-records.ts'
import { getTaggedRecord } from '../operations/database/get-record.ts'
import { listRecords, type RecordPage } from '../operations/database/list-records.ts'
import type { TaggedRecord } from '../operations/database/record-plan.ts'
import { streamRecords } from '../operations/database/stream-records.ts'
import { replaceRecords, updateRecords } from '../operations/database/update-records.ts'
import type { WriteAnswer } from '../operations/database/write-answer.ts'
import { type Answer, listAnswer, listBytesAnswer, listTextAnswer, NOT_MODIFIED } from './answer.ts'
import { requireRecord, requireRecords, wrappedRecords } from './body.ts'
import { isKnown, matchOptions, requireNoMatch } from './conditions.ts'
import { flag, idsOf, type OptionSource, text } from './options.ts'
import {
  answerOptions,
  batchOptions,
  consentOptions,
  filterOptions,
  listInput,
  recordOptions,
  streamInput,
} from './record-input.ts'
import { refuseChoosing, refuseOptions } from './refuse-options.ts'
import type { RestContext } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { besideRecords } from './schema-beside-records.ts'

/** `_table/{table}` and `_table/{table}/{id}`; further segments are ignored, as the original does. */
export async function tableRecords(request: RestRequest, context: RestContext): Promise<Answer> {
  refuseOptions(request.query)
  const [, table = '', id] = request.path
  return id === undefined ? collection(table, request, context) : single(table, id, request, context)
}

async function collection(table: string, request: RestRequest, context: RestContext): Promise<Answer> {
  const { run } = context
  if (request.verb === 'GET') return list(table, request, context)
  const common = {
    table_name: table,
    ...answerOptions(request),
    ...batchOptions(request),
    ...consentOptions(request),
  }
  requireNoMatch(request)
  if (request.verb !== 'POST') refuseChoosing(request)
  switch (request.verb) {
    case 'POST':
      return rowsAnswer(
        request,
        await run(createRecords, {
          ...common,
          ...recordOptions(request, request),
          records: requireRecords(request.body),
        }),
      )
    case 'PUT':
    case 'PATCH': {
      const operation = request.verb === 'PUT' ? replaceRecords : updateRecords
      const records = requireRecords(request.body)
      return rowsAnswer(
        request,
        await run(operation, {
          ...common,
          ...recordOptions(request, request),
          records,
          ...selection(request),
        }),
      )
    }
    case 'DELETE':
      return remove(common, request, run)
  }
}

async function list(table: string, request: RestRequest, { run, settings }: RestContext): Promise<Answer> {
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

/** What a write is about when several things are given: ids before the filter. */
function selection(source: OptionSource): object {
  const ids = idsOf(source)
  return ids ? { ids } : filterOptions(source)
}

async function remove(common: object, request: RestRequest, run: RestContext['run']): Promise<string> {
  const ids = idsOf(request)
  const records = wrappedRecords(request.body)
  const selected = ids ? { ids } : records?.length ? { records } : filterOptions(request)
  const force = flag(request, 'force')
  const answer = await run(deleteRecords, { ...common, ...selected, force })
  if (force && !answer.preview && Object.keys(selected).length === 0) return '{"success":true}'
  return rowsAnswer(request, answer)
}

async function single(
  table: string,
  id: string,
  request: RestRequest,
  { run }: RestContext,
): Promise<Answer> {
  const { verb, query, body } = request
  // A bare body is the record: its keys are fields. Beside wrapped records, keys are options.
  const source: OptionSource = {
    verb,
    query,
    body: verb === 'GET' || wrappedRecords(body) ? body : undefined,
  }
  const common = { table_name: table, id, ...answerOptions(source) }
  switch (verb) {
    case 'GET':
      if (text(source, 'filter') !== undefined)
        throw new AppError('bad_request', 'Give either an id or a filter, not both.')
      return tagged(request, await run(getTaggedRecord, common), 'related' in common)
    case 'POST':
      throw new AppError('bad_request', 'Create record by identifier not currently supported.')
    case 'PUT':
    case 'PATCH': {
      const operation = verb === 'PUT' ? replaceRecords : updateRecords
      const answer = await run(operation, {
        ...common,
        ...consentOptions(source),
        ...recordOptions(source, request),
        ...matchOptions(request),
        ...tagOptions(request, common),
        ...filterOptions(source),
        records: [requireRecord(body)],
      })
      if (answer.tag !== undefined) request.setHeader?.('etag', answer.tag)
      return rowAnswer(answer)
    }
    case 'DELETE': {
      const answer = await run(deleteRecords, {
        ...common,
        ...consentOptions(source),
        ...matchOptions(request),
        ...filterOptions(source),
      })
      return rowAnswer(answer)
    }
  }
}

/** The tag is of the record alone: with related records in it, the answer may be another one under the same tag. */
function tagged(request: RestRequest, { row, json, tag }: TaggedRecord, hasRelated: boolean): Answer {
  if (tag !== undefined) request.setHeader?.('etag', tag)
  if (tag !== undefined && !hasRelated && isKnown(request, tag)) return NOT_MODIFIED
  return json ?? toJsonText(row)
}

/** Who knows the record, or asks for all of it, wants to know it as it is now. */
function tagOptions({ conditions }: RestRequest, asked: ReturnType<typeof answerOptions>): object {
  const isWhole = asked.fields?.includes('*') ?? false
  return isWhole || conditions?.ifMatch !== undefined ? { tagged: true } : {}
}

function rowAnswer({ rows, preview }: WriteAnswer): string {
  return toJsonText(preview ? previewed(preview) : (rows[0] ?? {}))
}

function previewed(preview: Preview): object {
  return { dry_run: true, ...preview }
}

function rowsAnswer(request: RestRequest, { rows, preview }: WriteAnswer): string {
  if (preview) return toJsonText(previewed(preview))
  return listAnswer(request, flag(request, 'as_list') ? rows.map(onlyValue) : rows)
}

/** `as_list`: the value of the identifying field; a composite key stays an object. */
function onlyValue(row: object): unknown {
  const values: readonly unknown[] = Object.values(row)
  return values.length === 1 ? values[0] : row
}
