import { tableOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** Aliases, labels, rules and relations of tables, kept beside the databases that have them. */
export const schemaExtras: Migration = {
  version: 6,
  name: 'schema-extras',
  changes: [
    {
      kind: 'create_table',
      table: tableOf({
        name: 'schema_extras',
        description: 'What is kept of a table beside the database that has it.',
        columns: {
          service_id: { type: 'integer' },
          table_name: { type: 'string', length: 512 },
          extras: { type: 'json' },
        },
        belongsTo: { service_id: 'service' },
        isStamped: false,
      }),
    },
  ],
}
