import { AppError } from '../core/errors.ts'
import { plainText } from '../core/plain-text.ts'
import { wrappedRecords } from './body.ts'
import { idsOf } from './options.ts'
import type { RestRequest } from './rest-request.ts'

/** Values that a DELETE names: by `ids`, or by the records in the body; undefined when by neither. */
export function namedValues(request: RestRequest): readonly string[] | undefined {
  const inBody = wrappedRecords(request.body)?.map((record) => Reflect.get(Object(record), 'name'))
  const names = idsOf(request) ?? (inBody?.length ? inBody : undefined)
  if (!names || names.every((name) => typeof name === 'string' || typeof name === 'number'))
    return names?.map(plainText)
  throw new AppError('bad_request', 'A record of the body has no name.', {
    hint: 'Write {"resource": [{"name": "…"}]}, or name them as ids.',
  })
}
