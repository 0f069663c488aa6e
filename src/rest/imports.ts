import { Readable } from 'node:stream'
import { refusalOf } from '../core/caller.ts'
import { AppError } from '../core/errors.ts'
import type { ImportJob } from '../core/imports.ts'
import { readRows } from '../http/row-stream.ts'
import { checkImport } from '../operations/database/import/check-import.ts'
import { tableResource } from '../operations/database/table-access.ts'
import { listAnswer } from './answer.ts'
import { wrappedRecords } from './body.ts'
import { refuseEnding } from './refuse-options.ts'
import type { RestContext } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { StreamedBody } from './streamed-body.ts'
import { unsupportedVerb } from './unsupported.ts'

/** `_import/{table}`: rows into a table in the background; `_import/{id}`: how far it is, and DELETE to stop it. */
export async function imports(request: RestRequest, context: RestContext): Promise<string> {
  const { verb, path } = request
  const [, name, ...rest] = path
  const { jobs, caller, service } = context
  if (rest.length > 0 || (name === undefined && verb !== 'GET')) throw unsupportedVerb(request)
  if (name === undefined) {
    const own = await jobs.list(service.name, caller)
    return listAnswer(request, own.filter(({ table }) => mayImport(table, context).allowed).map(shown))
  }
  switch (verb) {
    case 'POST':
      return JSON.stringify(shown(await start(name, request, context)))
    case 'GET':
      return JSON.stringify(shown(await told(name, context)))
    case 'DELETE':
      return JSON.stringify(shown(await cancel(idOf(name), context)))
    default:
      throw unsupportedVerb(request)
  }
}

async function start(
  name: string,
  request: RestRequest,
  { run, jobs, caller, service, importLimitBytes }: RestContext,
): Promise<ImportJob> {
  refuseEnding({ query: request.query, body: undefined }, ['continue', 'rollback'], ENDING)
  const { table, records } = await run(checkImport, {
    table_name: name,
    rows: rowsIn(request, importLimitBytes),
    as_texts: request.isText,
  })
  return jobs.start({ service: service.name, table, records }, caller)
}

const ENDING = 'An import ends at the first row that the database refuses: the parts before it stay.'

/** For who may still write there: to others there is none. */
async function told(name: string, context: RestContext): Promise<ImportJob> {
  const { jobs, caller, service } = context
  const id = idOf(name)
  const job = await jobs.get(service.name, id, caller)
  if (mayImport(job.table, context).allowed) return job
  throw noImport(String(id))
}

function mayImport(table: string, { caller, service }: RestContext) {
  return caller.policy.decide(service.name, tableResource('_table', table), 'POST')
}

/** For who may write there still, with these very credentials. */
async function cancel(id: number, context: RestContext): Promise<ImportJob> {
  const { jobs, caller, service } = context
  const { table } = await jobs.get(service.name, id, caller)
  const access = mayImport(table, context)
  if (!access.allowed) throw refusalOf(caller, access.reason)
  return jobs.cancel(service.name, id, caller)
}

/** CSV and NDJSON are read while they come; a JSON list is there already. */
function rowsIn({ body, isText }: RestRequest, mostBytes: number): AsyncIterable<unknown> {
  // Whoever stops reading early still gets to answer: what is left of the body is thrown away.
  if (body instanceof StreamedBody) return readRows(isText ? 'csv' : 'ndjson', body.chunks(), mostBytes)
  if (body instanceof Readable)
    return readRows(isText ? 'csv' : 'ndjson', body.iterator({ destroyOnReturn: false }), mostBytes)
  const given = wrappedRecords(body)
  if (given) return oneByOne(given)
  throw new AppError('bad_request', 'The request has no rows.', {
    hint: 'Send CSV (text/csv), a JSON object a line (application/x-ndjson), or a JSON list.',
  })
}

async function* oneByOne(rows: readonly unknown[]): AsyncGenerator<unknown> {
  yield* rows
}

function shown({
  id,
  table,
  status,
  rowsTotal,
  rowsDone,
  message,
  createdDate,
  finishedDate,
}: ImportJob): object {
  return {
    id,
    table,
    status,
    rows_total: rowsTotal,
    rows_done: rowsDone,
    message: message ?? null,
    created_date: createdDate,
    finished_date: finishedDate ?? null,
  }
}

function idOf(text: string): number {
  const id = /^\d{1,15}$/.test(text) ? Number(text) : 0
  if (id > 0) return id
  throw noImport(text.slice(0, 50))
}

function noImport(id: string): AppError {
  return new AppError('not_found', `There is no import ${id}.`)
}
