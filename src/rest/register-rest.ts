import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault, RouteOptions } from 'fastify'
import { addRowStreamParsers } from '../http/body-parsers.ts'
import { fromHttpError } from '../http/error-envelope.ts'
import { requestSignal } from '../http/request-signal.ts'
import { readAddress } from './address.ts'
import { allowedVerbs } from './allowed-verbs.ts'
import { answerRequest, type House, type RestRoute } from './answer-request.ts'
import { callerOf } from './caller-of.ts'
import { conditionsIn } from './conditions.ts'
import { noCredentials, readCredentials } from './credentials.ts'
import { formatOf } from './format.ts'
import { createApiDocuments } from './openapi/api-documents.ts'
import { booleanIn } from './options.ts'
import { PLAIN_FORM, plainRead } from './plain-read.ts'
import { plainRequest } from './plain-request.ts'
import { isTrue, queryText } from './query.ts'
import type { RestDeps } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { sendAnswer } from './send-answer.ts'
import { sendFailure } from './send-failure.ts'

type RestRouteOptions = RouteOptions<RawServerDefault, IncomingMessage, ServerResponse, RestRoute>

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
        if (request.method === 'OPTIONS') return await sendVerbs(request, reply, deps)
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
          await answerRequest(request, { format, wrap, ...asked(request, reply) }, house, begun),
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

/** The verbs that the caller may use at the address. */
async function sendVerbs(
  request: FastifyRequest<RestRoute>,
  reply: FastifyReply,
  deps: RestDeps,
): Promise<FastifyReply> {
  const asked = readAddress(request.raw.url ?? '/')
  const caller = await callerOf(request, deps)
  const { services } = deps
  const allow = await allowedVerbs({ ...asked, caller, services, signal: requestSignal(request) })
  return reply.code(204).header('allow', allow).send()
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

/** dreamfactory-rest §1.8: the query or a header turns the wrapper off. */
function isWrapped({ query, headers }: FastifyRequest<RestRoute>): boolean {
  const wrap = queryText(query, 'wrap')
  if (wrap !== undefined) return booleanIn('wrap', wrap)
  return headers.wrap === undefined || isTrue(headers.wrap)
}
