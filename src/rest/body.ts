import { AppError } from '../core/errors.ts'

/** The key around lists, in requests and answers (dreamfactory-rest §1.8). */
export const WRAPPER = 'resource'

type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Records in a body: `{"resource":[…]}`, `{"resource":{…}}` or a bare list; undefined when it has none of them. */
export function wrappedRecords(body: unknown): readonly unknown[] | undefined {
  if (Array.isArray(body)) return body
  const wrapped = isObject(body) ? body[WRAPPER] : undefined
  if (Array.isArray(wrapped)) return wrapped
  return isObject(wrapped) ? [wrapped] : undefined
}

/** The records a write to a collection must bring. Throws `bad_request` when there are none. */
export function requireRecords(body: unknown): readonly JsonObject[] {
  if (typeof body === 'string')
    throw new AppError('bad_request', 'The request contains no valid record sets.')
  const records = wrappedRecords(body) ?? []
  if (records.length === 0) {
    throw new AppError(
      'bad_request',
      `No record(s) detected in request. Please make sure record(s) are wrapped in a '${WRAPPER}' tag. Example: {"${WRAPPER}":[{"record":1},{"record":2}]}`,
    )
  }
  if (!records.every(isObject))
    throw new AppError('bad_request', 'The request contains no valid record sets.')
  return records
}

/** The one record a write to `/{id}` must bring: bare, or wrapped. Throws `bad_request` when there is none. */
export function requireRecord(body: unknown): JsonObject {
  const record = wrappedRecords(body)?.[0] ?? body
  if (!isObject(record)) throw new AppError('bad_request', 'The request contains no valid record fields.')
  return record
}
