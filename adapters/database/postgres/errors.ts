import { AppError } from '../../../src/core/errors.ts'
import { failureError, LOST } from '../sql/known-failure.ts'
import { brokenLimits } from './broken-limits.ts'
import { constraintError } from './constraint-errors.ts'
import { isServerError, type ServerError } from './server-error.ts'
import { knownState } from './sql-states.ts'
import type { Written } from './written-rows.ts'
import { wrongForm } from './wrong-form.ts'

/** What failed, as far as it is known; without it the messages name no field. */
export type Subject = Written

/**
 * What a statement failed with, as the house's error: by SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html), in
 * this one place. Messages tell the caller what to change and never hold the server's text; that is the `cause`, without the
 * values of its detail.
 */
export function statementError(
  thrown: unknown,
  subject: Subject,
): { readonly error: AppError; readonly isOver: boolean } {
  if (thrown instanceof AppError) return { error: thrown, isOver: false }
  if (!isServerError(thrown))
    return { error: new AppError(LOST.code, LOST.message, { ...LOST, cause: thrown }), isOver: true }
  return { error: serverError(thrown, subject), isOver: thrown.severity !== 'ERROR' || isStale(thrown) }
}

function serverError(failure: ServerError, subject: Subject): AppError {
  const cause = causeOf(failure)
  if (failure.code === RAISED && subject.verb === 'other') return raised(failure, cause)
  const named =
    brokenLimits(failure.code, subject, cause) ??
    wrongForm(failure, subject, cause) ??
    constraintError(failure, subject, cause)
  if (named) return named
  return failureError(knownState(failure.code, subject.verb), cause)
}

/** `RAISE EXCEPTION` without a code of its own. */
const RAISED = 'P0001'

/**
 * What the authors of the database wrote for those who call its routines. Under a code of PostgreSQL's own a message may be
 * PostgreSQL's too, and to a write of records a trigger's words would tell of fields that the caller may not see: both stay mute.
 */
function raised({ message, hint }: ServerError, cause: Error): AppError {
  return new AppError('bad_request', message, { ...(hint === undefined ? {} : { hint }), cause })
}

/** For the log: the message, which names things, without the detail and what is quoted of data, which are values. */
export function causeOf({ code, message, constraint }: ServerError): Error {
  const told = code.startsWith('22') ? message.replace(/".*"/s, '"…"') : message
  return new Error(`PostgreSQL ${code}: ${told}${constraint === undefined ? '' : ` (${constraint})`}`)
}

/** The session has other prepared statements than it should: something between us and the server gave us another one. */
function isStale({ code }: ServerError): boolean {
  return code === '26000' || code === '42P05'
}

export function undone(): AppError {
  return new AppError('conflict', 'The database rolled the transaction back; nothing of it was kept.')
}
