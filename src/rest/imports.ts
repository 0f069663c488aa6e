import { Readable } from 'node:stream'
import { refusalOf } from '../core/caller.ts'
import { AppError } from '../core/errors.ts'
import type { ImportJob } from '../core/imports.ts'
import { readRows } from '../http/row-stream.ts'
import { checkImport } from '../operations/database/import/check-import.ts'
import { tableResource } from '../operations/database/table-access.ts'
import { listAnswer } from './answer.ts'
import { wrappedRecords } from './body.ts'
import type { RestContext } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { unsupportedVerb } from './unsupported.ts'

/** `_import/{table}`: rows into a table in the background; `_import/{id}`: how far it is, and DELETE to stop it. */
export async function imports(request: RestRequest, context: RestContext): Promise<string> {
  const { verb, path } = request
  const [, name, ...rest] = path
  const { jobs, caller, service } = context
  if (rest.length > 0 || (name === undefined && verb !== 'GET')) throw unsupportedVerb(request)
  if (name === undefined) return listAnswer(request, (await jobs.list(service.name, caller)).map(shown))
  switch (verb) {
    case 'POST':
      return JSON.stringify(shown(await start(name, request, context)))
    case 'GET':
      return JSON.stringify(shown(await jobs.get(service.name, idOf(name), caller)))
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
  const { table, records } = await run(checkImport, {
    table_name: name,
    rows: rowsIn(request, importLimitBytes),
    as_texts: request.isText,
  })
  return jobs.start({ service: service.name, table, records }, caller)
}

/** For who may write there still, with these very credentials. */
async function cancel(id: number, { jobs, caller, service }: RestContext): Promise<ImportJob> {
  const { table } = await jobs.get(service.name, id, caller)
  const access = caller.policy.decide(service.name, tableResource('_table', table), 'POST')
  if (!access.allowed) throw refusalOf(caller, access.reason)
  return jobs.cancel(service.name, id, caller)
}

/** CSV and NDJSON are read while they come; a JSON list is there already. */
function rowsIn({ body, isText }: RestRequest, mostBytes: number): AsyncIterable<unknown> {
  // Whoever stops reading early still gets to answer: what is left of the body is thrown away.
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
  throw new AppError('not_found', `There is no import ${text.slice(0, 50)}.`)
}
