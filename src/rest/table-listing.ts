import { AppError } from '../core/errors.ts'
import { describeTable } from '../operations/database/describe-table.ts'
import { listTables, type TableSummary } from '../operations/database/list-tables.ts'
import { listAnswer } from './answer.ts'
import { flag, list } from './options.ts'
import { picked } from './picked.ts'
import { queryText } from './query.ts'
import type { RestContext } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { unsupportedVerb } from './unsupported.ts'
import { writeTables } from './write-schema.ts'

/** `GET _table` (dreamfactory-rest §4.2): names, or with `fields` what is known of each table. */
export async function tableListing(request: RestRequest, context: RestContext): Promise<string> {
  if (request.verb !== 'GET') throw unsupportedVerb(request)
  const tables = await summaries(request, context, list(request, 'ids'))
  return listed(
    request,
    tables.map((table) => ({ ...onWire(table), name: table.alias ?? table.name })),
    ['name'],
  )
}

/** `GET _schema`: as `_table`, with aliases; with `ids` the whole definitions (dreamfactory-rest §5.1). */
export async function schemaListing(request: RestRequest, context: RestContext): Promise<string> {
  if (request.verb !== 'GET') return writeTables(request, context)
  const ids = list(request, 'ids')
  const tables = await summaries(request, context, ids)
  if (!ids?.length) {
    return listed(
      request,
      tables.map((table) => ({ alias: table.alias, ...onWire(table) })),
      ['name'],
    )
  }
  const whole = await Promise.all(tables.map(({ name }) => context.run(describeTable, { table_name: name })))
  return listed(request, whole, ['*'])
}

async function summaries(
  request: RestRequest,
  { run }: RestContext,
  ids: readonly unknown[] | undefined,
): Promise<readonly TableSummary[]> {
  const schema = queryText(request.query, 'schema')
  const input = { ...(ids?.length && { ids }), ...(schema && { schema }), refresh: flag(request, 'refresh') }
  return (await run(listTables, input)).tables
}

/** In the order of the wire, without what only models are told. */
function onWire({ name, label, description, plural, is_view, access }: TableSummary) {
  return { name, label, description, native: [], plural, is_view, access }
}

/** Throws `bad_request` for what is told of no table. */
function requireKnown(fields: readonly unknown[], tables: readonly object[]): void {
  const known = new Set(['*', ...tables.flatMap((table) => Object.keys(table))])
  const unknown = fields.find((name) => !known.has(String(name)))
  if (unknown === undefined || tables.length === 0) return
  throw new AppError('bad_request', `Invalid field requested: ${String(unknown).slice(0, 200)}`, {
    hint: `'fields' takes ${[...known].join(', ')}.`,
    context: { parameter: 'fields' },
  })
}

function listed(
  request: RestRequest,
  tables: readonly { readonly name: string }[],
  defaultFields: readonly string[],
): string {
  const fields = list(request, 'fields') ?? defaultFields
  requireKnown(fields, tables)
  const isNames = flag(request, 'as_list')
  return listAnswer(
    request,
    tables.map((table) => (isNames ? table.name : picked(table, fields))),
  )
}
