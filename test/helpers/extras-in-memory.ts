import { NO_EXTRAS, type TableExtras } from '../../src/core/database/extras.ts'
import type { ServiceInfo } from '../../src/core/service.ts'
import type { ExtrasStore } from '../../src/services/running-service.ts'
import { type ExtrasByService, serviceExtras } from '../../src/system/extras/service-extras.ts'

/** What is kept beside the tables of these services, for as long as the test runs. */
export function extrasInMemory(services: readonly ServiceInfo[]): ExtrasStore {
  const kept = new Map<number, ReadonlyMap<string, TableExtras>>()
  let made: ExtrasByService = new Map()
  return {
    of: (id) => made.get(id) ?? NO_EXTRAS,
    async change(serviceId, change, options = {}) {
      const now = new Map(kept.get(serviceId))
      if (options.check) return void change(now)
      for (const [table, extras] of change(now)) {
        if (extras) now.set(table, extras)
        else now.delete(table)
      }
      kept.set(serviceId, now)
      made = new Map([...kept].map(([id, tables]) => [id, serviceExtras(tables)]))
    },
    renameEffects: () => ({ widened: [], narrowed: [], others: [] }),
    serviceName: (id) => services.find((service) => service.id === id)?.name,
    namesVersion: () => '1',
  }
}
