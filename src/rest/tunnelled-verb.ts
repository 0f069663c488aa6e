import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../core/errors.ts'
import { VERBS, type Verb } from '../core/policy.ts'
import type { Query } from './query.ts'

const HEADERS = ['x-http-method', 'x-method-override', 'x-http-method-override'] as const
const PARAMETERS = ['method', '_method'] as const

/**
 * The verb that is meant (dreamfactory-rest §1.2): only POST carries another one, in a header or the query.
 * Throws `method_not_allowed` for a verb no resource has, `bad_request` for two that are not the same.
 */
export function tunnelledVerb(method: string, headers: IncomingHttpHeaders, query: Query): Verb {
  if (method === 'GET' || method === 'HEAD') return 'GET'
  const [wanted = method, other] = method === 'POST' ? carriedVerbs(headers, query) : []
  if (other !== undefined)
    throw new AppError('bad_request', 'The request names two verbs. Nothing was done.', {
      hint: `Name one, in one place: ${[...PARAMETERS, ...HEADERS].join(', ')}.`,
    })
  const verb = VERBS.find((known) => known === wanted)
  if (verb === undefined)
    throw new AppError('method_not_allowed', `The verb "${wanted.slice(0, 20)}" is not supported.`)
  return verb
}

/** Each once, as roles know it. */
function carriedVerbs(headers: IncomingHttpHeaders, query: Query): string[] {
  const given = [...HEADERS.map((name) => headers[name]), ...PARAMETERS.map((name) => query[name])].flat()
  const verbs = given.flatMap((verb) => (verb ? [verb.toUpperCase()] : []))
  return [...new Set(verbs.map((verb) => (verb === 'MERGE' ? 'PATCH' : verb)))]
}
