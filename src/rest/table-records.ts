import { AppError } from '../core/errors.ts'
import { toJsonText } from '../core/exact-json.ts'
import type { Preview } from '../operations/database/consent/preview.ts'
import { createRecords } from '../operations/database/create-records.ts'
import { deleteRecords } from '../operations/database/delete-records.ts'
import { getTaggedRecord } from '../operations/database/get-record.ts'
import type { TaggedRecord } from '../operations/database/record-plan.ts'
import { replaceRecords, updateRecords } from '../operations/database/update-records.ts'
import type { WriteAnswer } from '../operations/database/write-answer.ts'
import { type Answer, listAnswer, NOT_MODIFIED } from './answer.ts'
import { requireRecord, requireRecords, wrappedRecords } from './body.ts'
import { isKnown, matchOptions, requireNoMatch } from './conditions.ts'
import { flag, idsOf, type OptionSource, text } from './options.ts'
import { answerOptions, batchOptions, consentOptions, filterOptions, recordOptions } from './record-input.ts'
import { onlyValue, recordList } from './record-list.ts'
import { refuseChoosing, refuseOptions } from './refuse-options.ts'
import type { RestContext } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'

/** `_table/{table}` and `_table/{table}/{id}`; further segments are ignored, as the original does. */
export async function tableRecords(request: RestRequest, context: RestContext): Promise<Answer> {
  refuseOptions(request.query)
  const [, table = '', id] = request.path
  return id === undefined ? collection(table, request, context) : single(table, id, request, context)
}

async function collection(table: string, request: RestRequest, context: RestContext): Promise<Answer> {
  const { run } = context
  if (request.verb === 'GET') return recordList(table, request, context)
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
