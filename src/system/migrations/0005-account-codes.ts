import { tableOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** Codes that people are sent by e-mail. */
export const accountCodes: Migration = {
  version: 5,
  name: 'account-codes',
  changes: [
    {
      kind: 'create_table',
      table: tableOf({
        name: 'account_code',
        description: 'Codes that people are sent, as hashes.',
        columns: {
          user_id: { type: 'integer' },
          code_hash: { type: 'string', length: 64 },
          expires_date: { type: 'timestamp' },
        },
        belongsTo: { user_id: 'user' },
        isStamped: false,
      }),
    },
  ],
}
