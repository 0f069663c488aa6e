import { fieldOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** Counters of limits can start over, in every process. */
export const limitResets: Migration = {
  version: 7,
  name: 'limit-resets',
  changes: [
    { kind: 'add_field', table: 'limit', field: fieldOf('reset_mark', { type: 'integer', default: 0 }) },
  ],
}
