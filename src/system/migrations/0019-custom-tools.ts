import { tableOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** Tools that administrators declare. */
export const customTools: Migration = {
  version: 19,
  name: 'custom-tools',
  changes: [
    {
      kind: 'create_table',
      table: tableOf({
        name: 'tool',
        description: 'A tool of the MCP door, declared as another one with its arguments filled in.',
        columns: {
          name: { type: 'string', length: 64 },
          service_id: { type: 'integer' },
          description: { type: 'text' },
          operation: { type: 'string', length: 64 },
          parameters: { type: 'json', allowNull: true },
          arguments: { type: 'json', allowNull: true },
          is_active: { type: 'boolean', default: true },
        },
        unique: ['name'],
        belongsTo: { service_id: 'service' },
      }),
    },
  ],
}
