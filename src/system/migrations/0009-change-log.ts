import { tableOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** Which records each transaction changed, for the servers that keep them in memory. */
export const changeLog: Migration = {
  version: 9,
  name: 'change-log',
  changes: [
    {
      kind: 'create_table',
      table: tableOf({
        name: 'system_change',
        description: 'Which records each transaction changed.',
        columns: {
          version: { type: 'integer' },
          after_version: { type: 'integer' },
          records: { type: 'json', allowNull: true },
        },
        isStamped: false,
      }),
    },
  ],
}
