import { AppError, OUTCOME_UNKNOWN } from '../../../src/core/errors.ts'

/** Why a call ends before its statement does, the same words on every engine. */
export function cancelled(): AppError {
  return new AppError('timeout', 'The request was cancelled.')
}

export function statementTimeout(limitMs: number): AppError {
  return new AppError('timeout', `The statement was stopped after ${limitMs} ms.`, {
    hint: 'Ask for fewer rows, filter on an indexed field, or raise the time limit of the server.',
  })
}

export function closed(): AppError {
  return new AppError('unavailable', 'The service is closing.', { retryable: true })
}

export function readOnly(): AppError {
  return new AppError('not_supported', 'This service is read-only.')
}

export function allBusy(waitedMs: number, cause: unknown): AppError {
  return new AppError('unavailable', `No connection to the database was free within ${waitedMs} ms.`, {
    hint: 'Try again; if it happens often, an administrator may raise pool_size or look for slow statements.',
    retryable: true,
    cause,
  })
}

/** The server had the order to keep the change and did not answer: nobody here can know. Trying again may do it twice. */
export function outcomeUnknown(cause: unknown): AppError {
  return new AppError(
    'unavailable',
    'The connection was lost while the change was being kept: it may or may not have been made.',
    { hint: 'Read the records before you try again.', context: { reason: OUTCOME_UNKNOWN }, cause },
  )
}
