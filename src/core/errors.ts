/**
 * Every error code of the house, with its REST status. A code without a status does not compile.
 * REST statuses: RFC 9110 §15, RFC 6585 §4 (429).
 */
export const ERROR_STATUS = {
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  conflict: 409,
  precondition_failed: 412,
  payload_too_large: 413,
  too_many_requests: 429,
  internal: 500,
  not_supported: 501,
  unavailable: 503,
  timeout: 504,
} as const

export type ErrorCode = keyof typeof ERROR_STATUS

export interface ErrorDetails {
  /** What the caller can do about it: the next call to make, the nearest valid name. Safe to show. */
  readonly hint?: string
  /** Nearest valid names that this caller may see, best first. */
  readonly didYouMean?: readonly string[]
  /** The same call may succeed later, unchanged. */
  readonly retryable?: boolean
  /** Machine-readable context for the wire: fields, positions, per-record results. Never secrets or SQL. */
  readonly context?: unknown
  /** Of a limit that is used up. */
  readonly rate?: RateState
  /** Overrides `error.code` of the REST envelope; 1000 marks a batch (dreamfactory-compatible). */
  readonly wireCode?: number
  /** For us alone: logged once where the answer is written, never shown. */
  readonly cause?: unknown
}

export interface RateState {
  /** Requests a period. */
  readonly limit: number
  readonly retryAfterSeconds: number
  /** When the period ends, in seconds since 1970. */
  readonly resetsAt: number
}

/** The only error that crosses a file boundary. `message` is for the caller: no SQL, host, path or secret. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly didYouMean: readonly string[] | undefined
  readonly retryable: boolean
  readonly context: unknown
  readonly wireCode: number | undefined
  readonly rate: RateState | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'AppError'
    this.code = code
    this.hint = details.hint
    this.didYouMean = details.didYouMean
    this.retryable = details.retryable ?? false
    this.context = details.context
    this.wireCode = details.wireCode
    this.rate = details.rate
  }

  get status(): number {
    return ERROR_STATUS[this.code]
  }
}

/** Errors that are not the caller's to mend: their cause belongs into the log. */
export function isOurs({ code }: AppError): boolean {
  return code === 'internal' || code === 'unavailable'
}

/** An engine says so when something it was asked for by name is gone: what was read of its catalogue is out of date. */
export function isOutdated(error: unknown): boolean {
  return error instanceof AppError && error.code === 'not_found' && error.retryable
}

/** Turns anything thrown into an AppError; a stranger becomes a mute `internal` with the original as its cause. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  return new AppError('internal', 'An internal error occurred.', {
    hint: 'The server log has the details under this request id.',
    cause: thrown,
  })
}

/** `context.reason` of an error after which nobody can know whether a change was kept. */
export const OUTCOME_UNKNOWN = 'outcome_unknown'

export function isOutcomeUnknown({ context }: AppError): boolean {
  return typeof context === 'object' && context !== null && Reflect.get(context, 'reason') === OUTCOME_UNKNOWN
}
