import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import {
  type AuthInfo,
  createMcpHandler,
  isInitializeRequest,
  isJSONRPCRequest,
  ProtocolError,
  type Server,
  type ServerContext,
  type ServerEventBus,
} from '@modelcontextprotocol/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../core/errors.ts'
import type { McpDeps, McpSession } from './call-tool.ts'
import { type AnySession, toMany, toOne } from './many-session.ts'
import { principalOf } from './principal.ts'
import { sendNoSession } from './rpc-error.ts'
import { manyServer } from './sdk-many.ts'
import { sdkServer, sendEvent } from './sdk-server.ts'
import type { SessionLimits } from './session-limits.ts'
import { createHttpSessions, type HttpSession } from './sessions.ts'
import { isSubscription, subscribedUris, type WatchedUris, watchedUris } from './subscription.ts'
import { type Watch, watchChanges } from './watch.ts'

interface SdkExchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** Absent where the request has none: GET and DELETE of a session. */
  readonly message?: unknown
}

/** Everything the fast path does not take: initialize, discover, ping, notifications, subscriptions, and whatever is wrong. */
export interface SdkHandler {
  answer(session: AnySession, exchange: SdkExchange): Promise<FastifyReply>
  /** True for a request that belongs to a session. */
  hasSession(request: FastifyRequest): boolean
  /** Ends the subscriptions, which would hold a closing server open; their clients subscribe again elsewhere. */
  endStreams(): Promise<void>
}

/** Makes the SDK's server for whoever `sessionOf` finds behind each of its requests. */
type ServerMaker = (
  deps: McpDeps,
  service: string,
  sessionOf: (context: ServerContext) => McpSession,
  watched?: WatchedUris,
) => Server

export interface SdkHandlerOptions {
  logError(error: unknown): void
  /** Sessions for clients of 2025; absent: none. */
  readonly sessions?: SessionLimits | undefined
  readonly makeServer?: ServerMaker
  /** Where subscriptions hear of changes. */
  readonly bus?: ServerEventBus
}

const MODERN_VERSION = '2026-07-28'
/** Subscriptions that one caller may have open: each looks again at what it watches when something changes. */
const MOST_STREAMS = 20

