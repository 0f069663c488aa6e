import type { IncomingHttpHeaders } from 'node:http'
import type { Credentials } from '../access/authenticate.ts'

/** Credentials of an MCP request. Headers only: an address ends up in logs and histories. */
export function credentialsOf(
  headers: IncomingHttpHeaders,
  address: string,
  service: string | undefined,
): Credentials {
  return {
    apiKey: single(headers['x-dreamfactory-api-key']),
    sessionToken: single(headers['x-dreamfactory-session-token']),
    // RFC 6750 §2.1
    bearer: /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1],
    address,
    service,
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}
