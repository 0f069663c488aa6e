import { tableOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** Calls and refusals. */
export const callLog: Migration = {
  version: 21,
  name: 'call_log',
  changes: [
    {
      kind: 'create_table',
      table: tableOf({
        name: 'call_log',
        description: 'Calls and refusals: who asked what, and how it ended. No values.',
        columns: {
          created_date: { type: 'timestamp' },
          door: { type: 'string', length: 8 },
          caller: { type: 'string', length: 255 },
          acted_by: { type: 'string', length: 64, allowNull: true },
          app_id: { type: 'integer', allowNull: true },
          user_id: { type: 'integer', allowNull: true },
          role: { type: 'string', length: 64, allowNull: true },
          service: { type: 'string', length: 64, allowNull: true },
          operation: { type: 'string', length: 100, allowNull: true },
          resource: { type: 'string', length: 255, allowNull: true },
          verb: { type: 'string', length: 8, allowNull: true },
          outcome: { type: 'string', length: 8 },
          status: { type: 'integer' },
          code: { type: 'string', length: 32, allowNull: true },
          reason: { type: 'string', length: 64, allowNull: true },
          rule: { type: 'string', length: 255, allowNull: true },
          duration_us: { type: 'integer' },
          row_count: { type: 'integer', allowNull: true },
          byte_count: { type: 'integer', allowNull: true },
          token_count: { type: 'integer', allowNull: true },
          request_id: { type: 'string', length: 64, allowNull: true },
        },
        uniqueTogether: [
          ['created_date', 'id'],
          ['service', 'id'],
          ['caller', 'id'],
        ],
        isStamped: false,
      }),
    },
  ],
}
