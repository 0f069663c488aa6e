import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../core/errors.ts'
import { VERBS, type Verb } from '../core/policy.ts'
import { type Query, queryText } from './query.ts'

/**
 * The verb that is meant (dreamfactory-rest §1.2): only POST carries another one, in a header or the query.
 * Throws `method_not_allowed` for a verb no resource has.
 */
export function tunnelledVerb(method: string, headers: IncomingHttpHeaders, query: Query): Verb {
  if (method === 'GET' || method === 'HEAD') return 'GET'
  const tunnelled =
    method === 'POST'
      ? (headerVerb(headers) ?? queryText(query, 'method') ?? queryText(query, '_method'))
      : undefined
  const wanted = (tunnelled || method).toUpperCase()
  const verb = wanted === 'MERGE' ? 'PATCH' : VERBS.find((known) => known === wanted)
  if (verb === undefined)
    throw new AppError('method_not_allowed', `The verb "${wanted.slice(0, 20)}" is not supported.`)
  return verb
}

function headerVerb(headers: IncomingHttpHeaders): string | undefined {
  const value = headers['x-http-method'] || headers['x-method-override'] || headers['x-http-method-override']
  return typeof value === 'string' && value !== '' ? value : undefined
}
