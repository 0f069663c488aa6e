import { isJsonContentType } from '@modelcontextprotocol/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Credentials } from '../access/authenticate.ts'
import { scopesNeeded } from '../access/oauth/scopes.ts'
import { openCall } from '../core/call-log.ts'
import type { Caller } from '../core/caller.ts'
import { AppError, isOurs } from '../core/errors.ts'
import { insufficientScope } from '../core/missing-scope.ts'
import { fromHttpError } from '../http/error-envelope.ts'
import { requestSignal } from '../http/request-signal.ts'
import { createMcp, type McpOptions } from './create-mcp.ts'
import { credentialsOf } from './credentials.ts'
import { fastAnswer } from './fast-answer.ts'
import { plainRequest } from './fast-path.ts'
import { callMeant } from './many-call.ts'
import { type AnySession, toMany, toOne } from './many-session.ts'
import { bodyOf, callIn, callsWithin } from './message-in.ts'
import { type Authorization, challengeFor, registerProtectedResource } from './protected-resource.ts'
import {
  JSON_TYPE,
  sendMethodNotAllowed,
  sendRefusal,
  sendRpcError,
  sendUnsupportedType,
} from './rpc-error.ts'
import { type SdkHandlerOptions, sdkHandler } from './sdk-http.ts'
import { requireScopes } from './step-up.ts'
import { streamExport } from './stream-export.ts'
import { wrongParams } from './wrong-params.ts'

export interface McpHttpOptions extends McpOptions, Omit<SdkHandlerOptions, 'logError'> {
  /** Throws `unauthenticated` for credentials that do not hold; without any, the anonymous caller. */
  authenticate(credentials: Credentials): Promise<Caller>
  /** Takes errors whose cause no answer shows; without a request when the SDK failed. */
  logError(error: unknown, request?: FastifyRequest): void
  readonly bodyLimitBytes?: number
  /** Where clients get access tokens; absent: nowhere. */
  readonly authorization?: Authorization | undefined
  /** False: everything through the SDK, to compare both ways. */
  readonly fastPath?: boolean
}

const DEFAULT_BODY_LIMIT_BYTES = 10 * 1024 * 1024

/** Without a service: all that the caller may use. */
type McpRequest = FastifyRequest<{ Params: { readonly service?: string } }>

declare module 'fastify' {
  interface FastifyRequest {
    /** Not in a WeakMap: a session knows its request, and all of it would outlive every small garbage collection. */
    mcpSession: AnySession | null
    /** Once it is known. */
    mcpCaller: Caller | null
  }
}

/**
 * `POST /mcp/:service`, and `/mcp` for all services: stateless Streamable HTTP for the 2025 revisions and 2026-07-28. Plain calls are answered at
 * once, everything else by the SDK; both ways end in `callTool`.
 */
