import { AppError } from '../../../src/core/errors.ts'
import type { Subject } from '../sql/broken-rule.ts'
import { failureError, LOST } from '../sql/known-failure.ts'
import { constraintError } from './constraint-errors.ts'
import { type DriverFailure, failureOf, isRaised } from './driver-failure.ts'
import { BY_CODE, BY_NUMBER, RAISED } from './error-table.ts'
import { unmappedError } from './unmapped-errors.ts'

/**
 * Errors of the server and the driver as the house's, in this one place and its neighbours `error-table.ts`, `constraint-errors.ts` and
 * `connect-errors.ts`. Messages tell the caller what to change and never hold the driver's text; that is the `cause`.
 */
export function toAppError(error: unknown, subject?: Subject): AppError {
  if (error instanceof AppError) return error
  const failure = failureOf(error)
  const cause = causeOf(failure)
  const constraint = constraintError(failure, subject, cause)
  if (constraint) return constraint
  const known =
    (failure.number === undefined ? BY_CODE[failure.code] : BY_NUMBER[failure.number]) ??
    unmappedError(failure) ??
    (failure.isFatal ? LOST : isRaised(failure) ? RAISED : undefined)
  return failureError(known, cause)
}

/** What a routine raised on purpose is written for its callers by the authors of the database: the one text of a server that is shown. */
export function raisedError(error: unknown): unknown {
  if (!(error instanceof AppError)) return error
  const failure = failureOf(error.cause)
  return isRaised(failure) ? new AppError('bad_request', failure.message, { cause: error.cause }) : error
}

/** What the server says, without the values it quotes, for the log. What was raised on purpose is as its authors wrote it. */
function causeOf({ number, code, message, isFatal }: DriverFailure): Error {
  const quoted = /\b(value is |value: |value |user )(?:'.*'|\(.*\))/gis
  const said = isRaised({ number }) ? message : message.replace(quoted, "$1'…'")
  return Object.assign(new Error(said), {
    ...(number === undefined ? {} : { number }),
    code: isFatal && code === '' ? 'ESOCKET' : code,
  })
}
