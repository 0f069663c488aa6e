/**
 * Connections that were just used, for whoever comes next: the pool below them takes two timers and a dozen promises to hand one
 * out, which is more than a short statement takes here.
 */
export interface Shelf<C> {
  /** The one that was used last. */
  take(): C | undefined
  /** False after the end: then it is not taken. */
  put(connection: C): boolean
  /** Lets go of all. */
  close(): void
}

/** `letGo` is called with those that nobody took for `restMs` to twice as long. */
export function createShelf<C>(restMs: number, letGo: (connection: C) => void): Shelf<C> {
  const resting: C[] = []
  /** Fewest that rested at a time since the timer began: so many, from the start, were not taken. */
  let fewest = 0
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  function sweep(): void {
    for (const connection of resting.splice(0, fewest)) letGo(connection)
    timer = undefined
    if (resting.length > 0) begin()
  }

  function begin(): void {
    fewest = resting.length
    timer = setTimeout(sweep, restMs).unref()
  }

  return {
    take() {
      const connection = resting.pop()
      fewest = Math.min(fewest, resting.length)
      return connection
    },
    put(connection) {
      if (isClosed) return false
      resting.push(connection)
      if (!timer) begin()
      return true
    },
    close() {
      isClosed = true
      clearTimeout(timer)
      for (const connection of resting.splice(0)) letGo(connection)
    },
  }
}
