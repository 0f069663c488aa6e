import { allBusy, cancelled } from './interruption.ts'
import { allowManyListeners } from './many-listeners.ts'

/** So many at a time, in the order of coming. */
export interface Places {
  /** Resolves with what gives the place back. Rejects with `unavailable` after the wait, `timeout` when the signal aborts. */
  take(signal: AbortSignal): Promise<() => void>
}

export function createPlaces(most: number, waitMs: number): Places {
  const waiting = new Set<() => void>()
  let taken = 0

  function give(): void {
    taken--
    const [next] = waiting
    next?.()
  }

  return {
    take(signal) {
      if (signal.aborted) return Promise.reject(cancelled())
      return new Promise((resolve, reject) => {
        const settled = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', onAbort)
          waiting.delete(enter)
        }
        const enter = () => {
          settled()
          taken++
          resolve(give)
        }
        const refuse = (error: Error) => {
          settled()
          reject(error)
        }
        const onAbort = () => refuse(cancelled())
        const timer = setTimeout(() => refuse(allBusy(waitMs, undefined)), waitMs)
        allowManyListeners(signal)
        signal.addEventListener('abort', onAbort)
        if (taken < most) enter()
        else waiting.add(enter)
      })
    },
  }
}
