import type { IncomingHttpHeaders } from 'node:http'
import { SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/server'

type Item = Readonly<Record<string, unknown>>

/** A `tools/list` or `tools/call` so plain that it needs nothing of the SDK. */
export interface PlainRequest {
  readonly id: string | number
  readonly era: 'legacy' | 'modern'
  /** Absent for `tools/list`. */
  readonly call?: { readonly name: string; readonly args: Item }
  /** The address of an export, of `resources/read`. */
  readonly read?: string
  /** The client can put a question to its person. */
  readonly asks?: true
}

const MODERN_VERSION = '2026-07-28'
const RESERVED = 'io.modelcontextprotocol/'
const VERSION_KEY = `${RESERVED}protocolVersion`
const CAPABILITIES_KEY = `${RESERVED}clientCapabilities`
const CLIENT_KEY = `${RESERVED}clientInfo`

/**
 * The request, if every rule of its revision holds and nothing unusual is in it; undefined sends it to the SDK, which
 * then finds the right error or does the unusual thing. Saying undefined is always right, only slower.
 */
export function plainRequest(headers: IncomingHttpHeaders, body: unknown): PlainRequest | undefined {
  if (!isItem(body) || !hasOnly(body, ['jsonrpc', 'id', 'method', 'params']) || body.jsonrpc !== '2.0')
    return undefined
  const { id, method, params = {} } = body
  if (typeof id !== 'string' && !Number.isSafeInteger(id)) return undefined
  if (!isItem(params) || (method !== 'tools/list' && method !== 'tools/call' && method !== 'resources/read'))
    return undefined
  const call = method === 'tools/call' ? plainCall(params) : undefined
  const read = method === 'resources/read' ? plainExport(params) : undefined
  if (method === 'tools/list' ? !hasOnly(params, ['_meta']) : (call ?? read) === undefined) return undefined
  const era = eraOf(headers, { method, name: call?.name ?? read, meta: params._meta })
  if (!era) return undefined
  const asks = era === 'modern' && isItem(params._meta) && canAsk(params._meta[CAPABILITIES_KEY])
  return {
    id: typeof id === 'string' ? id : Number(id),
    era,
    ...(call ? { call } : {}),
    ...(read === undefined ? {} : { read }),
    ...(asks ? { asks } : {}),
  }
}

/** By its capabilities: forms, which `{}` means as well. */
export function canAsk(capabilities: unknown): boolean {
  if (!isItem(capabilities) || !isItem(capabilities.elicitation)) return false
  const { elicitation } = capabilities
  return Object.keys(elicitation).length === 0 || 'form' in elicitation
}

function plainCall(params: Item): PlainRequest['call'] {
  const { name, arguments: args = {} } = params
  const plain = hasOnly(params, ['name', 'arguments', '_meta']) && typeof name === 'string' && isItem(args)
  return plain ? { name, args } : undefined
}

/** Other resources are short: the SDK answers them. */
function plainExport({ uri, ...rest }: Item): string | undefined {
  return typeof uri === 'string' && /^sluice:\/\/[^/]+\/export\//.test(uri) && hasOnly(rest, ['_meta'])
    ? uri
    : undefined
}

interface Addressed {
  readonly method: string
  readonly name: string | undefined
  readonly meta: unknown
}

function eraOf(headers: IncomingHttpHeaders, request: Addressed): PlainRequest['era'] | undefined {
  const { meta = {} } = request
  if (!isItem(meta) || 'progressToken' in meta) return undefined
  if (headers['mcp-protocol-version'] === MODERN_VERSION)
    return isModern(headers, request, meta) ? 'modern' : undefined
  return isLegacy(headers, meta) ? 'legacy' : undefined
}

/** 2025 revisions: both kinds of answer accepted, a version we know or none, and no trace of the 2026 envelope. */
function isLegacy(
  { accept = '', 'mcp-protocol-version': version }: IncomingHttpHeaders,
  meta: Item,
): boolean {
  if (!accept.includes('application/json') || !accept.includes('text/event-stream')) return false
  if (Object.keys(meta).some((key) => key.startsWith(RESERVED))) return false
  return (
    version === undefined || (typeof version === 'string' && SUPPORTED_PROTOCOL_VERSIONS.includes(version))
  )
}

/** 2026-07-28: the headers mirror the body, and the envelope has its required keys. */
function isModern(headers: IncomingHttpHeaders, { method, name }: Addressed, meta: Item): boolean {
  if (headers['mcp-method'] !== method || meta[VERSION_KEY] !== MODERN_VERSION) return false
  if (name !== undefined && (headers['mcp-name'] !== name || name.startsWith('=?'))) return false
  const reserved = Object.keys(meta).filter((key) => key.startsWith(RESERVED))
  const known = reserved.every((key) => key === VERSION_KEY || key === CAPABILITIES_KEY || key === CLIENT_KEY)
  return known && isPlainCapabilities(meta[CAPABILITIES_KEY]) && isPlainClient(meta[CLIENT_KEY])
}

const CAPABILITIES: ReadonlySet<string> = new Set(['sampling', 'elicitation', 'roots', 'extensions'])

/** Nothing, or capabilities without settings of their own: what clients send. Anything richer is for the SDK to judge. */
function isPlainCapabilities(value: unknown): boolean {
  if (!isItem(value)) return false
  return Object.entries(value).every(
    ([name, inner]) => CAPABILITIES.has(name) && isItem(inner) && isPlainCapability(inner),
  )
}

function isPlainCapability(capability: Item): boolean {
  return Object.entries(capability).every(([name, inner]) => {
    return name === 'listChanged'
      ? typeof inner === 'boolean'
      : isItem(inner) && Object.keys(inner).length === 0
  })
}

function isPlainClient(value: unknown): boolean {
  if (value === undefined) return true
  if (!isItem(value) || !hasOnly(value, ['name', 'version', 'title'])) return false
  const { name, version, title = '' } = value
  return typeof name === 'string' && typeof version === 'string' && typeof title === 'string'
}

function hasOnly(item: Item, keys: readonly string[]): boolean {
  for (const key in item) if (!keys.includes(key)) return false
  return true
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
