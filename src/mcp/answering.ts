import type { IncomingHttpHeaders } from 'node:http'
import { isJsonContentType } from '@modelcontextprotocol/server'
import type { FastifyReply } from 'fastify'
import { openCall } from '../core/call-log.ts'
import type { Caller } from '../core/caller.ts'
import { AppError } from '../core/errors.ts'
import { requestSignal } from '../http/request-signal.ts'
import { sendWhole } from '../http/send-whole.ts'
import type { McpDeps } from './call-tool.ts'
import { fastAnswer } from './fast-answer.ts'
import { type PlainRequest, plainRequest } from './fast-path.ts'
import type { McpExchange, McpHttpOptions, McpRequest } from './http.ts'
import { callMeant } from './many-call.ts'
import type { AnySession } from './many-session.ts'
import { bodyOf, callIn, callsWithin } from './message-in.ts'
import { JSON_TYPE, sendMethodNotAllowed, sendRpcError, sendUnsupportedType } from './rpc-error.ts'
import { sdkHandler } from './sdk-http.ts'
import { requireScopes } from './step-up.ts'
import { streamExport } from './stream-export.ts'
import { wrongParams } from './wrong-params.ts'

/** A request that needs neither the SDK nor a stream, and its message. */
export interface Plain {
  readonly message: unknown
  readonly request: PlainRequest
}

/** What the MCP address says to requests whose sender is known. */
export interface Answering {
  answer(request: McpRequest, reply: FastifyReply): Promise<FastifyReply>
  /** The plain request in a body; none that asks a person, which the SDK does, or for a file, which is written while it is read. */
  plainIn(headers: IncomingHttpHeaders, body: string): Plain | undefined
  /** The answer to it as text. Rejects with why it is refused. */
  answerPlain(exchange: McpExchange, asked: Plain): Promise<string>
  /** The stream of a session, or its end. */
  inSession(request: McpRequest, reply: FastifyReply): Promise<FastifyReply>
  endStreams(): Promise<void>
}

export function createAnswering(deps: McpDeps, options: McpHttpOptions): Answering {
  const sdk = sdkHandler(deps, options)
  const byUs = fastAnswer(deps)

  async function answer(request: McpRequest, reply: FastifyReply): Promise<FastifyReply> {
    const session = sessionOf(request)
    if (!isJsonContentType(request.headers['content-type'])) return sendUnsupportedType(reply)
    const body = bodyOf(request)
    if ('refused' in body) return sendRpcError(reply, { status: 400, ...body.refused })
    await admit(request, session, body.message)
    const isFast = options.fastPath !== false && !sdk.hasSession(request)
    const plain = isFast ? plainRequest(request.headers, body.message) : undefined
    const exported = plain?.read && (await streamExport(deps, session, plain, requestSignal(request)))
    if (exported)
      request.call = openCall({
        door: 'mcp',
        service: session.service,
        operation: 'export',
        caller: request.mcpCaller ?? undefined,
      })
    if (exported) return reply.header('content-type', JSON_TYPE).send(exported)
    const answered = plain && plain.read === undefined && (await byUs(session, plain, requestSignal(request)))
    if (answered) return sendWhole(reply.header('content-type', JSON_TYPE), answered)
    const wrong = wrongParams(body.message)
    if (wrong) return reply.header('content-type', JSON_TYPE).send(JSON.stringify(wrong))
    return sdk.answer(session, { request, reply, message: body.message })
  }

  function plainIn(headers: IncomingHttpHeaders, text: string): Plain | undefined {
    const body = bodyOf({ body: text })
    const request = 'message' in body ? plainRequest(headers, body.message) : undefined
    if (!('message' in body) || !request || request.asks || request.read !== undefined) return undefined
    return { message: body.message, request }
  }

  async function answerPlain(exchange: McpExchange, { message, request }: Plain): Promise<string> {
    const session = sessionOf(exchange)
    await admit(exchange, session, message)
    const answered = await byUs(session, request, requestSignal(exchange))
    if (answered === undefined) throw new AppError('internal', 'Somebody was asked who cannot be asked.')
    return answered
  }

  /** Counts a call, and rejects where it is one too many, or its token is not enough for it. */
  async function admit(request: McpExchange, session: AnySession, message: unknown): Promise<void> {
    const call = callIn(message)
    if (call || callsWithin(message)) {
      const limited = options.callLimits?.count(callerOf(request), request.ip)
      if (limited) await limited
    }
    if (call) {
      const caller = callerOf(request)
      const { service, args } =
        session.service === undefined
          ? callMeant(deps.services, caller, call)
          : { service: session.service, args: call.args }
      const counting = deps.countCall(caller, service, { name: call.name, args })
      if (counting) await counting
      if (service !== '' && caller.scope)
        await requireScopes(deps, service, caller, { ...call, signal: requestSignal(request) })
    }
  }

  async function inSession(request: McpRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (!sdk.hasSession(request)) return sendMethodNotAllowed(reply, true)
    return sdk.answer(sessionOf(request), { request, reply })
  }

  function sessionOf(request: McpExchange): AnySession {
    const session = request.mcpSession
    if (!session) throw new AppError('internal', 'A request without a session reached its handler.')
    return session
  }

  function callerOf({ mcpCaller: caller }: McpExchange): Caller {
    if (!caller) throw new AppError('internal', 'A request without a caller reached its handler.')
    return caller
  }

  return { answer, plainIn, answerPlain, inSession, endStreams: sdk.endStreams }
}
