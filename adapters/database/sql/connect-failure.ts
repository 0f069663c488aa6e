import { AppError } from '../../../src/core/errors.ts'

/** Why a connection could not be opened: nothing of it is secret, for callers hear it. */
export interface Reason {
  readonly message: string
  readonly hint: string
  readonly retryable?: boolean
}

export function connectFailure({ message, hint, retryable = false }: Reason, cause: unknown): AppError {
  return new AppError('unavailable', message, { hint, retryable, cause })
}

/** One of the configured `statements`. */
export function statementsFailed(cause: unknown): AppError {
  return connectFailure(
    {
      message: 'A statement that runs on every connection failed.',
      hint: "Correct `statements` in the service's configuration.",
    },
    cause,
  )
}
