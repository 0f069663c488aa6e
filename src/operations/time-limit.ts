import { AppError } from '../core/errors.ts'
import type { RuleLimits } from '../core/rule-limits.ts'

export interface Deadline {
  readonly signal: AbortSignal
  /** What to say of an error: that the time of the rule was over, where it was. */
  explain(error: unknown): unknown
}

/** The signal of a request, and its end when the time is over that a rule lets it take. */
export function deadlineOf(limits: RuleLimits | undefined, signal: AbortSignal): Deadline {
  const { timeoutMs } = limits ?? {}
  if (timeoutMs === undefined) return { signal, explain: (error) => error }
  const late = AbortSignal.timeout(timeoutMs)
  return {
    signal: AbortSignal.any([signal, late]),
    explain: (error) => (late.aborted && !signal.aborted ? tookTooLong(timeoutMs, error) : error),
  }
}

function tookTooLong(timeoutMs: number, error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'timeout') return error
  return new AppError('timeout', `Your role lets a request take at most ${timeoutMs} ms here.`, {
    hint: 'Ask for fewer rows, or filter on an indexed field.',
    context: { reason: 'too_slow', timeout_ms: timeoutMs },
    cause: error.cause ?? error,
  })
}
