import { AppError } from '../../../src/core/errors.ts'
import { failureOf } from './driver-failure.ts'
import { isRaised, raisedText } from './errors.ts'

/**
 * What a routine raised on purpose (RAISE_APPLICATION_ERROR) is written for its callers by the authors of the database: the one text of a
 * server that is shown.
 */
export function raisedError(error: unknown): unknown {
  if (!(error instanceof AppError)) return error
  const failure = failureOf(error.cause)
  const text = isRaised(failure) ? raisedText(failure.message) : ''
  return text === '' ? error : new AppError('bad_request', text, { cause: error.cause })
}

/** Of a routine that was called read-only. */
export function readOnlyError(error: unknown): unknown {
  if (!(error instanceof AppError)) return error
  const { number } = failureOf(error.cause)
  if (number === undefined || !REFUSALS.has(number)) return raisedError(error)
  return new AppError(
    'not_supported',
    'The routine changes something or controls transactions, and it was called read-only.',
    {
      hint: 'It needs a service and a role that may write, and over REST a POST.',
      cause: error.cause,
    },
  )
}

/** Of a server that could not be told to keep the routine from changing anything. What was cancelled on the way stays that. */
export function sealRefused(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code === 'timeout') return error
  return new AppError(
    'not_supported',
    'This database cannot keep a routine from changing something: it was not run.',
    {
      hint: 'Call it with a service and a role that may write, over REST with a POST.',
      cause: error.cause,
    },
  )
}

const REFUSALS: ReadonlySet<number> = new Set([
  34, // cannot COMMIT or ROLLBACK in this session
  1453, // SET TRANSACTION must be the first statement of a transaction
  1456, // may not insert, delete or update inside a READ ONLY transaction
  14551, // cannot perform a DML operation inside a query
  14552, // cannot perform DDL, commit or rollback inside a query
])
