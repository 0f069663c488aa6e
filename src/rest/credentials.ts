import type { IncomingHttpHeaders } from 'node:http'
import type { Credentials } from '../access/authenticate.ts'
import { AppError } from '../core/errors.ts'
import { isObject } from './body.ts'
import { type Query, queryText } from './query.ts'

/**
 * Reads them where dreamfactory-rest §2.1 says; undefined when there are none. The body counts only when nothing else
 * is there: a record written with a field called `api_key` is no credential.
 */
export function readCredentials(
  headers: IncomingHttpHeaders,
  query: Query,
  body: unknown,
): Credentials | undefined {
  const apiKey = queryText(query, 'api_key') || headerText(headers, 'x-dreamfactory-api-key')
  const sessionToken =
    headerText(headers, 'x-dreamfactory-session-token') || queryText(query, 'session_token')
  const authorization = headers.authorization && readAuthorization(headers.authorization)
  if (apiKey && !sessionToken && !authorization) return { apiKey }
  if (!apiKey && !sessionToken && !authorization) return bodyCredentials(body)
  return { ...(apiKey && { apiKey }), ...(sessionToken && { sessionToken }), ...authorization }
}

/** The answer to a request without any (dreamfactory-rest §2.3; the status is ours). */
export function noCredentials(): AppError {
  return new AppError(
    'unauthenticated',
    'No session token (JWT) or API Key detected in request. Please send in X-DreamFactory-Session-Token and/or X-DreamFactory-API-Key request header. You can also use URL query parameters session_token and/or api_key.',
    { context: { reason: 'no_credentials' } },
  )
}

function readAuthorization(header: string): Pick<Credentials, 'bearer' | 'basic'> | undefined {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+) *$/.exec(header) ?? []
  if (scheme.toLowerCase() === 'bearer') return { bearer: value }
  if (scheme.toLowerCase() !== 'basic') return undefined
  const text = Buffer.from(value, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { basic: { user: text.slice(0, colon), password: text.slice(colon + 1) } }
}

function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

function bodyCredentials(body: unknown): Credentials | undefined {
  const { api_key: apiKey, session_token: sessionToken } = isObject(body) ? body : {}
  if (typeof apiKey !== 'string' && typeof sessionToken !== 'string') return undefined
  return {
    ...(typeof apiKey === 'string' && { apiKey }),
    ...(typeof sessionToken === 'string' && { sessionToken }),
  }
}
