import type { ServiceFlag } from './config/service-url.ts'
import type { ServiceInfo } from './core/service.ts'
import type { ServiceDefinition } from './services/create-services.ts'
import { resolveLookups } from './system/service/resolve-lookups.ts'
import type { ServiceRecord, Snapshot } from './system/snapshot.ts'

/** Configured services of a known type, and those of the command line; of two with one name the command line's. */
export function definitionsOf(
  { services, configLookups }: Snapshot,
  flags: readonly ServiceFlag[],
  isKnown: (type: string) => boolean,
): ServiceDefinition[] {
  const forThisRun = new Set(flags.map(({ name }) => name.toLowerCase()))
  const configured = services.filter(({ name, type }) => isKnown(type) && !forThisRun.has(name.toLowerCase()))
  const added = flags.map(({ name, type, config }, index) => ({
    info: infoOf({ id: FIRST_ID_OF_RUN + index, name, type }),
    config,
  }))
  return [
    ...configured.map((record) => ({
      info: infoOf(record),
      config: resolveLookups(record.config, configLookups),
    })),
    ...added,
  ]
}

/** Ids of services that live for this run only; far from those of the system database. */
const FIRST_ID_OF_RUN = 1_000_000

function infoOf(record: Pick<ServiceRecord, 'id' | 'name' | 'type'> & Partial<ServiceRecord>): ServiceInfo {
  return {
    id: record.id,
    name: record.name,
    label: record.label ?? record.name,
    description: record.description ?? '',
    type: record.type,
    kind: 'database',
    isActive: record.isActive ?? true,
  }
}
