import type { SelectResult } from '../../../src/core/database/query.ts'
import type { Statement } from './connection.ts'

/** Short reads that come at the same time go to the server together: one write and one answer instead of many. */
export interface BriefReads<P> {
  /** Undefined when it is to be read alone. */
  read(statement: Statement<P>): Promise<SelectResult | undefined>
}

/** In the order of the statements; undefined for those that are to be read alone, and for all of them when nothing came of it. */
export type SendTogether<P> = (
  statements: readonly Statement<P>[],
) => Promise<readonly (SelectResult | undefined)[] | undefined>

interface Waiting<P> {
  readonly statement: Statement<P>
  readonly resolve: (found: SelectResult | undefined) => void
  readonly reject: (error: unknown) => void
}

/** What arrived in one turn of the event loop is sent at its end. */
export function createBriefReads<P>(send: SendTogether<P>): BriefReads<P> {
  let waiting: Waiting<P>[] = []
  let pausedUntil = 0
  let pauseMs = FIRST_PAUSE_MS

  function flush(): void {
    const all = waiting
    waiting = []
    for (let from = 0; from < all.length; from += MOST_TOGETHER)
      void sendPart(all.slice(from, from + MOST_TOGETHER))
  }

  async function sendPart(part: readonly Waiting<P>[]): Promise<void> {
    if (part.length === 1) {
      part[0]?.resolve(undefined)
      return
    }
    try {
      const found = await send(part.map(({ statement }) => statement))
      if (found) pauseMs = FIRST_PAUSE_MS
      else pause()
      for (const [at, { resolve }] of part.entries()) resolve(found?.[at])
    } catch (error) {
      for (const { reject } of part) reject(error)
    }
  }

  function pause(): void {
    pausedUntil = performance.now() + pauseMs
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
  }

  return {
    read(statement) {
      if (performance.now() < pausedUntil) return ALONE
      return new Promise((resolve, reject) => {
        if (waiting.push({ statement, resolve, reject }) === 1) setImmediate(flush)
      })
    },
  }
}

const ALONE: Promise<undefined> = Promise.resolve(undefined)

/** More than that use further connections, which other processors of the server work for. */
const MOST_TOGETHER = 16

/** A server that is slow now is not asked for several at once for so long, and longer if it is slow again. */
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 60_000
