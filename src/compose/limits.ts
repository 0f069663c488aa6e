import { type CallLimits, createCallLimits } from '../access/limits/call-limits.ts'
import { countersWithSpare } from '../access/limits/counters-with-spare.ts'
import { createRequestLimits, type RequestLimits } from '../access/limits/request-limits.ts'
import { createWindowCounters } from '../access/limits/window-counters.ts'
import type { Config } from '../config/config.ts'
import type { Cache } from '../core/cache/cache.ts'
import type { createLogger } from '../observe/log.ts'
import type { SystemStore } from '../system/store.ts'

interface Parts {
  readonly config: Config
  readonly store: Pick<SystemStore, 'snapshot'>
  readonly cache: Cache
  readonly log: ReturnType<typeof createLogger>
}

/** The limits of requests: counted by all servers together where they share a cache, else by each for itself. */
export function composeLimits({ config, store, cache, log }: Parts): {
  readonly limits: RequestLimits
  readonly callLimits: CallLimits
} {
  const own = createWindowCounters()
  const counters = cache.counters ? countersWithSpare(cache.counters, own) : own
  return {
    limits: createRequestLimits({
      rules: () => store.snapshot().limits,
      counters,
      onExceeded: ({ id, name }) =>
        log.info({ event: `system.limit.${id}.exceeded`, limit: name }, 'limit exceeded'),
    }),
    callLimits: createCallLimits({ rates: config.toolCallRates, counters }),
  }
}
