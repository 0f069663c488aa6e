import type { Caller } from '../core/caller.ts'
import type { RoutineKind } from '../core/database/query.ts'
import { AppError } from '../core/errors.ts'
import type { DatabaseService, Services } from '../core/service.ts'
import type { AnyTool } from '../core/tool.ts'
import { boundedMap } from './bounded-map.ts'
import { type Catalogue, catalogueBuilder } from './catalogue.ts'

export interface CataloguesOptions {
  readonly tools: readonly AnyTool[]
  readonly services: Services
  /** Changes whenever services or roles do. */
  configVersion(): string
}

/** Callers' tools on services, each computed once and kept while config, policy and schema stay as they are. */
export interface Catalogues {
  of(service: string, caller: Caller, signal: AbortSignal): Promise<Catalogue>
}

/** Most catalogues kept: one is about 30 kB. */
const MAX_KEPT = 500

export function createCatalogues({ tools, services, configVersion }: CataloguesOptions): Catalogues {
  const kept = boundedMap<Catalogue>(MAX_KEPT)
  const build = catalogueBuilder(tools)
  return {
    async of(name, { policy }, signal) {
      const info = services.find(name)
      if (!info) throw new AppError('not_found', `Could not find a service for ${name}`)
      const service = await services.open(info.name, signal)
      const schema = await service.schema({ signal })
      const key = [configVersion(), info.name, policy.key, schema.version].join('\u0000')
      const known = kept.get(key)
      if (known) return known
      const capabilities = services.capabilities(info.name)
      const procedures = capabilities.has('procedures')
        ? await routineNames('procedure', service, signal)
        : []
      const functions = capabilities.has('functions') ? await routineNames('function', service, signal) : []
      const routines = { procedure: procedures, function: functions }
      const catalogue = build({ info, capabilities, policy, tables: schema.tables, routines })
      kept.set(key, catalogue)
      return catalogue
    },
  }
}

async function routineNames(
  kind: RoutineKind,
  service: DatabaseService,
  signal: AbortSignal,
): Promise<string[]> {
  const routines = await service.adapter.listRoutines(kind, { signal })
  return routines.map(({ name }) => name)
}
