import { AppError } from '../../core/errors.ts'
import type { Asked } from '../../system/system-api.ts'
import { type Answer, listAnswer } from '../answer.ts'
import { requireRecord, requireRecords, wrappedRecords } from '../body.ts'
import { flag, list, type OptionSource } from '../options.ts'
import { isTrue, queryText } from '../query.ts'
import { answerOptions, batchOptions, filterOptions, idsOf, listInput } from '../record-input.ts'
import type { RestRequest } from '../rest-request.ts'
import type { SystemContext } from './system-handler.ts'

/** `system/{resource}` and `system/{resource}/{id or name}` (dreamfactory-rest §7.1). */
export function systemRecords(name: string, request: RestRequest, context: SystemContext): Promise<Answer> {
  const [, identifier] = request.path
  const asked: Asked = { caller: context.caller, signal: context.signal }
  return identifier === undefined
    ? collection(name, request, context, asked)
    : single(name, identifier, request, context, asked)
}

async function collection(
  name: string,
  request: RestRequest,
  { deps: { system } }: SystemContext,
  asked: Asked,
): Promise<Answer> {
  const { verb, body } = request
  if (verb === 'GET') return readList(name, request, system, asked)
  const common = { ...answerOf(request), ...batchOptions(request) }
  switch (verb) {
    case 'POST': {
      const input = { ...common, ...changeOptions(request), records: requireRecords(body) }
      return { status: 201, text: listAnswer(request, await system.write('create', name, input, asked)) }
    }
    case 'PUT':
    case 'PATCH': {
      const change = { ...changeOptions(request), regenerate: option(request, 'regenerate') }
      const input = { ...common, ...change, records: requireRecords(body), ...selection(request) }
      const written = await system.write(verb === 'PUT' ? 'replace' : 'update', name, input, asked)
      return listAnswer(request, written)
    }
    case 'DELETE': {
      const records = wrappedRecords(body)
      const selected = idsOf(request) || !records?.length ? selection(request) : { records }
      const input = { ...common, ...selected, force: flag(request, 'force') }
      return listAnswer(request, await system.write('remove', name, input, asked))
    }
  }
}

async function readList(
  name: string,
  request: RestRequest,
  system: SystemContext['deps']['system'],
  asked: Asked,
): Promise<Answer> {
  const asList = flag(request, 'as_list')
  const [field = 'id'] = list(request, 'id_field')?.map(String) ?? []
  const { table_name: _, lenient: __, as: ___, ...input } = listInput(name, request, false)
  const page = await system.list(name, asList ? { ...input, fields: [field] } : input, asked)
  if (page.count_only !== undefined) return String(page.count_only)
  const rows = page.rows ?? []
  const meta = {
    ...(input.include_count && { count: page.total }),
    // Recorded so, of the system alone.
    ...(page.schema && { schema: { alias: null, ...page.schema } }),
  }
  const items = asList ? rows.map((row) => row[field] ?? null) : rows
  return listAnswer(request, items, Object.keys(meta).length > 0 ? meta : undefined)
}

async function single(
  name: string,
  identifier: string,
  request: RestRequest,
  { deps: { system } }: SystemContext,
  asked: Asked,
): Promise<Answer> {
  const { verb, query, body } = request
  // A bare body is the record: its keys are fields. Beside wrapped records, keys are options.
  const source: OptionSource = { query, body: verb === 'GET' || wrappedRecords(body) ? body : undefined }
  const common = answerOf(source)
  if (verb === 'GET') return JSON.stringify(await system.get(name, identifier, common, asked))
  if (verb === 'POST')
    throw new AppError('bad_request', 'Create record by identifier not currently supported.')
  const record = verb === 'DELETE' ? undefined : requireRecord(body ?? {})
  const id = await system.idOf(name, identifier, asked)
  if (verb === 'DELETE') {
    const [row] = await system.write('remove', name, { ...common, id, force: flag(source, 'force') }, asked)
    return JSON.stringify(row)
  }
  const { id: given, ...rest } = record ?? {}
  if (given !== undefined && Number(given) !== id) throw movedRecord()
  const change = { ...changeOptions(request), regenerate: option(request, 'regenerate') }
  const input = { ...common, ...change, id, records: [rest] }
  const [row] = await system.write(verb === 'PUT' ? 'replace' : 'update', name, input, asked)
  return JSON.stringify(row)
}

/** The address says which record it is. */
function movedRecord(): AppError {
  const sentence = 'The id field is written by the server only.'
  return new AppError('bad_request', `Invalid data supplied. ${sentence}`, { context: { id: [sentence] } })
}

/** Unknown names in `related` are refused here. */
function answerOf(source: OptionSource) {
  const { lenient: _, ...answer } = answerOptions(source)
  return answer
}

function selection(source: OptionSource): object {
  const ids = idsOf(source)
  return ids ? { ids } : filterOptions(source)
}

function changeOptions(request: RestRequest) {
  return {
    validate: option(request, 'validate'),
    ...(option(request, 'send_invite') && { send_invite: true }),
  }
}

function option({ query }: RestRequest, name: 'validate' | 'regenerate' | 'send_invite'): boolean {
  return isTrue(queryText(query, name))
}
