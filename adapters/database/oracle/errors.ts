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
    (failure.number === undefined ? BY_CODE[failure.code] : BY_NUMBER[failure.number]) ??
    (failure.isFatal ? LOST : isRaised(failure) ? RULE : undefined)
  return failureError(known, cause)
}

/** RAISE_APPLICATION_ERROR: what a trigger or routine refuses on purpose (Database PL/SQL Language Reference). */
export function isRaised({ number }: Pick<DriverFailure, 'number'>): boolean {
  return number !== undefined && number >= 20_000 && number <= 20_999
}

/** What was said on purpose, without the number before it and the lines of the routines behind it. */
export function raisedText(message: string): string {
  return /ORA-20\d{3}: ([\s\S]*?)(?=\n(?:ORA-\d{5}:|Help: |https?:)|$)/.exec(message)?.[1]?.trim() ?? ''
}

/** What the server says, for the log: from 23ai on it tells values of rows and of the request, which are left out. */
function causeOf(failure: DriverFailure): Error {
  const { number, code, message } = failure
  const said = isRaised(failure)
    ? message
    : VALUES.reduce((text, [from, to]) => text.replaceAll(from, to), message)
  return Object.assign(new Error(said), { ...(number === undefined ? {} : { errorNum: number }), code })
}

/** docs.oracle.com/en/error-help/db: ora-03301 to ora-03304 and so on (details of the error before them), ora-01438, ora-01722. */
const VALUES: readonly (readonly [RegExp, string])[] = [
  [/(\(ORA-\d{5} details\))[\s\S]*?(?=\nORA-|\nHelp: |$)/g, '$1 …'],
  [/\bvalue \S+ (greater than specified precision)/g, 'value … $1'],
  [/'[^'\n]*'/g, "'…'"],
]
