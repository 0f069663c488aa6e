import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Ahead } from '../http/ahead.ts'
import type { EveryRequest } from '../http/every-request.ts'
import { endWhole } from '../http/send-whole.ts'
import type { Answering, Plain } from './answering.ts'
import type { McpExchange } from './http.ts'
import type { AnySession } from './many-session.ts'
import { JSON_TYPE } from './rpc-error.ts'

interface PlainAheadOptions {
  readonly every: EveryRequest
  readonly bodyLimitBytes: number
  /** False while answers get headers that are not those of every request. */
  mayBeAhead(): boolean
  /** Undefined until the first request has had it loaded. */
  answering(): Answering | undefined
  openSession(exchange: McpExchange): Promise<AnySession>
}

/** Why requests were not let in that were taken before fastify, for who refuses them there. */
export type Refused = WeakMap<
  IncomingMessage,
  Pick<McpExchange, 'mcpCaller' | 'callerLabel'> & { error: unknown }
>

/**
 * Plain calls, answered before fastify has a look at them: routes, hooks, parsers and replies take a tenth of a call. By its head a request must be such that
 * nothing of them would do anything but let it pass; the checks of every request are asked for, not made again. What is not let in is refused by fastify.
 */
export function plainAhead(options: PlainAheadOptions, refused: Refused): Ahead {
  const { every, mayBeAhead, answering, openSession } = options
  const head = Object.entries(every.headers).flat()
  const isLetIn = (raw: IncomingMessage) =>
    !every.trustsProxies && every.phase() === 'ready' && every.refusal(raw) === undefined
  const longest = Math.min(LONGEST_BODY, options.bodyLimitBytes)

  async function answer(
    exchange: McpExchange,
    response: ServerResponse,
    { loaded, asked }: { readonly loaded: Answering; readonly asked: Plain },
  ): Promise<boolean> {
    const forget = every.follow(exchange, response)
    try {
      exchange.mcpSession = await openSession(exchange)
      const text = await loaded.answerPlain(exchange, asked)
      const sizeBytes = Buffer.byteLength(text)
      const { id } = exchange
      const own = ['x-request-id', id, 'content-type', JSON_TYPE, 'content-length', String(sizeBytes)]
      response.writeHead(200, [...head, ...own])
      endWhole(response, text, sizeBytes)
      return true
    } catch (error) {
      forget()
      const { mcpCaller, callerLabel } = exchange
      refused.set(exchange.raw, { error, mcpCaller, callerLabel })
      return false
    }
  }

  return {
    mayTake: (raw) => isPlainHead(raw, longest) && mayBeAhead() && isLetIn(raw),
    take(raw, response, body) {
      const loaded = answering()
      const asked = loaded?.plainIn(raw.headers, body.toString('utf8'))
      return loaded && asked && answer(exchangeOf(raw, every.idOf(raw)), response, { loaded, asked })
    },
  }
}

/** Longer ones are seldom plain, and often not there at once. In bytes. */
const LONGEST_BODY = 16_384
const ADDRESS = /^\/mcp(?:\/([\w-]+))?$/

/** Of headers that change what becomes of a request there is none. */
function isPlainHead({ method, httpVersion, url = '', headers }: IncomingMessage, longest: number): boolean {
  if (method !== 'POST' || httpVersion !== '1.1' || headers['content-type'] !== 'application/json')
    return false
  if (!(Number(headers['content-length']) <= longest) || !ADDRESS.test(url)) return false
  return !UNUSUAL.some((name) => headers[name] !== undefined)
}

const UNUSUAL = [
  'origin',
  'transfer-encoding',
  'content-encoding',
  'expect',
  'upgrade',
  'mcp-session-id',
  'access-control-request-method',
] as const

function exchangeOf(raw: IncomingMessage, id: string): McpExchange {
  const { headers, socket, method = '', url = '' } = raw
  return {
    raw,
    headers,
    method,
    id,
    ip: socket.remoteAddress ?? '',
    params: { service: ADDRESS.exec(url)?.[1] },
    callerLabel: 'anonymous',
    failure: null,
    call: null,
    mcpSession: null,
    mcpCaller: null,
  }
}
