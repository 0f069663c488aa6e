import { systemResources } from '../all.ts'
import { VERSION_TABLE } from '../bookkeeping.ts'
import type { Migration } from './migration.ts'

export const initial: Migration = {
  version: 1,
  name: 'initial',
  changes: [VERSION_TABLE, ...systemResources.map(({ table }) => table)].map((table) => ({
    kind: 'create_table',
    table,
  })),
}
