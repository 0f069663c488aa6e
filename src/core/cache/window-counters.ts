/** Counts in fixed windows, each of which begins with its first count. */
export interface WindowCounters {
  /** Counts one under every key, or, when one of them is full, under none. */
  take(wanted: readonly WantedCount[]): Promise<Taken>
  /** What is counted under the key now. */
  stateOf(key: string): Promise<CounterState>
  /** Keys with a running window that begin so. */
  keysFrom(start: string): Promise<readonly string[]>
}

export interface WantedCount {
  readonly key: string
  readonly most: number
  readonly windowMs: number
}

interface CounterState {
  readonly count: number
  /** Until the window ends; 0 when none runs. */
  readonly leftMs: number
}

/** Places in `wanted` of the keys that are full; empty: counted. */
export type Taken = readonly { readonly at: number; readonly leftMs: number }[]
