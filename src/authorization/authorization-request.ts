import type { FastifyRequest } from 'fastify'
import { serviceAt } from '../access/oauth/resource-address.ts'
import { ownScopes, scopesOf } from '../access/oauth/scopes.ts'

/**
 * Makes an authorization request whole before the library reads it: its scopes are those of the address that the client wants to
 * use, all of them where it names none that mean anything here (RFC 6749 §3.3), and everybody signs in for each connection anew.
 */
export function completeRequest({ raw }: FastifyRequest, baseUrl: string): void {
  const { url = '' } = raw
  const end = url.includes('?') ? url.indexOf('?') : url.length
  const path = url.slice(0, end)
  // An address in a parameter may have a question mark of its own.
  const parameters = new URLSearchParams(url.slice(end + 1))
  const resource = parameters.get('resource') || undefined
  const service = resource === undefined ? null : serviceAt(baseUrl, resource)
  if (service !== undefined && parameters.getAll('scope').length < 2) {
    parameters.set('scope', completeScopes(parameters.get('scope') ?? '', service ?? undefined).join(' '))
    raw.url = `${path}?${parameters}`
  }
  const { cookie } = raw.headers
  if (cookie !== undefined) raw.headers.cookie = cookie.split('; ').filter(isOther).join('; ')
}

/** `*:read` is at the address of a service the scope of that service. Scopes of other services stay, for the library to refuse. */
function completeScopes(text: string, service: string | undefined): string[] {
  const asked = text.split(' ').filter((scope) => scope !== '')
  const own = ownScopes(asked)
  const others = asked.filter((scope) => ownScopes([scope]).length === 0)
  if (own.length === 0) return [...others, ...scopesOf(service)]
  const named = service === undefined ? own : own.map((scope) => scope.replace(/^\*(?=:)/, service))
  return [...new Set([...others, ...named])]
}

function isOther(cookie: string): boolean {
  return !/^sluice_oauth(?:\.sig)?=/.test(cookie)
}
