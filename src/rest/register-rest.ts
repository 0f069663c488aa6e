import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault, RouteOptions } from 'fastify'
import { withStepUp } from '../access/oauth/step-up.ts'
import { openCall, rowsIn } from '../core/call-log.ts'
import type { Caller } from '../core/caller.ts'
import { AppError } from '../core/errors.ts'
import { didYouMean, nearest } from '../core/names.ts'
import type { CountStep } from '../core/operation.ts'
import type { ServiceInfo, ServiceKind } from '../core/service.ts'
import { addRowStreamParsers } from '../http/body-parsers.ts'
import { fromHttpError } from '../http/error-envelope.ts'
import { requestSignal } from '../http/request-signal.ts'
import { accountRoute } from './accounts/account-routes.ts'
import { USER, userService } from './accounts/user-service.ts'
import { readAddress } from './address.ts'
import { allowedVerbs } from './allowed-verbs.ts'
import type { Answer } from './answer.ts'
import { apiDocs, isApiDocs, isSpec, spec } from './api-docs.ts'
import { callerOf } from './caller-of.ts'
import { conditionsIn } from './conditions.ts'
import { countRequest } from './count-request.ts'
import { noCredentials, readCredentials } from './credentials.ts'
import { databaseService } from './database-service.ts'
import { formatOf } from './format.ts'
import { instanceIndex } from './instance-index.ts'
import { type ApiDocuments, createApiDocuments } from './openapi/api-documents.ts'
import { booleanIn } from './options.ts'
import { PLAIN_FORM, type PlainOutcome, plainRead } from './plain-read.ts'
import { plainRequest } from './plain-request.ts'
import { isTrue, type Query, queryText } from './query.ts'
import { refuseTrying } from './refuse-options.ts'
import type { RestContext, RestDeps } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { sendAnswer } from './send-answer.ts'
import { sendFailure } from './send-failure.ts'
import { environment, isEnvironment } from './system/environment.ts'
import { isSetup, setup } from './system/setup.ts'
import { SYSTEM, systemService } from './system/system-service.ts'
import { tunnelledVerb } from './tunnelled-verb.ts'
import { refused } from './unsupported.ts'

type RestRoute = { Querystring: Query }
type RestRouteOptions = RouteOptions<RawServerDefault, IncomingMessage, ServerResponse, RestRoute>

/** One handler per kind of service; each gives its answer as JSON text, or records in parts. */
const SERVICE_BY_KIND: Readonly<
  Record<ServiceKind, (request: RestRequest, context: RestContext) => Promise<Answer>>
> = {
  database: databaseService,
}

/** The REST door: everything below `/api`, answered from the operations (dreamfactory-rest §1). */
export function registerRest(app: FastifyInstance, deps: RestDeps): void {
  const { bodyLimit = 0 } = app.initialConfig
  const house: House = { ...deps, documents: createApiDocuments(deps) }
  const route = {
    exposeHeadRoute: false,
    // Before the body is read: reading a large one is work that strangers get none of.
    onRequest: (request, _reply, done) => {
      if (mayBeRead(request)) done()
      else admit(request, deps).then(() => done(), done)
    },
    handler: async (request, reply) => {
      try {
        if (request.method === 'OPTIONS') {
          const asked = readAddress(request.raw.url ?? '/')
          const caller = await callerOf(request, deps)
          const { services } = deps
          const allow = await allowedVerbs({ ...asked, caller, services, signal: requestSignal(request) })
          return reply.code(204).header('allow', allow).send()
        }
        const plain = deps.isPlainOff ? undefined : plainRequest(request, request.raw.url ?? '/')
        const begun = plain && (await plainRead(plain, request, reply, deps))
        if (begun?.answer !== undefined) return sendAnswer(request, reply, begun.answer, PLAIN_FORM)
        const format = formatOf({
          query: request.query,
          headers: request.headers,
          url: request.raw.url ?? '/',
        })
        const wrap = isWrapped(request)
        return sendAnswer(
          request,
          reply,
          await answer(request, { format, wrap, ...asked(request, reply) }, house, begun),
          { format, wrap },
        )
      } catch (error) {
        return sendFailure(request, reply, error)
      }
    },
    errorHandler: (error, request, reply) => sendFailure(request, reply, fromHttpError(error, bodyLimit)),
  } satisfies Partial<RestRouteOptions>
  for (const url of ['/api', '/api/*']) app.route<RestRoute>({ ...route, method: app.supportedMethods, url })
  // Rows come in any number: they are read by who imports them.
  void app.register(async (scope) => {
    addRowStreamParsers(scope)
    for (const url of ['/api/:service/_import/:table', '/api/:version/:service/_import/:table'])
      scope.route<RestRoute>({ ...route, method: 'POST', url, config: { hasLongBodies: true } })
  })
}

