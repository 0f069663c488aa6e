import { AppError } from '../../core/errors.ts'
import { plainText } from '../../core/plain-text.ts'
import type { Asked } from '../../system/system-api.ts'
import { type Answer, listAnswer } from '../answer.ts'
import { requireRecord, requireRecords, wrappedRecords } from '../body.ts'
import { flag, idsOf, type OptionSource } from '../options.ts'
import { isTrue, queryText } from '../query.ts'
import { batchOptions, filterOptions, listOptions, shownOptions } from '../record-input.ts'
import type { RestRequest } from '../rest-request.ts'
import { limitCounters } from './limit-counters.ts'
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
  context: SystemContext,
  asked: Asked,
): Promise<Answer> {
  const { verb, body } = request
  const { system } = context.deps
  if (verb === 'GET') return readRecords(name, request, context)
  const common = { ...shownOptions(request), ...batchOptions(request) }
  switch (verb) {
    case 'POST': {
      const input = { ...common, ...changeOptions(request), records: requireRecords(body) }
      const written = await system.write('create', name, input, asked)
      return isTrial(request) ? TRIED : { status: 201, text: listAnswer(request, written) }
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

/** What a list has where the request says nothing. */
interface Usual {
  readonly id_field: readonly string[]
  readonly fields: readonly string[]
  readonly order: string
}

/** A list of records, with every option of lists. */
export async function readRecords(
  name: string,
  request: RestRequest,
  context: SystemContext,
  usual?: Usual,
): Promise<Answer> {
  const asList = flag(request, 'as_list')
  const given = { ...shownOptions(request), ...listOptions(request) }
  const { id_field = usual?.id_field, fields = usual?.fields, order = usual?.order } = given
  const isOrdered = given.ids === undefined && given.group === undefined
  const [field = 'id'] = id_field?.map(plainText) ?? []
  const counters = asList ? undefined : limitCounters(name, given, context)
  const { related: _, ...others } = given
  const input = {
    ...(counters ? others : given),
    ...(id_field && { id_field }),
    ...(fields && { fields }),
    ...(isOrdered && { order }),
    ...counters?.input,
    ...(asList && { fields: [field] }),
  }
  const page = await context.deps.system.list(name, input, context)
  if (page.count_only !== undefined) return String(page.count_only)
  const rows = (await counters?.add(page.rows ?? [])) ?? page.rows ?? []
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
  context: SystemContext,
  asked: Asked,
): Promise<Answer> {
  const { verb, query, body } = request
  const { system } = context.deps
  // A bare body is the record: its keys are fields. Beside wrapped records, keys are options.
  const source: OptionSource = {
    verb,
    query,
    body: verb === 'GET' || wrappedRecords(body) ? body : undefined,
  }
  const common = shownOptions(source)
  if (verb === 'GET') return await readRecord(name, identifier, common, context)
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
  const written = await system.write(verb === 'PUT' ? 'replace' : 'update', name, input, asked)
  return isTrial(request) ? TRIED : JSON.stringify(written[0])
}

async function readRecord(
  name: string,
  identifier: string,
  given: ReturnType<typeof shownOptions>,
  context: SystemContext,
): Promise<string> {
  const counters = limitCounters(name, given, context)
  const { related: _, ...others } = given
  const input = counters ? { ...others, ...counters.input } : given
  const row = await context.deps.system.get(name, identifier, input, context)
  const [shown = row] = (await counters?.add([row])) ?? []
  return JSON.stringify(shown)
}

/** The address says which record it is. */
function movedRecord(): AppError {
  const sentence = 'The id field is written by the server only.'
  return new AppError('bad_request', `Invalid data supplied. ${sentence}`, { context: { id: [sentence] } })
}

function selection(source: OptionSource): object {
  const ids = idsOf(source)
  return ids ? { ids } : filterOptions(source)
}

function changeOptions(request: RestRequest) {
  return {
    validate: isTrial(request) ? 'only' : option(request, 'validate'),
    ...(option(request, 'send_invite') && { send_invite: true }),
  }
}

/** Nothing was written, so there is no record to show. */
const TRIED = '{"success":true}'

/** `validate=only`: found out, and nothing stored. */
function isTrial({ query }: RestRequest): boolean {
  return queryText(query, 'validate')?.toLowerCase() === 'only'
}

function option({ query }: RestRequest, name: 'validate' | 'regenerate' | 'send_invite'): boolean {
  return isTrue(queryText(query, name))
}
