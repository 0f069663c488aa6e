import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import { isObject } from '../body.ts'

/** Credentials, which may stand in any body. */
export const WITH_EVERY_BODY: readonly string[] = ['api_key', 'session_token']

/** The fields of a body. Throws `bad_request` for others than these, and for a body that is no object. */
export function accountBody(body: unknown, fields: readonly string[]): Readonly<Record<string, unknown>> {
  requireObject(body)
  if (!isObject(body)) return {}
  const problems = Object.keys(body).flatMap((name) =>
    fields.includes(name) || WITH_EVERY_BODY.includes(name) ? [] : [problemOf(name, fields)],
  )
  if (problems.length === 0) return body
  throw new AppError('bad_request', problems.map(([, sentence]) => sentence).join(' '), {
    context: Object.fromEntries(problems.map(([name, sentence]) => [name, [sentence]])),
    hint: `Fields here: ${fields.join(', ')}.`,
  })
}

/** Nothing will do. Throws `bad_request`. */
export function requireObject(body: unknown): void {
  if (isObject(body) || body === undefined || body === null || body === '') return
  throw new AppError('bad_request', 'The request body must be a JSON object.')
}

function problemOf(name: string, fields: readonly string[]): readonly [string, string] {
  return [name, `Unknown field '${name}'. ${didYouMean(nearest(name, fields))}`.trim()]
}
