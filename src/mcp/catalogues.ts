import type { Caller } from '../core/caller.ts'
import type { Routines } from '../core/database/query.ts'
import { AppError } from '../core/errors.ts'
import type { Services } from '../core/service.ts'
import type { AnyTool } from '../core/tool.ts'
import { servicesFor } from '../operations/field-view/services-for.ts'
import { boundedMap } from './bounded-map.ts'
import { type Catalogue, catalogueBuilder } from './catalogue.ts'

export interface CataloguesOptions {
  readonly tools: readonly AnyTool[]
  readonly services: Services
  readonly customTools: CustomTools
  /** Changes whenever services or roles do. */
  configVersion(): string
}

/** Those that an administrator declared for a service; another version of the configuration may have others. */
export type CustomTools = (service: string) => readonly AnyTool[]

/** Callers' tools on services, each computed once and kept while config, policy and schema stay as they are. */
export interface Catalogues {
  of(service: string, caller: Caller, signal: AbortSignal): Promise<Catalogue>
}

/** Most catalogues kept: one is about 30 kB. */
const MAX_KEPT = 500

export function createCatalogues({
  tools,
  services,
  customTools,
  configVersion,
}: CataloguesOptions): Catalogues {
  const kept = boundedMap<Catalogue>(MAX_KEPT)
  const build = catalogueBuilder(tools)
  return {
    async of(name, { policy }, signal) {
      const info = services.find(name)
      if (!info) throw new AppError('not_found', `Could not find a service for ${name}`)
      const service = await servicesFor(policy, services).open(info.name, signal)
      const schema = await service.schema({ signal })
      const capabilities = services.capabilities(info.name)
      const procedures = capabilities.has('procedures')
        ? await service.routines('procedure', { signal })
        : undefined
      const functions = capabilities.has('functions')
        ? await service.routines('function', { signal })
        : undefined
      const versions = [schema, procedures, functions].map((list) => list?.version)
      const key = [configVersion(), info.name, policy.key, ...versions].join('\u0000')
      const known = kept.get(key)
      if (known) return known
      const routines = { procedure: namesOf(procedures), function: namesOf(functions) }
      const subject = { info, capabilities, policy, tables: schema.tables, routines }
      const catalogue = build(subject, customTools(info.name))
      kept.set(key, catalogue)
      return catalogue
    },
  }
}

function namesOf(routines: Routines | undefined): string[] {
  return routines?.all.map(({ name }) => name) ?? []
}
