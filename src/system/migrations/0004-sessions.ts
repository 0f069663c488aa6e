import { fieldOf, tableOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** Sessions that end before their time. */
export const sessions: Migration = {
  version: 4,
  name: 'sessions',
  changes: [
    {
      kind: 'create_table',
      table: tableOf({
        name: 'revocation',
        description: 'Session tokens that ended before their time.',
        columns: { token_id: { type: 'string', length: 64 }, expires_date: { type: 'timestamp' } },
        unique: ['token_id'],
        isStamped: false,
      }),
    },
    { kind: 'add_field', table: 'user', field: fieldOf('session_epoch', { type: 'integer', default: 0 }) },
  ],
}