interface House extends RestDeps {
  readonly documents: ApiDocuments
}

/** Most requests have no conditions, and no answer needs a header of its own then. */
function asked(
  { headers }: FastifyRequest,
  reply: FastifyReply,
): Pick<RestRequest, 'conditions' | 'setHeader'> {
  const conditions = conditionsIn(headers)
  return {
    ...(conditions && { conditions }),
    setHeader: (name, value) => {
      reply.header(name, value)
    },
  }
}

/** For a request that was counted. */
const NOTHING_TO_COUNT: RestDeps['limits'] = { count: () => undefined, usage: async () => [] }

type Form = Pick<RestRequest, 'format' | 'wrap' | 'conditions' | 'setHeader'>

/** Of the server itself. */
const HOUSE_SERVICES = [SYSTEM, USER] as const

async function answer(
  http: FastifyRequest<RestRoute>,
  form: Form,
  deps: House,
  begun: PlainOutcome | undefined,
): Promise<Answer> {
  const { query, body, headers } = http
  const { service, path } = readAddress(http.raw.url ?? '/')
  const verb = tunnelledVerb(http.method, headers, query)
  http.call = openCall({ door: 'rest', service, resource: path.join('/'), verb, caller: begun?.caller })
  if (service === undefined) {
    if (verb !== 'GET') throw new AppError('method_not_allowed', `The verb "${verb}" is not supported here.`)
    const caller = await callerOf(http, deps)
    if (caller) await deps.limits.count({ caller, service: '', verb, resource: () => '' })
    return instanceIndex(caller, query, deps)
  }
  const wanted: RestRequest = {
    verb,
    service,
    path,
    query,
    body,
    isText: TEXTS.has(http.bodyFormat),
    ...form,
  }
  const route = accountRoute(wanted)
  if (route) {
    const credentials = readCredentials(headers, query, body)
    return route.handle(
      { ...wanted, kind: route.kind, credentials, address: http.ip, headers, signal: requestSignal(http) },
      deps,
    )
  }
  if (isSetup(wanted)) return setup(wanted, { headers, address: http.ip }, deps)
  const caller = begun ? begun.caller : await callerOf(http, deps)
  if (isEnvironment(wanted))
    return environment(wanted, caller, { userAgent: headers['user-agent'], address: http.ip }, deps)
  if (!caller) throw noCredentials()
  try {
    return await answerTo(
      caller,
      wanted,
      http,
      begun?.isCounted ? { ...deps, limits: NOTHING_TO_COUNT } : deps,
    )
  } catch (thrown) {
    throw withStepUp(thrown, caller, { service, resource: path.join('/'), verb })
  }
}

