import type { ServerContext } from '@modelcontextprotocol/server'
import type { OnProgress } from '../core/progress.ts'

export interface ProgressOfCall {
  readonly onProgress: OnProgress
  /** The call is over. */
  end(): void
}

const TICK_MS = 1_000

/**
 * Progress for who asked for it by a token: what the work tells of itself or else, each second, how many it has been running. Values only
 * grow. A client that is gone by then misses it.
 */
export function progressOf({ mcpReq }: ServerContext): ProgressOfCall | undefined {
  const progressToken = mcpReq._meta?.progressToken
  if (progressToken === undefined) return undefined
  let last = -1
  const tell = (progress: number, more: { readonly total?: number; readonly message?: string }) => {
    if (progress <= last) return
    last = progress
    const params = { progressToken, progress, ...more }
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {})
  }
  let seconds = 0
  const ticking = setInterval(() => {
    seconds++
    tell(seconds, { message: `Running for ${seconds} s.` })
  }, TICK_MS)
  ticking.unref()
  return {
    onProgress({ done, total }) {
      clearInterval(ticking)
      tell(done, { total })
    },
    end: () => clearInterval(ticking),
  }
}
