import { type Limits, tooMany } from './too-many-attempts.ts'

/** Counts attempts in this process. */
export interface AttemptWindows {
  /** Throws `too_many_requests`. */
  count(limits: Limits): void
  /** The attempt was none: it no longer counts. */
  refund(key: string): void
  /** The key starts over. */
  forget(key: string): void
}

interface Window {
  attempts: number
  readonly endsAt: number
}

const MAX_KEYS = 20_000

/** `windowMs` after its first attempt a key starts over. */
export function createAttemptWindows(windowMs: number, now: () => number): AttemptWindows {
  const windows = new Map<string, Window>()
  const windowOf = (key: string): Window => {
    const open = windows.get(key)
    if (open && open.endsAt > now()) return open
    const fresh = { attempts: 0, endsAt: now() + windowMs }
    windows.delete(key)
    windows.set(key, fresh)
    return fresh
  }
  return {
    count(limits) {
      const counted = limits.map(({ key, most }) => ({ window: windowOf(key), most }))
      const full = counted.find(({ window, most }) => window.attempts >= most)
      if (full) throw tooMany(full.window.endsAt - now())
      for (const { window } of counted) window.attempts += 1
      dropOldest(windows)
    },
    refund(key) {
      const window = windows.get(key)
      if (window && window.attempts > 0) window.attempts -= 1
    },
    forget(key) {
      windows.delete(key)
    },
  }
}

/** Windows are in the order of their end: a map keeps the order of insertion. */
function dropOldest(windows: Map<string, Window>): void {
  for (const key of windows.keys()) {
    if (windows.size <= MAX_KEYS) return
    windows.delete(key)
  }
}
