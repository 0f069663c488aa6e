import { AppError } from '../../../src/core/errors.ts'

/** Longest answer, in bytes: what is longer would be held several times over in memory. */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/** Of rows that are read in parts: a part of long rows is cut short. */
export const PART_BYTES = 8 * 1024 * 1024

export function tooLarge(): AppError {
  return new AppError('bad_request', `More than ${MAX_ANSWER_BYTES / 1024 / 1024} MB in one answer.`, {
    hint: 'Ask for fewer rows or fields, or write fewer records at a time.',
  })
}