async function answerTo(
  caller: Caller,
  wanted: RestRequest,
  http: FastifyRequest<RestRoute>,
  deps: House,
): Promise<Answer> {
  const { service, path, verb } = wanted
  refuseTrying(wanted)
  const docs = () => ({ ...deps, caller, signal: requestSignal(http) })
  const counted = (name: string) =>
    deps.limits.count({ caller, service: name, verb, resource: () => path.join('/') })
  if (isApiDocs(wanted)) {
    await counted('api_docs')
    return apiDocs(wanted, docs())
  }
  const ofHouse = HOUSE_SERVICES.find((name) => name === service.toLowerCase())
  if (ofHouse && isSpec(wanted)) {
    await counted(ofHouse)
    return spec(wanted, ofHouse, docs())
  }
  if (service.toLowerCase() === SYSTEM) return systemService(wanted, caller, deps, requestSignal(http))
  if (service.toLowerCase() === USER) return userService(wanted, caller, deps, requestSignal(http))
  const info = requireService(wanted, caller, deps)
  const counting = countRequest(
    { ...wanted, service: info.name },
    { caller, signal: requestSignal(http) },
    deps,
  )
  if (counting) await counting
  if (isSpec(wanted)) return spec({ ...wanted, service: info.name }, info, docs())
  return SERVICE_BY_KIND[info.kind]({ ...wanted, service: info.name }, contextOf(http, info, caller, deps))
}

/** Nothing, or no more than a body that brings credentials by itself. */
function mayBeRead({ method, headers }: FastifyRequest<RestRoute>): boolean {
  if (method === 'OPTIONS') return true
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) <= LARGE_BODY
}

/** Credentials in the headers or the address must hold. */
async function admit(http: FastifyRequest<RestRoute>, { authenticate }: RestDeps): Promise<void> {
  const credentials = readCredentials(http.headers, http.query, undefined)
  if (!credentials) throw noCredentials()
  const { service } = readAddress(http.raw.url ?? '/')
  await authenticate({ ...credentials, address: http.ip, service })
}

/** In bytes. */
const LARGE_BODY = 65_536

/** A service the caller does not reach is refused alike whether it exists or not. */
function requireService(request: RestRequest, caller: Caller, { services }: RestDeps): ServiceInfo {
  const { policy } = caller
  const info = services.find(request.service)
  if (!policy.reaches(info?.name ?? request.service.toLowerCase())) throw refused(request, caller)
  if (!info)
    throw unknownService(
      request.service,
      services
        .list()
        .filter(({ name }) => policy.reaches(name))
        .map(({ name }) => name),
    )
  if (!info.isActive) throw new AppError('forbidden', `Service ${info.name} is deactivated.`)
  return info
}

function unknownService(name: string, visible: readonly string[]): AppError {
  const near = nearest(name, visible)
  return new AppError(
    'not_found',
    `Could not find a service for ${name}`,
    near.length > 0 ? { hint: didYouMean(near), didYouMean: near } : {},
  )
}

function contextOf(
  http: FastifyRequest<RestRoute>,
  service: ServiceInfo,
  caller: Caller,
  deps: RestDeps,
): RestContext {
  const { services, execute, limits } = deps
  const signal = requestSignal(http)
  const countStep: CountStep = (verb, resource) =>
    limits.count({ caller, service: service.name, verb, resource: () => resource })
  return {
    caller,
    service,
    capabilities: services.capabilities(service.name),
    settings: services.settings(service.name),
    idempotency: deps.idempotency,
    jobs: deps.imports,
    importLimitBytes: deps.importLimitBytes,
    run: async (operation, input) => {
      const result = await execute(operation, {
        service: service.name,
        input,
        caller,
        services,
        signal,
        countStep,
      })
      if (http.call) http.call.rows = rowsIn(result)
      return result
    },
  }
}

/** dreamfactory-rest §1.8: the query or a header turns the wrapper off. */
function isWrapped({ query, headers }: FastifyRequest<RestRoute>): boolean {
  const wrap = queryText(query, 'wrap')
  if (wrap !== undefined) return booleanIn('wrap', wrap)
  return headers.wrap === undefined || isTrue(headers.wrap)
}

const TEXTS: ReadonlySet<string> = new Set(['csv', 'xml', 'form'])
