import type { DatabaseAdapter } from '../core/database/adapter.ts'
import { buildSchema } from '../core/database/build-schema.ts'
import type { DatabaseSchema } from '../core/database/schema.ts'
import { AppError } from '../core/errors.ts'
import type { DatabaseService, DatabaseSettings, ServiceInfo } from '../core/service.ts'

/** An open service with its cached schema. Concurrent first readers share one load; a failed load is forgotten. */
export function runningService(
  info: ServiceInfo,
  settings: DatabaseSettings,
  adapter: DatabaseAdapter,
): DatabaseService {
  let loading: Promise<DatabaseSchema> | undefined
  let loaded: DatabaseSchema | undefined
  const load = (): Promise<DatabaseSchema> => {
    const mine = adapter.readSchema({ signal: AbortSignal.timeout(SCHEMA_TIMEOUT_MS) }).then(buildSchema)
    loading = mine
    mine.then(
      (schema) => {
        if (loading === mine) loaded = schema
      },
      () => {
        if (loading === mine) loading = undefined
      },
    )
    return mine
  }
  return {
    info,
    settings,
    adapter,
    async schema({ signal, refresh }) {
      if (loaded && !refresh) return loaded
      return waitFor(refresh || !loading ? load() : loading, signal)
    },
  }
}

/** The catalogue is read for all callers, so it does not stop when one of them leaves. */
const SCHEMA_TIMEOUT_MS = 60_000

/** The promise, or the caller's own abort if that comes first. */
export function waitFor<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new AppError('timeout', 'The request was cancelled.'))
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
