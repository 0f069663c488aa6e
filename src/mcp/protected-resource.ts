import type { FastifyInstance } from 'fastify'
import { pathOf, resourceAddress } from '../access/oauth/resource-address.ts'
import { scopesOf } from '../access/oauth/scopes.ts'
import type { AppError } from '../core/errors.ts'
import { scopesMissing } from '../core/missing-scope.ts'

/** Where clients get tokens for this server. */
export interface Authorization {
  /** Of this server, as clients see it; from the configuration, never from a request. */
  readonly baseUrl: string
  /** Addresses of authorization servers, the preferred one first. */
  readonly servers: readonly string[]
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource'

/**
 * RFC 9728, below the well-known path and below each address. A service that does not exist has metadata like any other: what
 * there is, nobody learns without a token.
 */
export function registerProtectedResource(app: FastifyInstance, authorization: Authorization): void {
  const path = pathOf(authorization.baseUrl)
  const below = path === '' ? [WELL_KNOWN] : [WELL_KNOWN, `${WELL_KNOWN}${path}`]
  const ofAll = [...below, ...below.map((start) => `${start}/mcp`), `/mcp${WELL_KNOWN}`]
  for (const url of ofAll.flatMap(withSlash))
    app.get(url, (_request, reply) => reply.header(...CACHE).send(metadata(authorization, undefined)))
  const ofOne = [...below.map((start) => `${start}/mcp/:service`), `/mcp/:service${WELL_KNOWN}`]
  for (const url of ofOne.flatMap(withSlash))
    app.get<{ Params: { readonly service: string } }>(url, ({ params }, reply) =>
      reply.header(...CACHE).send(metadata(authorization, params.service)),
    )
}

/** People paste addresses with a slash at their end, too: that is no other address. */
export function withSlash(url: string): string[] {
  return [url, `${url}/`]
}

const CACHE = ['cache-control', 'public, max-age=300'] as const

function metadata({ baseUrl, servers }: Authorization, service: string | undefined) {
  return {
    resource: resourceAddress(baseUrl, service),
    authorization_servers: servers,
    scopes_supported: scopesOf(service),
    bearer_methods_supported: ['header'],
    resource_name: service === undefined ? 'Sluice' : `Sluice: ${service}`,
  }
}

/** What a refusal asks for; undefined when another token would not help. */
export function challengeFor(
  error: AppError,
  asked: { readonly service: string | undefined; readonly hasToken: boolean },
  authorization: Authorization | undefined,
): string | undefined {
  const { service, hasToken } = asked
  const missing = scopesMissing(error)
  if (missing !== undefined)
    return challengeText(authorization, { service, scopes: [missing], error: 'insufficient_scope' })
  if (error.code !== 'unauthenticated') return undefined
  const isWrong = authorization !== undefined && hasToken
  return challengeText(authorization, {
    service,
    scopes: scopesOf(service),
    ...(isWrong && { error: 'invalid_token' }),
  })
}

interface Challenge {
  readonly service: string | undefined
  readonly scopes: readonly string[]
  /** RFC 6750 §3.1; absent: no token came. */
  readonly error?: 'invalid_token' | 'insufficient_scope'
}

/** `WWW-Authenticate` of an answer that asks for another token (RFC 9728 §5.1). */
function challengeText(
  authorization: Authorization | undefined,
  { service, scopes, error }: Challenge,
): string {
  const path = service === undefined ? '' : `/${encodeURIComponent(service)}`
  const parts = [
    'realm="sluice"',
    ...(error ? [`error="${error}"`] : []),
    ...(authorization
      ? [
          `scope="${scopes.join(' ')}"`,
          `resource_metadata="${authorization.baseUrl}${WELL_KNOWN}/mcp${path}"`,
        ]
      : []),
  ]
  return `Bearer ${parts.join(', ')}`
}
