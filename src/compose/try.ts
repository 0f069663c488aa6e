import { randomBytes } from 'node:crypto'
import type { Accounts } from '../access/accounts.ts'
import type { Authenticator } from '../access/authenticate.ts'
import { createCallers } from '../access/callers.ts'
import type { Caller } from '../core/caller.ts'
import { AppError } from '../core/errors.ts'
import type { Tried, TryAs, TryInput } from '../rest/system/try-as.ts'

interface Parts {
  readonly accounts: () => Accounts
  readonly authenticator: Authenticator
  /** Of this server, as clients see it. */
  readonly baseUrl: string | undefined
}

/** Most characters of an answer that are shown. */
const MOST_SHOWN = 64_000
const LONGEST_MS = 60_000
const TOKEN_LENGTH = 4
const MCP_VERSION = '2025-11-25'

/** Requests in the name of others: through the same doors as all, with a key that lives as long as the request. */
export function composeTry({ accounts, authenticator, baseUrl = 'http://127.0.0.1:8080' }: Parts) {
  const lent = new Map<string, Caller>()

  function callerOf({ role, app }: TryInput['as']): Caller {
    if (app !== undefined) {
      if (![...accounts().appByKeyHash.values()].some(({ id }) => id === app)) throw notThere(app)
      return authenticator.callerOf({ appId: app })
    }
    const found = role === undefined ? undefined : accounts().roleById.get(role)
    if (!found) throw notThere(role)
    return createCallers(accounts()).callerInRole(found)
  }

  return {
    /** As the doors ask it: a lent key first, while there are any. */
    authenticate: ((credentials) => {
      const caller = lent.size === 0 ? undefined : lent.get(credentials.apiKey ?? '')
      return caller ? Promise.resolve(caller) : authenticator.authenticate(credentials)
    }) satisfies Authenticator['authenticate'],
    through(http: () => Doors): TryAs {
      return async (given, by, { signal }) => {
        const caller = { ...callerOf(given.as), actedBy: by }
        const key = `try-${randomBytes(32).toString('hex')}`
        lent.set(key, caller)
        try {
          return await send(http(), given, { key, caller, baseUrl, signal })
        } finally {
          lent.delete(key)
        }
      }
    },
  }
}

/** The server, asked without a connection. */
interface Doors {
  inject(request: {
    readonly method: Plain['method']
    readonly url: string
    readonly headers: Record<string, string>
    readonly payload?: string
    readonly signal: AbortSignal
  }): Promise<{
    readonly statusCode: number
    readonly body: string
    readonly rawPayload: Buffer
    readonly headers: Readonly<Record<string, unknown>>
  }>
}

interface Sending {
  readonly key: string
  readonly caller: Caller
  readonly baseUrl: string
  readonly signal: AbortSignal
}

async function send(http: Doors, given: TryInput, sending: Sending): Promise<Tried> {
  const { key, caller, baseUrl, signal } = sending
  const { method, url, headers, body } = requestOf(given)
  const startedMs = performance.now()
  const answer = await http.inject({
    method,
    url,
    headers: { host: 'localhost', 'x-dreamfactory-api-key': key, ...headers },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]),
  })
  const ms = Math.round((performance.now() - startedMs) * 10) / 10
  const text = answer.body.replaceAll(key, '***')
  return {
    caller: caller.label,
    status: answer.statusCode,
    ms,
    content_type: String(answer.headers['content-type'] ?? ''),
    request_id: String(answer.headers['x-request-id'] ?? ''),
    body: text.slice(0, MOST_SHOWN),
    is_cut: text.length > MOST_SHOWN,
    byte_count: answer.rawPayload.length,
    token_count: Math.ceil(text.length / TOKEN_LENGTH),
    curl: curlOf({ method, url: `${baseUrl}${url}`, headers, body }),
    ...(given.tool && body !== undefined && { message: Object(body) }),
  }
}

interface Plain {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

function requestOf({ tool, rest }: TryInput): Plain {
  const json = { 'content-type': 'application/json' }
  if (tool)
    return {
      method: 'POST',
      url: `/mcp/${encodeURIComponent(tool.service)}`,
      headers: {
        ...json,
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': MCP_VERSION,
      },
      body: {
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: tool.name, arguments: tool.arguments },
      },
    }
  const { verb = 'GET', path = '', body } = rest ?? {}
  const method = (['POST', 'PUT', 'PATCH', 'DELETE'] as const).find((one) => one === verb) ?? 'GET'
  return { method, url: `/api/v2/${path}`, headers: body === undefined ? {} : json, body }
}

/** To paste into a shell, with a key in `$KEY`. */
function curlOf({ method, url, headers, body }: Plain): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
  return [
    `curl -X ${method} ${quoted(url)} -H "X-DreamFactory-API-Key: $KEY"`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`-d ${quoted(JSON.stringify(body))}`]),
  ].join(' ')
}

function notThere(id: number | undefined): AppError {
  return new AppError('not_found', `Record with identifier '${id}' not found.`)
}
