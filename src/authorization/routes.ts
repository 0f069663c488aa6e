import { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pathOf } from '../access/oauth/resource-address.ts'
import { completeRequest } from './authorization-request.ts'
import { completeMetadata } from './client-metadata.ts'
import type { AuthorizationDeps } from './deps.ts'
import { registerInteraction } from './interaction.ts'
import { nameAs } from './own-address.ts'
import { STYLE_PATH, STYLES } from './pages/layout.ts'
import { createProvider, PATHS, type Provider } from './provider.ts'

const METADATA = ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']
/** Of a token or a form; a client that registers itself is kept. */
const MAX_BYTES = { body: 48 * 1024, client: 8 * 1024 }

/** The authorization server at its addresses. Its library is loaded by the first request for one of them. */
export async function registerAuthorization(app: FastifyInstance, deps: AuthorizationDeps): Promise<void> {
  let loading: Promise<Provider> | undefined
  const provider = () => {
    loading ??= createProvider(deps).catch((thrown) => {
      // The next request tries again.
      loading = undefined
      throw thrown
    })
    return loading
  }
  const answer = (change: (request: FastifyRequest) => Promise<string | undefined> | string | undefined) =>
    async function pass(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      const body = await change(request)
      return hand(await provider(), request, reply, body, deps)
    }

  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    scope.addHook('onRoute', (route) => {
      route.bodyLimit ??= MAX_BYTES.body
    })
    for (const url of [...METADATA, PATHS.jwks])
      scope.get(
        url,
        answer(() => undefined),
      )
    const path = pathOf(deps.baseUrl)
    if (path !== '')
      for (const url of METADATA)
        scope.get(
          `${url}${path}`,
          answer(({ raw }) => {
            // The library knows it without the path alone.
            raw.url = url
            return undefined
          }),
        )
    scope.get(
      PATHS.authorization,
      answer((request) => {
        deps.countRequest(request.ip)
        completeRequest(request, deps.baseUrl)
        return undefined
      }),
    )
    scope.get(
      `${PATHS.authorization}/:uid`,
      answer(() => undefined),
    )
    scope.post(PATHS.token, answer(textOf))
    scope.post(PATHS.revocation, async (request, reply) => {
      // Access tokens are not stored, and so unknown to the library: whoever holds one may end it.
      const isEnded = await deps.endToken(new URLSearchParams(textOf(request)).get('token') ?? '')
      return isEnded ? reply.code(200).send() : answer(textOf)(request, reply)
    })
    if (deps.allowsRegistration)
      scope.post(
        PATHS.registration,
        { bodyLimit: MAX_BYTES.client },
        answer(async (request) => {
          await deps.countRegistration(request.ip)
          return registrationOf(textOf(request))
        }),
      )
    scope.get(STYLE_PATH, (_request, reply) =>
      reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=86400').send(STYLES),
    )
    registerInteraction(scope, provider, deps)
  })
}

function textOf({ body }: FastifyRequest): string {
  return typeof body === 'string' ? body : ''
}

/** What is no JSON object is for the library to refuse. */
function registrationOf(text: string): string {
  try {
    const found: unknown = JSON.parse(text)
    const isObject = typeof found === 'object' && found !== null && !Array.isArray(found)
    return isObject ? JSON.stringify(completeMetadata({ ...found })) : text
  } catch {
    return text
  }
}

/** Answers through the library, which writes on the connection itself. */
async function hand(
  provider: Provider,
  request: FastifyRequest,
  reply: FastifyReply,
  body: string | undefined,
  { baseUrl }: AuthorizationDeps,
): Promise<FastifyReply> {
  const { raw } = reply
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) raw.setHeader(name, value)
  reply.hijack()
  nameAs(baseUrl, request)
  await provider.callback()(body === undefined ? request.raw : withBody(request, body), raw)
  return reply
}

/** The request with its body, which was read already. */
function withBody({ raw }: FastifyRequest, body: string): IncomingMessage {
  const again = new IncomingMessage(raw.socket)
  const { method, url, httpVersion } = raw
  const headers = { ...raw.headers, 'content-length': String(Buffer.byteLength(body)) }
  Object.assign(again, { method, url, httpVersion, headers, complete: true })
  again.push(body)
  again.push(null)
  return again
}
