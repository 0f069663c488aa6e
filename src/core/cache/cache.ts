import type { WindowCounters } from './window-counters.ts'

/**
 * The port of caches: texts by key that may be gone at any moment. Every call may fail or take its time; who asks goes on
 * without.
 */
export interface Cache {
  /** In the order of the keys; undefined for what is not there. */
  get(keys: readonly string[]): Promise<readonly (string | undefined)[]>
  /** Gone after this time at the latest. */
  set(key: string, value: string, ttlMs: number): Promise<void>
  /** Of all that share the cache; absent where nobody else does. */
  readonly counters?: WindowCounters
  close(): Promise<void>
}
