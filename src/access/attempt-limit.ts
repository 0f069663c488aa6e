import { AppError } from '../core/errors.ts'

/** Counts attempts in this process; a node forgets them when it ends. */
export interface AttemptLimit {
  /** Counts one attempt under each key. Throws `too_many_requests` when one of them has used up its attempts. */
  count(limits: readonly { readonly key: string; readonly most: number }[]): void
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
export function createAttemptLimit(windowMs: number, now: () => number = Date.now): AttemptLimit {
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
      if (full) throw refusal(Math.ceil((full.window.endsAt - now()) / 1000))
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

function refusal(seconds: number): AppError {
  return new AppError('too_many_requests', 'Too many sign-in attempts. Please try again later.', {
    retryable: true,
    context: { retry_after: seconds },
    hint: `Try again in ${seconds} seconds.`,
  })
}
