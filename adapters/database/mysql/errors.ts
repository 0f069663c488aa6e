import { AppError } from '../../../src/core/errors.ts'
import { constraintError, type Subject } from './constraint-errors.ts'
import { failureOf } from './driver-failure.ts'
import { BY_CODE, BY_NUMBER, LOST, RAISED } from './error-table.ts'

/**
 * Errors of the server and the driver as the house's, in this one place and its two neighbours, `constraint-errors.ts` and
 * `connect-errors.ts`. Messages tell the caller what to change and never hold the driver's text; that is the `cause`.
 */
export function toAppError(error: unknown, subject?: Subject): AppError {
  if (error instanceof AppError) return error
  const failure = failureOf(error)
  const constraint = constraintError(failure, subject, error)
  if (constraint) return constraint
  const known =
    (failure.errno === undefined ? BY_CODE[failure.code] : BY_NUMBER[failure.errno]) ??
    (failure.isFatal ? LOST : failure.sqlState.startsWith('45') ? RAISED : undefined)
  if (known) return new AppError(known.code, known.message, { ...known, cause: error })
  return new AppError('internal', 'An internal error occurred.', {
    hint: 'The server log has the details under this request id.',
    cause: error,
  })
}
