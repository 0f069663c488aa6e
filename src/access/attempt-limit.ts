import type { AttemptStore } from '../core/attempt-store.ts'
import { createAttemptWindows } from './attempt-windows.ts'
import { type Limits, tooMany } from './too-many-attempts.ts'

/** How often something may be tried, on all nodes together. */
export interface AttemptLimit {
  /** Counts one attempt under each key. Throws `too_many_requests` when one of them has used up its attempts. */
  begin(limits: Limits): Promise<Attempt>
}

interface Attempt {
  /** It is one of those that count: every node knows from now on. */
  keep(): Promise<void>
  /** It was none, and `key` starts over. */
  succeed(key: string): Promise<void>
}

/**
 * In this process attempts count from their beginning, so that many at once do not all see a low number; those that are
 * kept count on every node, and over a restart. `windowMs` after an attempt it no longer counts.
 */
export function createAttemptLimit(
  windowMs: number,
  options: { readonly store?: AttemptStore | undefined; readonly now?: (() => number) | undefined } = {},
): AttemptLimit {
  const { store, now = Date.now } = options
  const windows = createAttemptWindows(windowMs, now)
  return {
    async begin(limits) {
      windows.count(limits)
      const keys = limits.map(({ key }) => key)
      const kept = (await store?.load(keys)) ?? []
      const ends = (key: string) => kept.filter((one) => one.key === key)
      const full = limits.find(({ key, most }) => ends(key).length >= most)
      if (full) throw tooMany((ends(full.key)[0]?.until.getTime() ?? now()) - now())
      return {
        async keep() {
          await store?.add(keys, new Date(now() + windowMs))
        },
        async succeed(key) {
          for (const one of keys) windows.refund(one)
          windows.forget(key)
          if (ends(key).length > 0) await store?.remove(key)
        },
      }
    },
  }
}
