import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { csvLine } from '../core/csv.ts'
import type { Row } from '../core/database/value.ts'
import { toJsonText } from '../core/exact-json.ts'
import type { ExportRequest } from '../core/export.ts'
import type { Seal } from '../core/seal.ts'
import { listRecords } from '../operations/database/list-records.ts'
import { tableResource } from '../operations/database/table-access.ts'
import type { McpDeps, McpSession } from './call-tool.ts'
import { principalOf } from './principal.ts'
import { uriOf } from './resources.ts'

/** Where a result can be read whole. */
export interface ExportLink {
  readonly uri: string
  readonly name: string
  readonly title: string
  readonly description: string
  readonly mimeType: string
}

const SEALED = z.object({
  request: z.object({
    table_name: z.string(),
    filter: z.string().optional(),
    where: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
    fields: z.array(z.string()).optional(),
    order: z.string().optional(),
    format: z.enum(['csv', 'json']),
  }),
  until: z.number(),
})

const MIME_TYPES = { csv: 'text/csv', json: 'application/json' } as const

/** How long a link holds, in milliseconds. */
const HOLDS_MS = 15 * 60_000

/** A link for this caller alone: what it leads to is sealed in it, and read under the rules of the moment. */
export function exportLink(seal: Seal, service: string, caller: Caller, request: ExportRequest): ExportLink {
  const text = JSON.stringify({ request, until: Date.now() + HOLDS_MS })
  const { table_name, format } = request
  return {
    uri: uriOf(service, 'export', seal.seal(text, scopeOf(service, caller))),
    name: `${table_name}.${format}`,
    title: `All rows of ${table_name}`,
    description: 'Read it with your own credentials within 15 minutes.',
    mimeType: MIME_TYPES[format],
  }
}

export interface OpenedExport {
  readonly mimeType: string
  /** The text in parts, read as they are taken. */
  readonly parts: AsyncGenerator<string>
}

/** Undefined for an address that is no link, was changed, is too old, or was given to someone else or for another service. */
export async function openExport(
  deps: McpDeps,
  session: McpSession,
  uri: string,
  signal: AbortSignal,
): Promise<OpenedExport | undefined> {
  const prefix = `${uriOf(session.service, 'export')}/`
  if (!uri.startsWith(prefix)) return undefined
  const caller = await session.caller()
  const text = deps.services.seal.open(uri.slice(prefix.length), scopeOf(session.service, caller))
  const sealed = text === undefined ? undefined : SEALED.parse(JSON.parse(text))
  if (!sealed || sealed.until < Date.now()) return undefined
  const { request } = sealed
  const pages = pagesOf(deps, session, { request, caller, signal })
  return {
    mimeType: MIME_TYPES[request.format],
    parts: request.format === 'csv' ? csvParts(pages) : jsonParts(pages),
  }
}

function scopeOf(service: string, caller: Caller): string {
  return JSON.stringify(['mcp export', service, principalOf(caller)])
}

interface Exporting {
  readonly request: ExportRequest
  readonly caller: Caller
  readonly signal: AbortSignal
}

const PAGE_ROWS = 1_000

/** Pages of rows, each read as a request of its own, so that nothing is held between them. */
async function* pagesOf(
  { execute, services, countCall }: McpDeps,
  { service }: McpSession,
  { request, caller, signal }: Exporting,
): AsyncGenerator<readonly Row[]> {
  const { format: _, ...wanted } = request
  const args = { table_name: request.table_name }
  await countCall(caller, service, { name: 'get_table_data', args })
  const most = mostRowsOf(services, service, request.table_name, caller)
  let place: object = {}
  for (let read = 0; read < most; ) {
    const limit = Math.min(PAGE_ROWS, most - read)
    const input = { ...wanted, ...place, limit, as: 'rows', next_cursor: 'where_possible' }
    const page = await execute(listRecords, { service, input, caller, services, signal })
    const { rows = [], has_more, cursor_after } = page
    if (rows.length > 0) yield rows
    if (!has_more || rows.length === 0) return
    read += rows.length
    const cursor = cursor_after?.(rows.length - 1)
    place = cursor === undefined ? { offset: read } : { cursor }
  }
}

/** An export is one answer, however many reads it takes. */
function mostRowsOf(
  services: McpDeps['services'],
  service: string,
  table: string,
  { policy }: Caller,
): number {
  const resource = tableResource('_table', services.tableNamed(service, table))
  const access = policy.decide(service, resource, 'GET')
  return (access.allowed ? access.limits?.maxRows : undefined) ?? Number.POSITIVE_INFINITY
}

async function* csvParts(pages: AsyncGenerator<readonly Row[]>): AsyncGenerator<string> {
  let columns: readonly string[] | undefined
  for await (const rows of pages) {
    const head = columns ? [] : [csvLine(Object.keys(rows[0] ?? {}))]
    columns ??= Object.keys(rows[0] ?? {})
    const names = columns
    const lines = rows.map((row) => csvLine(names.map((name) => row[name])))
    yield `${[...head, ...lines].join('\n')}\n`
  }
}

async function* jsonParts(pages: AsyncGenerator<readonly Row[]>): AsyncGenerator<string> {
  let between = '['
  for await (const rows of pages) {
    yield `${between}${toJsonText(rows).slice(1, -1)}`
    between = ',\n'
  }
  yield between === '[' ? '[]' : ']'
}
