import { AppError } from '../../../src/core/errors.ts'
import type { Subject } from '../sql/broken-rule.ts'
import { failureError, LOST, RULE } from '../sql/known-failure.ts'
import { constraintError } from './constraint-errors.ts'
import { type DriverFailure, failureOf } from './driver-failure.ts'
import { BY_CODE, BY_NUMBER } from './error-table.ts'

/**
 * Errors of the server and the driver as the house's, in this one place and its two neighbours, `constraint-errors.ts` and
 * `connect-errors.ts`. Messages tell the caller what to change and never hold the driver's text; that is the `cause`.
 */
export function toAppError(error: unknown, subject?: Subject): AppError {
  if (error instanceof AppError) return error
  const failure = failureOf(error)
  const cause = causeOf(failure)
  const constraint = constraintError(failure, subject, cause)
  if (constraint) return constraint
  const known =
    (failure.errno === undefined ? BY_CODE[failure.code] : BY_NUMBER[failure.errno]) ??
    (failure.isFatal ? LOST : failure.sqlState.startsWith('45') ? RULE : undefined)
  return failureError(known, cause)
}

/**
 * What the server says, without the values it quotes (`Duplicate entry '…'`, `Incorrect integer value: '…'`), for the log. What a
 * routine raised on purpose is as its authors wrote it: callers are shown it.
 */
function causeOf({ errno, code, sqlState, message }: DriverFailure): Error {
  const quoted = /\b(entry|values?:?|range in) '.*?'(?= for (?:key|column|function)\b|$)/gis
  const said = sqlState.startsWith('45') ? message : message.replace(quoted, "$1 '…'")
  return Object.assign(new Error(said), { ...(errno === undefined ? {} : { errno }), code, sqlState })
}
