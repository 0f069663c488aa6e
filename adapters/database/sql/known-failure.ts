import { AppError, type ErrorCode, toAppError } from '../../../src/core/errors.ts'

/** What callers hear of a failure of the server, the network or the driver. Those below are the same whatever the engine. */
export interface KnownFailure {
  readonly code: ErrorCode
  readonly message: string
  readonly hint?: string
  readonly retryable?: boolean
}

/** One that is not known is a mute `internal`. */
export function failureError(known: KnownFailure | undefined, cause: Error): AppError {
  return known ? new AppError(known.code, known.message, { ...known, cause }) : toAppError(cause)
}

export const LOST: KnownFailure = {
  code: 'unavailable',
  message: 'The connection to the database was lost.',
  hint: 'What was not committed is rolled back. Try again.',
  retryable: true,
}
export const GONE: KnownFailure = {
  code: 'not_found',
  message: 'A table, field or routine of this request is not there any more: the database was changed.',
  hint: 'The schema has been read again: describe the table, then correct the request.',
  retryable: true,
}
export const OVERTAKEN: KnownFailure = {
  code: 'conflict',
  message: 'The database gave up this change for the sake of another one; nothing of it was kept.',
  hint: 'Try again.',
  retryable: true,
}
export const HELD: KnownFailure = {
  code: 'timeout',
  message: 'Another change holds the record and did not let go of it in time.',
  hint: 'Try again.',
  retryable: true,
}
export const STOPPED: KnownFailure = { code: 'timeout', message: 'The statement was stopped.' }
export const READ_ONLY: KnownFailure = { code: 'not_supported', message: 'The database is read-only.' }
export const NOT_ALLOWED: KnownFailure = {
  code: 'not_supported',
  message: 'The database user of this service may not do this.',
  hint: 'An administrator may grant the right in the database.',
}
export const DISK_FULL: KnownFailure = {
  code: 'unavailable',
  message: 'The disk of the database is full.',
  hint: 'Free some space, then try again.',
}
export const TOO_COMPLEX: KnownFailure = {
  code: 'bad_request',
  message: 'The request is too complex for the database.',
  hint: 'Use a shorter filter.',
}
export const VIEW: KnownFailure = { code: 'bad_request', message: 'This view cannot be changed.' }
export const COMPUTED: KnownFailure = {
  code: 'bad_request',
  message: 'A computed field cannot be written.',
}
export const RULE: KnownFailure = {
  code: 'conflict',
  message: 'A rule of the database refused the change.',
}
export const NOT_A_VALUE: KnownFailure = {
  code: 'bad_request',
  message: 'A value of the request does not fit the type of its field.',
}
export const FIELD_TAKEN: KnownFailure = {
  code: 'conflict',
  message: 'The table already has a field with this name.',
}
export const OUT_OF_RANGE: KnownFailure = {
  code: 'bad_request',
  message: 'A number that is computed in the database is out of range.',
  hint: 'Use AVG, or a filter. A version field at its last number needs a wider column, or a lower number.',
}
export const NO_KEY_FIELD: KnownFailure = {
  code: 'bad_request',
  message: 'A field of this type or length cannot be part of a key.',
}
