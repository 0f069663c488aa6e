import type { DatabaseAdapter } from '../core/database/adapter.ts'
import { buildRoutines } from '../core/database/build-routines.ts'
import { buildSchema } from '../core/database/build-schema.ts'
import type { RoutineKind, Routines } from '../core/database/query.ts'
import type { DatabaseService, DatabaseSettings, ServiceInfo } from '../core/service.ts'
import { type CachedLoad, cachedLoad } from './cached-load.ts'

export interface RunningService extends DatabaseService {
  /** What was read of the catalogue. */
  forget(): void
}

/** An open service with its cached schema and routines. */
export function runningService(
  info: ServiceInfo,
  settings: DatabaseSettings,
  adapter: DatabaseAdapter,
): RunningService {
  const schema = cachedLoad((signal) => adapter.readSchema({ signal }).then(buildSchema))
  const routinesOf = (kind: RoutineKind): CachedLoad<Routines> =>
    cachedLoad((signal) => adapter.listRoutines(kind, { signal }).then(buildRoutines))
  const routines = { procedure: routinesOf('procedure'), function: routinesOf('function') }
  return {
    info,
    settings,
    adapter,
    forget() {
      for (const list of [schema, ...Object.values(routines)]) list.forget()
    },
    async schema(options) {
      if (options.refresh) for (const list of Object.values(routines)) list.forget()
      return schema.get(options)
    },
    routines: (kind, options) => routines[kind].get(options),
  }
}
