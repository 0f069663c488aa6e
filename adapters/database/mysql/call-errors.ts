import { AppError } from '../../../src/core/errors.ts'
import { failureOf } from './driver-failure.ts'

/**
 * What a routine raised on purpose (SIGNAL, SQLSTATE class 45) is written for its callers by the authors of the database: the one
 * text of a server that is shown.
 */
export function raisedError(error: unknown): unknown {
  if (!(error instanceof AppError)) return error
  const { sqlState, message } = failureOf(error.cause)
  return sqlState.startsWith('45') ? new AppError('bad_request', message, { cause: error.cause }) : error
}

/** Of a routine that was called read-only. */
export function readOnlyError(error: unknown): unknown {
  if (!(error instanceof AppError)) return error
  const { errno } = failureOf(error.cause)
  if (errno === undefined || !REFUSALS.has(errno)) return raisedError(error)
  return new AppError(
    'not_supported',
    'The routine changes something or controls transactions, and it was called read-only.',
    {
      hint: 'It needs a service and a role that may write, and over REST a POST.',
      cause: error.cause,
    },
  )
}

const REFUSALS = new Set([
  1399, // ER_XAER_RMFAIL: what the state of an XA transaction forbids
  1568, // ER_CANT_CHANGE_TX_CHARACTERISTICS
  1792, // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
])
