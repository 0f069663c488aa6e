import type { FastifyRequest } from 'fastify'
import { withStepUp } from '../access/oauth/step-up.ts'
import { openCall, rowsIn } from '../core/call-log.ts'
import type { Caller } from '../core/caller.ts'
import { AppError } from '../core/errors.ts'
import type { CountStep } from '../core/operation.ts'
import type { Verb } from '../core/policy.ts'
import type { ServiceInfo, ServiceKind } from '../core/service.ts'
import { requestSignal } from '../http/request-signal.ts'
import { accountRoute } from './accounts/account-routes.ts'
import { USER, userService } from './accounts/user-service.ts'
import { readAddress } from './address.ts'
import type { Answer } from './answer.ts'
import { apiDocs, isApiDocs, isSpec, spec } from './api-docs.ts'
import { callerOf } from './caller-of.ts'
import { countRequest } from './count-request.ts'
import { noCredentials, readCredentials } from './credentials.ts'
import { databaseService } from './database-service.ts'
import { instanceIndex } from './instance-index.ts'
import type { ApiDocuments } from './openapi/api-documents.ts'
import type { PlainOutcome } from './plain-read.ts'
import type { Query } from './query.ts'
import { refuseTrying } from './refuse-options.ts'
import { requireService } from './require-service.ts'
import type { RestContext, RestDeps } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { environment, isEnvironment } from './system/environment.ts'
import { isSetup, setup } from './system/setup.ts'
import { SYSTEM, systemService } from './system/system-service.ts'
import { tunnelledVerb } from './tunnelled-verb.ts'

export type RestRoute = { Querystring: Query }

export interface House extends RestDeps {
  readonly documents: ApiDocuments
}

type Form = Pick<RestRequest, 'format' | 'wrap' | 'conditions' | 'setHeader'>

/** Who asks, for what, and what it is answered: the server's own services first, then those of its databases. */
export async function answerRequest(
  http: FastifyRequest<RestRoute>,
  form: Form,
  deps: House,
  begun: PlainOutcome | undefined,
): Promise<Answer> {
  const { query, body, headers } = http
  const { service, path } = readAddress(http.raw.url ?? '/')
  const verb = tunnelledVerb(http.method, headers, query)
  http.call = openCall({ door: 'rest', service, resource: path.join('/'), verb, caller: begun?.caller })
  if (service === undefined) return answerIndex(http, verb, deps)
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

async function answerIndex(http: FastifyRequest<RestRoute>, verb: Verb, deps: House): Promise<Answer> {
  if (verb !== 'GET') throw new AppError('method_not_allowed', `The verb "${verb}" is not supported here.`)
  const caller = await callerOf(http, deps)
  if (caller) await deps.limits.count({ caller, service: '', verb, resource: () => '' })
  return instanceIndex(caller, http.query, deps)
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

/** Of the server itself. */
const HOUSE_SERVICES = [SYSTEM, USER] as const

/** One handler per kind of service; each gives its answer as JSON text, or records in parts. */
const SERVICE_BY_KIND: Readonly<
  Record<ServiceKind, (request: RestRequest, context: RestContext) => Promise<Answer>>
> = {
  database: databaseService,
}

/** For a request that was counted. */
const NOTHING_TO_COUNT: RestDeps['limits'] = { count: () => undefined, usage: async () => [] }

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

const TEXTS: ReadonlySet<string> = new Set(['csv', 'xml', 'form'])
