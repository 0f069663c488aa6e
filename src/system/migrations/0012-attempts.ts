import { tableOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** Attempts that count on every node. */
export const attempts: Migration = {
  version: 12,
  name: 'attempts',
  changes: [
    {
      kind: 'create_table',
      table: tableOf({
        name: 'attempt',
        description: 'Attempts that count, as hashes.',
        columns: { key_hash: { type: 'string', length: 64 }, expires_date: { type: 'timestamp' } },
        uniqueTogether: [['key_hash', 'id']],
        isStamped: false,
      }),
    },
  ],
}
