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

export const UNREACHABLE: Reason = {
  message: 'The database server cannot be reached.',
  hint: "Check `host` and `port` in the service's configuration, and that the server runs and takes connections from here.",
  retryable: true,
}
export const NO_SUCH_HOST: Reason = {
  message: 'The host of the database is not known.',
  hint: "Correct `host` in the service's configuration.",
}
export const STARTING: Reason = {
  message: 'The database server is starting or stopping.',
  hint: 'Try again.',
  retryable: true,
}
