import { tableOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** What clients keep for one account. */
export const userCustom: Migration = {
  version: 10,
  name: 'user-custom',
  changes: [
    {
      kind: 'create_table',
      table: tableOf({
        name: 'user_custom',
        description: 'A value of the clients for one account, by name; the server makes nothing of it.',
        columns: {
          user_id: { type: 'integer' },
          name: { type: 'string', length: 255 },
          value: { type: 'json', allowNull: true },
        },
        belongsTo: { user_id: 'user' },
        uniqueTogether: [['user_id', 'name']],
      }),
    },
  ],
}
