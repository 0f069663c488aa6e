import { AppError } from '../core/errors.ts'

interface Problem {
  /** 0-based offset in the filter text; null when the filter did not come from text. */
  readonly position: number | null
  /** What should have been there, to be read after the word "expected". */
  readonly expected: string
  /** What the caller can write instead, with an example. */
  readonly hint: string
  readonly didYouMean?: readonly string[]
}

/** Every error of the filter language: `bad_request` with `{ position, expected }` as its context. */
export function filterError(message: string, problem: Problem): AppError {
  const { position, expected, hint, didYouMean } = problem
  return new AppError('bad_request', message, {
    hint,
    context: { position, expected },
    ...(didYouMean === undefined || didYouMean.length === 0 ? {} : { didYouMean }),
  })
}

/** The caller's own words as they may stand in a message: cut to a readable length. */
export function excerpt(text: string, most = 24): string {
  return text.length <= most ? text : `${[...text.slice(0, most)].slice(0, -1).join('')}…`
}
