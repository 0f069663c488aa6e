import type { CallOptions } from '../../../src/core/database/adapter.ts'
import { AppError } from '../../../src/core/errors.ts'

/**
 * The first of these readings that the server takes. What stands in no version of the dictionary, or is not granted, is read with less;
 * what only fails now (a lost connection, the end of the time) is not: half a schema would be kept for a whole one.
 */
export async function firstTaken<T>(
  [reading, ...others]: readonly (() => Promise<T>)[],
  options: CallOptions,
): Promise<T> {
  if (!reading) throw new AppError('internal', 'Nothing is read.')
  try {
    return await reading()
  } catch (error) {
    if (others.length === 0 || isPassing(error, options)) throw error
    return firstTaken(others, options)
  }
}

function isPassing(error: unknown, { signal }: CallOptions): boolean {
  if (signal.aborted || !(error instanceof AppError)) return true
  return error.code === 'unavailable' || error.code === 'timeout' || error.code === 'conflict'
}
