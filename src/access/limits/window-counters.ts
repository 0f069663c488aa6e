import type { WantedCount, WindowCounters } from '../../core/cache/window-counters.ts'

interface Window {
  count: number
  readonly endsAt: number
}

/** Windows that have ended are dropped when there are so many more. */
const SWEEP_EVERY = 10_000

/** In this process: another one counts for itself, and all begins anew when it ends. */
export function createWindowCounters(now: () => number = Date.now): WindowCounters {
  const windows = new Map<string, Window>()
  let sweepAt = SWEEP_EVERY
  const running = (key: string): Window | undefined => {
    const window = windows.get(key)
    return window && window.endsAt > now() ? window : undefined
  }
  const add = ({ key, windowMs }: WantedCount) => {
    const window = running(key)
    if (window) window.count += 1
    else windows.set(key, { count: 1, endsAt: now() + windowMs })
  }
  const sweep = () => {
    if (windows.size < sweepAt) return
    for (const [key, { endsAt }] of windows) if (endsAt <= now()) windows.delete(key)
    sweepAt = windows.size + SWEEP_EVERY
  }
  return {
    async take(wanted) {
      const full = wanted.flatMap(({ key, most }, at) => {
        const window = running(key)
        return window && window.count >= most ? [{ at, leftMs: window.endsAt - now() }] : []
      })
      if (full.length > 0) return full
      for (const each of wanted) add(each)
      sweep()
      return full
    },
    async stateOf(key) {
      const window = running(key)
      return { count: window?.count ?? 0, leftMs: window ? window.endsAt - now() : 0 }
    },
    keysFrom: async (start) => [...windows.keys()].filter((key) => key.startsWith(start) && running(key)),
  }
}
