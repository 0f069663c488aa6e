import type { FastifyRequest } from 'fastify'

/** The address of this server as it is configured, whatever the request says; with it the library makes its addresses. */
export function nameAs(baseUrl: string, { raw }: FastifyRequest): void {
  const { host, protocol, pathname } = new URL(baseUrl)
  delete raw.headers['x-forwarded-host']
  delete raw.headers['x-forwarded-for']
  Object.assign(raw.headers, { host, 'x-forwarded-proto': protocol.slice(0, -1) })
  Object.assign(raw, { baseUrl: pathname.replace(/\/$/, '') })
}
