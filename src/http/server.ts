import type { IncomingMessage } from 'node:http'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { CallLog } from '../core/call-log.ts'
import { AppError } from '../core/errors.ts'
import { limitArrival } from './arrival-limit.ts'
import { addBodyParsers } from './body-parsers.ts'
import { fromHttpError, sendError } from './error-envelope.ts'
import { createEveryRequest, type EveryRequest } from './every-request.ts'
import type { Phase } from './health.ts'
import { createHostGuard, type HostGuard } from './host-guard.ts'
import { NO_SCHEMAS } from './no-schemas.ts'
import { decorateRequestLine, type LogRequest, pathOf } from './request-line.ts'
import { securityHeaders } from './security-headers.ts'
import { answerUnreadable } from './unreadable-request.ts'

export interface HttpServerOptions {
  /** Called once for every request, when it is over. */
  readonly logRequest?: LogRequest
  /** Whether it is called for requests that went well too; default: yes. */
  readonly logsSuccess?: () => boolean
  /** Takes a note of every request that is a call of a service. */
  readonly calls?: CallLog
  readonly bodyLimitBytes?: number
  /** Default: loopback names only. */
  readonly hostGuard?: HostGuard
  /** People reach this server by https: browsers are told to stay with it. */
  readonly isHttps?: boolean
  /** Requests are refused while it is starting; default: always ready. */
  readonly phase?: () => Phase
  /** Addresses or networks of proxies whose X-Forwarded-For says who the client is; none by default. */
  readonly trustedProxies?: readonly string[]
}

const DEFAULT_BODY_LIMIT_BYTES = 10 * 1024 * 1024
/** Room for long filters in the address; longer ones go in the body. */
const MAX_HEADER_BYTES = 64 * 1024
/** Longest time a client may take to send the headers of a request, against slow senders; see also arrival-limit.ts. */
const HEADERS_TIMEOUT_MS = 60_000

/** The HTTP shell both doors stand in: request ids, host and origin check, security headers, bodies, errors, one log line. */
export async function createHttpServer(options: HttpServerOptions = {}): Promise<FastifyInstance> {
  const bodyLimit = options.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES
  const log = options.logRequest ?? (() => {})
  const every = createEveryRequest({
    guard: options.hostGuard ?? createHostGuard(),
    headers: await securityHeaders({ isHttps: options.isHttps ?? false }),
    phase: options.phase ?? (() => 'ready'),
    log,
    logsSuccess: options.logsSuccess ?? (() => true),
    calls: options.calls,
    trustsProxies: (options.trustedProxies?.length ?? 0) > 0,
  })
  const app = fastify({
    bodyLimit,
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    // Bodies have a limit of their own.
    requestTimeout: 0,
    exposeHeadRoutes: true,
    // While draining, requests on open connections are still answered, and told to close.
    return503OnClosing: false,
    genReqId: every.idOf,
    http: { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_TIMEOUT_MS },
    schemaController: NO_SCHEMAS,
    routerOptions: { maxParamLength: MAX_HEADER_BYTES },
    frameworkErrors: (error, request, reply) => {
      begin(Object.assign(request, UNDECORATED), reply, every)
      answerOutsideRoutes(error, request, reply, bodyLimit)
    },
    clientErrorHandler: answerUnreadable,
  })
  // GET may carry options in a body (dreamfactory-rest §4.3).
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true })
  decorateRequestLine(app)
  addBodyParsers(app)
  addEveryRequestHook(app, every)
  app.setErrorHandler((error, request, reply) =>
    sendError(request, reply, fromHttpError(error, request.routeOptions.bodyLimit ?? bodyLimit)),
  )
  addNotFound(app)
  return app
}

declare module 'fastify' {
  interface FastifyInstance {
    everyRequest: EveryRequest
  }
}

function addEveryRequestHook(app: FastifyInstance, every: EveryRequest): void {
  app.decorate('everyRequest', every)
  app.addHook('onRequest', (request, reply, done) => {
    limitArrival(request, reply)
    begin(request, reply, every)
    forgetTypeOfNoBody(request.raw)
    done(every.refusal(request.raw))
  })
}

function begin(request: FastifyRequest, reply: FastifyReply, every: EveryRequest): void {
  every.follow(request, reply.raw)
  reply.headers(every.headers).header('x-request-id', request.id)
}

/** Many clients name a content type on every GET: without a body there is nothing to parse. */
function forgetTypeOfNoBody({ method, headers }: IncomingMessage): void {
  if (method !== 'GET' || headers['content-type'] === undefined) return
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined)
    delete headers['content-type']
}

/** A path that is known under another verb answers 405 with the verbs it has; verbs no route knows answer 405 everywhere. */
function addNotFound(app: FastifyInstance): void {
  const verbsByPath = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const verbs = verbsByPath.get(url) ?? new Set()
    for (const verb of [method].flat()) verbs.add(verb)
    verbsByPath.set(url, verbs)
  })
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request.raw.url ?? '/')
    const verbs = verbsByPath.get(path)
    if (verbs !== undefined) reply.header('allow', [...verbs].join(', '))
    if (verbs !== undefined || !app.supportedMethods.includes(request.method)) {
      return sendError(
        request,
        reply,
        new AppError('method_not_allowed', `The verb "${request.method}" is not supported here.`),
      )
    }
    return sendError(
      request,
      reply,
      new AppError('not_found', `There is nothing at '${path.slice(0, 200)}'.`),
    )
  })
}

/** Fastify leaves its decorations out of such requests. */
const UNDECORATED = { callerLabel: 'anonymous', failure: null, call: null }

/** Errors before a route is found, when no hook runs. */
function answerOutsideRoutes(
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
  bodyLimit: number,
): void {
  const isBadUrl = 'code' in error && error.code === 'FST_ERR_BAD_URL'
  const answer = isBadUrl
    ? new AppError('bad_request', 'The address has a broken percent-encoding.')
    : fromHttpError(error, bodyLimit)
  sendError(request, reply, answer)
}
