import type { FastifyRequest } from 'fastify'
import type { Credentials } from '../access/authenticate.ts'
import type { Caller } from '../core/caller.ts'
import { readAddress } from './address.ts'
import { readCredentials } from './credentials.ts'
import type { Query } from './query.ts'
import type { RestDeps } from './rest-deps.ts'

/** Who asks, told to the log line too; undefined without credentials. `service` is that of the address. */
export async function callerOf(
  http: FastifyRequest<{ Querystring: Query }>,
  { authenticate }: Pick<RestDeps, 'authenticate'>,
  service = readAddress(http.raw.url ?? '/').service,
): Promise<Caller | undefined> {
  const credentials = readCredentials(http.headers, http.query, http.body)
  if (!credentials) return undefined
  const caller = await authenticate(withPlace(credentials, http, service))
  http.callerLabel = caller.label
  if (http.call) http.call.caller = caller
  return caller
}

/** Where the client is counts for passwords alone, and looking it up takes longer than finding a key. */
function withPlace(credentials: Credentials, http: FastifyRequest, service: string | undefined): Credentials {
  if (!credentials.basic) return { service, ...credentials }
  return { service, address: http.ip, ...credentials }
}
