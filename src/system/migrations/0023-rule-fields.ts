import { fieldOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** Rules that show some fields of a table. */
export const ruleFieldNames: Migration = {
  version: 23,
  name: 'rule-fields',
  changes: [
    {
      kind: 'add_field',
      table: 'role_service_access',
      field: fieldOf('fields', { type: 'json', allowNull: true }),
    },
  ],
}
