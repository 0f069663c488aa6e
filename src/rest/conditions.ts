import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../core/errors.ts'
import { ONE_MATCH } from '../operations/database/inputs.ts'
import type { Conditions, RestRequest } from './rest-request.ts'

/** Undefined when there are none: most requests. */
export function conditionsIn(headers: IncomingHttpHeaders): Conditions | undefined {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch, 'idempotency-key': key } = headers
  if (ifMatch === undefined && ifNoneMatch === undefined && key === undefined) return undefined
  return {
    ...(ifMatch !== undefined && { ifMatch }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch }),
    ...(typeof key === 'string' && { idempotencyKey: key }),
  }
}

/** The tags of `If-Match`, as the input of a write has them. Throws `bad_request` for what is no list of tags. */
export function matchOptions({ conditions }: Pick<RestRequest, 'conditions'>): { if_match?: string[] } {
  if (conditions?.ifNoneMatch !== undefined)
    throw new AppError('bad_request', 'If-None-Match is for GET.', { hint: 'For writes there is If-Match.' })
  if (conditions?.ifMatch === undefined) return {}
  return { if_match: tagsIn(conditions.ifMatch, 'If-Match') }
}

/** For writes of several records. Throws `bad_request`. */
export function requireNoMatch({ conditions }: Pick<RestRequest, 'conditions'>): void {
  if (conditions?.ifMatch !== undefined || conditions?.ifNoneMatch !== undefined)
    throw new AppError('bad_request', ONE_MATCH)
}

/** RFC 9110 §13.1.2: whether the answer is one that the client has. Tags are compared without regard to `W/`. */
export function isKnown({ conditions }: Pick<RestRequest, 'conditions'>, tag: string): boolean {
  if (conditions?.ifNoneMatch === undefined) return false
  return tagsIn(conditions.ifNoneMatch, 'If-None-Match').some(
    (one) => one === '*' || one.replace(/^W\//, '') === tag,
  )
}

/** RFC 9110 §8.8.3, §13.1.1. */
function tagsIn(text: string, header: string): string[] {
  if (text.trim() === '*') return ['*']
  const tags = text.match(TAG) ?? []
  const rest = text.replaceAll(TAG, '').replaceAll(/[\s,]/g, '')
  if (tags.length > 0 && rest === '') return [...tags]
  throw new AppError('bad_request', `${header} takes ETags in quotes, separated by commas, or *.`)
}

const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g