export function sdkHandler(deps: McpDeps, options: SdkHandlerOptions): SdkHandler {
  const { logError, makeServer = sdkServer } = options
  // The SDK hands this object through from request to server: it stands for the session and holds no secret.
  const callers = new WeakMap<AuthInfo, AnySession>()
  /** The open subscriptions, and whose they are. */
  const streams = new Map<ServerResponse, string>()
  const sessions = options.sessions && createHttpSessions(options.sessions)
  const onerror = (error: Error) => {
    if (!isClientsFault(error)) logError(error)
  }
  const sessionBehind = (auth: AuthInfo | undefined): AnySession => {
    const session = auth && callers.get(auth)
    if (!session) throw new AppError('internal', 'The SDK asked for a server without a session.')
    return session
  }
  const serverFor = (
    { service }: AnySession,
    sessionOf: (context: ServerContext) => AnySession,
    watched: WatchedUris | undefined,
  ) =>
    service === undefined
      ? manyServer(deps, (context) => toMany(sessionOf(context)), watched)
      : makeServer(deps, service, (context) => toOne(sessionOf(context)), watched)
  // The SDK asks its bus for events without saying for whom: it is whoever's request is being served.
  const subscriber = new AsyncLocalStorage<Watch>()
  const bus: ServerEventBus = options.bus ?? {
    publish: () => {},
    subscribe: (listener) => subscriber.getStore()?.listen(listener) ?? (() => {}),
  }
  const handler = createMcpHandler(
    ({ authInfo, era }) => {
      const session = sessionBehind(authInfo)
      return serverFor(session, () => session, era === 'modern' ? watchedUris() : undefined)
    },
    { legacy: 'stateless', onerror, bus },
  )
  const node = toNodeHandler(handler, { onerror })

  /** The session of a request, one that it begins, or none. */
  async function httpSession(session: AnySession, { request, message }: SdkExchange) {
    if (!sessions || isModern(request)) return undefined
    const owner = { service: session.service ?? '', principal: principalOf(await session.caller()) }
    const id = sessionId(request)
    if (id !== undefined) return sessions.find(id, owner) ?? 'unknown'
    if (!isInitializeRequest(message)) return undefined
    const watched = watchedUris()
    const server = serverFor(session, ({ http }) => sessionBehind(http?.authInfo), watched)
    server.onerror = onerror
    return await sessions.begin(owner, { server, watched })
  }

  async function mayListen(session: AnySession): Promise<string> {
    const principal = principalOf(await session.caller())
    const open = [...streams.values()].filter((one) => one === principal).length
    if (open < MOST_STREAMS) return principal
    throw new AppError('too_many_requests', `There are ${MOST_STREAMS} open subscriptions already.`, {
      hint: 'Close one of them; one subscription can listen to everything.',
    })
  }

  async function subscribe(session: AnySession, { incoming, raw, message }: Subscribing): Promise<void> {
    const watched = watchedUris(subscribedUris(message))
    const watch = watchChanges(deps, session, { watched, onEnd: () => raw.destroy() })
    raw.once('close', () => {
      watch.stop()
      streams.delete(raw)
    })
    await watch.ready
    await subscriber.run(watch, () => node(incoming, raw, message))
  }

  /** While the stream of a session is open, its client hears of changes on it. */
  async function tellSession(session: AnySession, { server, watched }: HttpSession, raw: ServerResponse) {
    const watch = watchChanges(deps, session, { watched, onEnd: () => void server.close() })
    raw.once('close', watch.stop)
    await watch.ready
    watch.listen((event) => void sendEvent(server, event).catch(onerror))
  }

  return {
    hasSession: (request) => sessions !== undefined && !isModern(request) && sessionId(request) !== undefined,
    async answer(session, exchange) {
      const { request, reply, message } = exchange
      const within = await httpSession(session, exchange)
      if (within === 'unknown') return sendNoSession(reply)
      const auth: AuthInfo = { token: '', clientId: request.callerLabel, scopes: [] }
      const question = { isOpen: false }
      callers.set(auth, { ...session, question })
      const { raw } = reply
      const isListening = !within && isSubscription(message)
      if (isListening) streams.set(raw, await mayListen(session))
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) raw.setHeader(name, value)
      reply.hijack()
      if (within) {
        if (request.method === 'GET') await tellSession(session, within, raw)
        within.use(raw)
        raw.once('close', () => question.isOpen && endCall(within, message))
        await within.transport.handleRequest(Object.assign(request.raw, { auth }), raw, message)
      } else {
        const { url = '/' } = request.raw
        const incoming = Object.assign(request.raw, { method: 'POST', url, auth })
        if (isListening) await subscribe(session, { incoming, raw, message })
        else await node(incoming, raw, message)
      }
      return reply
    },
    async endStreams() {
      for (const stream of streams.keys()) stream.destroy()
      await sessions?.close()
    },
  }
}

interface Subscribing {
  readonly incoming: IncomingMessage & { method: string; url: string; auth: AuthInfo }
  readonly raw: ServerResponse
  readonly message: unknown
}

/** Its client went away while a person was asked: whatever they say, nobody would hear what came of it. */
function endCall({ transport }: HttpSession, message: unknown): void {
  if (!isJSONRPCRequest(message)) return
  const params = { requestId: message.id, reason: 'The client went away.' }
  transport.onmessage?.({ jsonrpc: '2.0', method: 'notifications/cancelled', params })
}

function isModern({ headers }: FastifyRequest): boolean {
  return headers['mcp-protocol-version'] === MODERN_VERSION
}

function sessionId({ headers }: FastifyRequest): string | undefined {
  const id = headers['mcp-session-id']
  return typeof id === 'string' ? id : undefined
}

/** The SDK reports requests it rejects too, without a code of their own. */
function isClientsFault(error: Error): boolean {
  return error instanceof ProtocolError || error.message.startsWith('Rejected inbound request')
}
