import type { DatabaseAdapter } from '../../core/database/adapter.ts'
import type { DatabaseSchema } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import type { Seal } from '../../core/seal.ts'
import type { DatabaseService, ServiceInfo, Services } from '../../core/service.ts'
import { SYSTEM } from './system-policy.ts'

/** Most records one list gives. */
const MAX_RECORDS = 100_000

/** The system database as the one service there is. */
export function onlyService(adapter: DatabaseAdapter, schema: DatabaseSchema, seal: Seal): Services {
  const info: ServiceInfo = {
    id: 1,
    name: SYSTEM,
    label: 'System Management',
    description: '',
    type: SYSTEM,
    kind: 'database',
    isActive: true,
  }
  const service: DatabaseService = {
    info,
    settings: { maxRecords: MAX_RECORDS, allowUpsert: false, haltsOnError: false },
    adapter,
    schema: async () => schema,
    schemaNow: () => schema,
    forget: async () => {},
    tableNamed: (name) => name,
    renameEffects: () => ({ widened: [], narrowed: [], others: [] }),
    changeExtras: async () => {
      throw new AppError('not_supported', 'Nothing is kept beside the tables of the system.')
    },
    routines: async () => {
      throw new AppError('not_supported', 'The system has no routines.')
    },
  }
  return {
    seal,
    spend: async () => false,
    list: () => [info],
    find: () => info,
    capabilities: () => adapter.capabilities,
    tableNamed: (_service, name) => name,
    settings: () => service.settings,
    opened: () => service,
    open: async () => service,
  }
}
