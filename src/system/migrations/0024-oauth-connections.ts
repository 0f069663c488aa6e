import { tableOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** Programs that people connected, in place of the notes beside their grants: those of before are connected again. */
export const oauthConnections: Migration = {
  version: 24,
  name: 'oauth_connections',
  changes: [
    {
      kind: 'create_table',
      table: tableOf({
        name: 'oauth_connection',
        description: 'Programs that people connected, encrypted.',
        columns: {
          grant_hash: { type: 'string', length: 64 },
          user_id: { type: 'integer' },
          content: { type: 'text' },
          created_date: { type: 'timestamp' },
          last_used_date: { type: 'timestamp', allowNull: true },
          expires_date: { type: 'timestamp' },
        },
        unique: ['grant_hash'],
        // For its index.
        uniqueTogether: [['user_id', 'id']],
        belongsTo: { user_id: 'user' },
        isStamped: false,
      }),
    },
  ],
}
