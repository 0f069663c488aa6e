import { tableOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** Codes, grants, refresh tokens and clients of the authorization server. */
export const oauth: Migration = {
  version: 18,
  name: 'oauth',
  changes: [
    {
      kind: 'create_table',
      table: tableOf({
        name: 'oauth_record',
        description: 'Codes, grants, refresh tokens and clients, encrypted.',
        columns: {
          record_hash: { type: 'string', length: 64 },
          kind: { type: 'string', length: 32 },
          grant_hash: { type: 'string', length: 64, allowNull: true },
          alias_hash: { type: 'string', length: 64, allowNull: true },
          content: { type: 'text' },
          consumed_date: { type: 'timestamp', allowNull: true },
          expires_date: { type: 'timestamp' },
        },
        unique: ['record_hash'],
        uniqueTogether: [
          ['grant_hash', 'id'],
          ['alias_hash', 'id'],
        ],
        isStamped: false,
      }),
    },
  ],
}
