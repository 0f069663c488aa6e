import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Credentials } from '../access/authenticate.ts'
import { scopesNeeded } from '../access/oauth/scopes.ts'
import { openCall } from '../core/call-log.ts'
import type { Caller } from '../core/caller.ts'
import { AppError, isOurs } from '../core/errors.ts'
import { insufficientScope } from '../core/missing-scope.ts'
import { putAhead } from '../http/ahead.ts'
import { fromHttpError } from '../http/error-envelope.ts'
import type { Arrived } from '../http/request-line.ts'
import type { Answering } from './answering.ts'
import { createMcp, type McpOptions } from './create-mcp.ts'
import { credentialsOf } from './credentials.ts'
import { type AnySession, toMany, toOne } from './many-session.ts'
import { plainAhead, type Refused } from './plain-ahead.ts'
import {
  type Authorization,
  challengeFor,
  registerProtectedResource,
  withSlash,
} from './protected-resource.ts'
import { sendMethodNotAllowed, sendRefusal } from './rpc-error.ts'
import type { SdkHandlerOptions } from './sdk-http.ts'

export interface McpHttpOptions extends McpOptions, Omit<SdkHandlerOptions, 'logError'> {
  /** Throws `unauthenticated` for credentials that do not hold; without any, the anonymous caller. */
  authenticate(credentials: Credentials): Promise<Caller>
  /** Takes errors whose cause no answer shows; without a request when the SDK failed. */
  logError(error: unknown, request?: Pick<FastifyRequest, 'id'>): void
  readonly bodyLimitBytes?: number
  /** Where clients get access tokens; absent: nowhere. */
  readonly authorization?: Authorization | undefined
  /** False: everything through the SDK, to compare both ways. */
  readonly fastPath?: boolean
  /** Whether plain calls may be answered before fastify: while its hooks add nothing to answers. Absent: never. */
  readonly mayBeAhead?: () => boolean
}

const DEFAULT_BODY_LIMIT_BYTES = 10 * 1024 * 1024

/** Without a service: all that the caller may use. */
export type McpRequest = FastifyRequest<{ Params: { readonly service?: string | undefined } }>

/** What of a request its answer is made from, whoever reads it. */
export type McpExchange = Arrived & Pick<McpRequest, 'ip' | 'params' | 'mcpSession' | 'mcpCaller'>

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
  let loaded: Answering | undefined
  let loading: Promise<Answering> | undefined
  /** The SDK, which takes a tenth of the idle memory, waits for the first request. */
  const load = async () => {
    const { createAnswering } = await import('./answering.ts')
    loaded = createAnswering(deps, options)
    return loaded
  }
  const answering = () => {
    loading ??= load()
    return loading
  }

  const refused: Refused = new WeakMap()
  const { mayBeAhead } = options
  if (mayBeAhead && options.fastPath !== false) {
    const open = (exchange: McpExchange) => openSession(exchange, options)
    const answering = () => loaded
    const parts = { every: app.everyRequest, bodyLimitBytes: bodyLimit, mayBeAhead, answering }
    putAhead(app, plainAhead({ ...parts, openSession: open }, refused))
  }

  await app.register(async (scope) => {
    scope.decorateRequest('mcpSession', null)
    scope.decorateRequest('mcpCaller', null)
    scope.removeAllContentTypeParsers()
    // The parser of a type that is named is found at once, that of all others anew each time.
    scope.addContentTypeParser(['application/json', '*'], { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    )
    scope.addHook('preClose', async () => loaded?.endStreams())
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
      const known = refused.get(request.raw)
      if (known) {
        request.mcpCaller = known.mcpCaller
        request.callerLabel = known.callerLabel
        throw known.error
      }
      request.mcpSession = await openSession(request, options)
    }
    for (const url of ['/mcp', '/mcp/:service'].flatMap(withSlash)) {
      scope.route({
        method: options.sessions ? ['PUT', 'PATCH'] : ['GET', 'DELETE', 'PUT', 'PATCH'],
        url,
        // A client that asks so first must still learn where it gets a token.
        ...(options.authorization && { onRequest }),
        handler: (_request, reply) => sendMethodNotAllowed(reply, options.sessions !== undefined),
      })
      if (options.sessions)
        scope.route({
          method: ['GET', 'DELETE'],
          url,
          onRequest,
          handler: async (request: McpRequest, reply) => (await answering()).inSession(request, reply),
        })
      scope.post(url, {
        bodyLimit,
        onRequest,
        handler: async (request: McpRequest, reply) => (loaded ?? (await answering())).answer(request, reply),
      })
    }
  })

  function refusalOf(thrown: unknown, request: FastifyRequest): AppError {
    const error = fromHttpError(thrown, bodyLimit)
    if (error.code === 'internal') options.logError(error, request)
    return error
  }
}

/** Who calls, and on which service: one answer for services that do not exist, are off or are not the caller's. */
async function openSession(request: McpExchange, options: McpHttpOptions): Promise<AnySession> {
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
function noted(error: AppError, request: McpExchange, { logError }: McpHttpOptions): void {
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
