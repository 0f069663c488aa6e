import type { FastifyRequest } from 'fastify'
import type { PlainListRead, PlainRecordRead } from '../operations/plain-reads.ts'
import { splitList } from './option-spellings.ts'
import type { Query } from './query.ts'

/** What a plain request asks for. */
export type PlainRequest = PlainRecordRead | (PlainListRead & { readonly id?: undefined })

type Asked = Pick<FastifyRequest<{ Querystring: Query }>, 'method' | 'headers' | 'query' | 'body'>

/**
 * Reads a GET that nearly all are like: one record, or a page of a given size, as JSON, with no option but those below and
 * nothing in headers that changes what it means. Undefined for every other: saying so is always right.
 */
export function plainRequest({ method, headers, query, body }: Asked, url: string): PlainRequest | undefined {
  if (method !== 'GET' || body !== undefined || !isPlain(headers)) return undefined
  const [, service, table, id] = ADDRESS.exec(url) ?? []
  if (service === undefined || table === undefined) return undefined
  return id === undefined ? listIn(query, { service, table }) : recordIn(query, { service, table, id })
}

/** `/api/v2/shop/_table/orders/5`; what is percent-encoded is for others to decode. */
const ADDRESS = /^\/api\/v2\/([^/?#%]+)\/_table\/([^/?#%]+)(?:\/([^/?#%]+))?(?:\?|$)/

function isPlain(headers: Asked['headers']): boolean {
  const { accept } = headers
  const takesJson = accept === undefined || accept === '*/*' || accept === 'application/json'
  return takesJson && headers.wrap === undefined && headers['if-none-match'] === undefined
}

type Names = Pick<PlainRequest, 'service' | 'table'>

function recordIn(query: Query, { service, table, id }: Names & { id: string }): PlainRequest | undefined {
  for (const name in query) if (name !== 'fields') return undefined
  const { fields } = query
  if (fields === undefined) return { service, table, id, fields }
  return isShort(fields) ? { service, table, id, fields: splitList(fields) } : undefined
}

function listIn(query: Query, { service, table }: Names): PlainRequest | undefined {
  for (const name in query) if (!LIST_OPTIONS.has(name)) return undefined
  const { fields, filter, order, limit, offset } = query
  if (typeof limit !== 'string' || !SIZE.test(limit)) return undefined
  if ((fields !== undefined && !isShort(fields)) || (order !== undefined && !isShort(order))) return undefined
  if (filter !== undefined && (typeof filter !== 'string' || filter.trim() === '')) return undefined
  if (offset !== undefined && (typeof offset !== 'string' || !OFFSET.test(offset))) return undefined
  const names = fields === undefined ? undefined : splitList(fields)
  return { service, table, fields: names, filter, order, limit: Number(limit), offset: Number(offset ?? 0) }
}

const LIST_OPTIONS: ReadonlySet<string> = new Set(['fields', 'filter', 'order', 'limit', 'offset'])

/** Larger pages may be streamed. */
const SIZE = /^[1-9]\d{0,2}$/
const OFFSET = /^\d{1,12}$/

/** Neither blank nor longer than people write. */
function isShort(value: Query[string]): value is string {
  return typeof value === 'string' && value.length <= MOST_CHARACTERS && !NOTHING.test(value)
}

const MOST_CHARACTERS = 1000
const NOTHING = /^[\s,]*$/
