import { leave } from './leave.ts'

/** Calls what is under way for longer than it may be. One timer for all, instead of one for each. */
export interface TimeLimit {
  readonly limitMs: number
  /** `stop` is called after the limit, unless what is returned was called before. */
  watch(stop: () => void): () => void
}

/** Never calls early, and late by no more than a timer is. */
export function createTimeLimit(limitMs: number): TimeLimit {
  /** What runs and until when, the earliest first: all have the same limit. */
  const watched: { readonly stop: () => void; readonly end: number }[] = []
  let timer: NodeJS.Timeout | undefined

  function wake(): void {
    timer = undefined
    const now = performance.now()
    for (let first = watched[0]; first; first = watched[0]) {
      if (first.end > now) {
        sleep(first.end - now)
        return
      }
      watched.shift()
      first.stop()
    }
  }

  /** What runs keeps the process alive by itself. */
  function sleep(ms: number): void {
    timer = setTimeout(wake, Math.ceil(ms)).unref()
  }

  return {
    limitMs,
    watch(stop) {
      const watch = { stop, end: performance.now() + limitMs }
      watched.push(watch)
      if (!timer) sleep(limitMs)
      return () => leave(watched, watch)
    },
  }
}
