import { tableOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** Requests that are to be carried out once. */
export const idempotency: Migration = {
  version: 11,
  name: 'idempotency',
  changes: [
    {
      kind: 'create_table',
      table: tableOf({
        name: 'idempotency_key',
        description: 'Requests that are carried out once, and how they ended.',
        columns: {
          key_hash: { type: 'string', length: 64 },
          request_hash: { type: 'string', length: 64 },
          rights_hash: { type: 'string', length: 64 },
          state: { type: 'string', length: 10 },
          ending: { type: 'text', allowNull: true },
          begun_date: { type: 'timestamp' },
        },
        unique: ['key_hash'],
        isStamped: false,
      }),
    },
  ],
}
