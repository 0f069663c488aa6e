import { AppError } from '../core/errors.ts'

/** How often something may be tried: under each key at most so often, on all nodes together. */
export type Limits = readonly { readonly key: string; readonly most: number }[]

/** The error for an attempt too many; `waitMs`: until there may be another. */
export function tooMany(waitMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000))
  return new AppError('too_many_requests', 'Too many attempts. Please try again later.', {
    retryable: true,
    context: { retry_after: seconds },
    hint: `Try again in ${seconds} seconds.`,
  })
}
