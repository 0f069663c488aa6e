import { tableOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** Browsers that people signed in with. */
export const browserSessions: Migration = {
  version: 20,
  name: 'browser_sessions',
  changes: [
    {
      kind: 'create_table',
      table: tableOf({
        name: 'browser_session',
        description: 'Browsers that people signed in with; secrets as hashes.',
        columns: {
          key_hash: { type: 'string', length: 64 },
          user_id: { type: 'integer' },
          mark: { type: 'string', length: 64 },
          signed_in_date: { type: 'timestamp' },
          is_forever: { type: 'boolean' },
          secret_hash: { type: 'string', length: 64 },
          previous_hash: { type: 'string', length: 64, allowNull: true },
          rotated_date: { type: 'timestamp' },
          expires_date: { type: 'timestamp' },
        },
        unique: ['key_hash'],
        belongsTo: { user_id: 'user' },
        isStamped: false,
      }),
    },
  ],
}
