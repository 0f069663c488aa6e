import type { FastifyRequest } from 'fastify'

/**
 * The address of this server as it is configured, whatever the request says; with it the library makes its addresses. Whom the
 * request is from stays as it was found out, behind a proxy too: attempts are counted by that.
 */
export function nameAs(baseUrl: string, { raw, ip }: FastifyRequest): void {
  const { host, protocol, pathname } = new URL(baseUrl)
  delete raw.headers['x-forwarded-host']
  Object.assign(raw.headers, { host, 'x-forwarded-for': ip, 'x-forwarded-proto': protocol.slice(0, -1) })
  Object.assign(raw, { baseUrl: pathname.replace(/\/$/, '') })
}