export async function registerMcp(app: FastifyInstance, options: McpHttpOptions): Promise<void> {
  const deps = createMcp(options)
  const bodyLimit = options.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES
  const sdk = sdkHandler(deps, options)
  const byUs = fastAnswer(deps)

  async function answer(request: McpRequest, reply: FastifyReply): Promise<FastifyReply> {
    const session = sessionOf(request)
    if (!isJsonContentType(request.headers['content-type'])) return sendUnsupportedType(reply)
    const body = bodyOf(request)
    if ('refused' in body) return sendRpcError(reply, { status: 400, ...body.refused })
    const call = callIn(body.message)
    if (call || callsWithin(body.message)) {
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
    if (answered) return reply.header('content-type', JSON_TYPE).send(answered)
    const wrong = wrongParams(body.message)
    if (wrong) return reply.header('content-type', JSON_TYPE).send(JSON.stringify(wrong))
    return sdk.answer(session, { request, reply, message: body.message })
  }

  /** The stream of a session, or its end. */
  async function inSession(request: McpRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (!sdk.hasSession(request)) return sendMethodNotAllowed(reply, true)
    return sdk.answer(sessionOf(request), { request, reply })
  }

  function sessionOf(request: McpRequest): AnySession {
    const session = request.mcpSession
    if (!session) throw new AppError('internal', 'A request without a session reached its handler.')
    return session
  }

  function callerOf({ mcpCaller: caller }: McpRequest): Caller {
    if (!caller) throw new AppError('internal', 'A request without a caller reached its handler.')
    return caller
  }

  await app.register(async (scope) => {
    scope.decorateRequest('mcpSession', null)
    scope.decorateRequest('mcpCaller', null)
    scope.removeAllContentTypeParsers()
    // The parser of a type that is named is found at once, that of all others anew each time.
    scope.addContentTypeParser(['application/json', '*'], { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    )
    scope.addHook('preClose', () => sdk.endStreams())
    if (options.authorization) registerProtectedResource(scope, options.authorization)
    scope.setErrorHandler((thrown, request: McpRequest, reply) => {
      const error = refusalOf(thrown, request)
      // What got as far as a tool was noted there.
      const caller = request.mcpCaller ?? undefined
      request.call = openCall({ door: 'mcp', service: request.params.service, caller })
      const { params, headers } = request
      const asked = { service: params.service, hasToken: headers.authorization !== undefined }
      return sendRefusal(request, reply, error, challengeFor(error, asked, options.authorization))
    })
    const onRequest = async (request: McpRequest) => {
      request.mcpSession = await openSession(request, options)
    }
    for (const url of ['/mcp', '/mcp/:service']) {
      scope.route({
        method: options.sessions ? ['PUT', 'PATCH'] : ['GET', 'DELETE', 'PUT', 'PATCH'],
        url,
        // A client that asks so first must still learn where it gets a token.
        ...(options.authorization && { onRequest }),
        handler: (_request, reply) => sendMethodNotAllowed(reply, options.sessions !== undefined),
      })
      if (options.sessions) scope.route({ method: ['GET', 'DELETE'], url, onRequest, handler: inSession })
      scope.post(url, { bodyLimit, onRequest, handler: answer })
    }
  })

  function refusalOf(thrown: unknown, request: FastifyRequest): AppError {
    const error = fromHttpError(thrown, bodyLimit)
    if (error.code === 'internal') options.logError(error, request)
    return error
  }
}

/** Who calls, and on which service: one answer for services that do not exist, are off or are not the caller's. */
async function openSession(request: McpRequest, options: McpHttpOptions): Promise<AnySession> {
  const { service } = request.params
  const caller = await options.authenticate(credentialsOf(request.headers, request.ip, service))
  if (caller.kind === 'anonymous') throw noCredentials()
  request.callerLabel = caller.label
  request.mcpCaller = caller
  const speaker = {
    isCounted: true as const,
    caller: async () => caller,
    knownCaller: caller,
    report: (error: AppError) => noted(error, request, options),
    requestId: request.id,
  }
  if (service === undefined)
    return { service, renewed: async () => toMany(await openSession(request, options)), ...speaker }
  const info = options.services.find(service)
  if (info?.isActive && !caller.policy.reaches(info.name) && caller.scope?.whole.reaches(info.name))
    throw insufficientScope(scopesNeeded(info.name, 'GET'))
  if (!info?.isActive || !caller.policy.reaches(info.name)) throw noService()
  return { service: info.name, renewed: async () => toOne(await openSession(request, options)), ...speaker }
}

/** Causes that no answer shows are logged; every error goes on the request's log line. */
function noted(error: AppError, request: FastifyRequest, { logError }: McpHttpOptions): void {
  request.failure = error
  if (isOurs(error)) logError(error, request)
}

function noCredentials(): AppError {
  return new AppError('unauthenticated', 'Credentials are missing.', {
    hint: 'Send an API key as X-DreamFactory-API-Key, or a token as Authorization: Bearer.',
  })
}

function noService(): AppError {
  return new AppError('not_found', 'There is no such service for these credentials.')
}
