import type { WindowCounters } from '../../core/cache/window-counters.ts'
import { AppError } from '../../core/errors.ts'

/** The shared counters; while they cannot be reached, the spare ones of this process: limits hold without the server too. */
export function countersWithSpare(shared: WindowCounters, spare: WindowCounters): WindowCounters {
  const either = async <T>(ask: (counters: WindowCounters) => Promise<T>): Promise<T> => {
    try {
      return await ask(shared)
    } catch (error) {
      if (error instanceof AppError && error.code === 'unavailable') return await ask(spare)
      throw error
    }
  }
  return {
    take: (wanted) => either((counters) => counters.take(wanted)),
    stateOf: (key) => either((counters) => counters.stateOf(key)),
    keysFrom: (start) => either((counters) => counters.keysFrom(start)),
  }
}
