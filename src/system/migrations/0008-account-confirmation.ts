import { fieldOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** Accounts that somebody has yet to confirm. */
export const accountConfirmation: Migration = {
  version: 8,
  name: 'account-confirmation',
  changes: [
    {
      kind: 'add_field',
      table: 'user',
      field: fieldOf('confirm_expires_date', { type: 'timestamp', allowNull: true }),
    },
  ],
}
