import { fieldOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** When keys end, which key was before and until when it still holds, and when one was last used. */
export const keyDates: Migration = {
  version: 22,
  name: 'key_dates',
  changes: [
    field('expires_date', 'timestamp'),
    field('previous_ends_date', 'timestamp'),
    field('last_used_date', 'timestamp'),
    {
      kind: 'add_field',
      table: 'app',
      field: fieldOf('previous_key_hash', { type: 'string', length: 64, allowNull: true }),
    },
  ],
}

function field(name: string, type: 'timestamp') {
  return { kind: 'add_field', table: 'app', field: fieldOf(name, { type, allowNull: true }) } as const
}
