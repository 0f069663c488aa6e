import type { FastifyRequest } from 'fastify'
import { serviceAt } from '../access/oauth/resource-address.ts'
import { scopesOf } from '../access/oauth/scopes.ts'

/**
 * Makes an authorization request whole before the library reads it: a client that names no scopes is asked for those of the
 * address it wants to use (RFC 6749 §3.3), and everybody signs in for each connection anew.
 */
export function completeRequest({ raw }: FastifyRequest, baseUrl: string): void {
  const { url = '' } = raw
  const end = url.includes('?') ? url.indexOf('?') : url.length
  const path = url.slice(0, end)
  // An address in a parameter may have a question mark of its own.
  const parameters = new URLSearchParams(url.slice(end + 1))
  if (!parameters.has('scope')) {
    const service = serviceAt(baseUrl, parameters.get('resource') ?? '')
    if (service !== undefined) parameters.set('scope', scopesOf(service ?? undefined).join(' '))
    raw.url = `${path}?${parameters}`
  }
  const { cookie } = raw.headers
  if (cookie !== undefined) raw.headers.cookie = cookie.split('; ').filter(isOther).join('; ')
}

function isOther(cookie: string): boolean {
  return !/^sluice_oauth(?:\.sig)?=/.test(cookie)
}
