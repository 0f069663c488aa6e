import { fieldOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** A role that was switched off ends the sessions of its users for good. */
export const roleSessions: Migration = {
  version: 14,
  name: 'role-sessions',
  changes: [
    { kind: 'add_field', table: 'role', field: fieldOf('session_epoch', { type: 'integer', default: 0 }) },
  ],
}
