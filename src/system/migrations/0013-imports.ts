import { tableOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** Rows on their way into tables. */
export const imports: Migration = {
  version: 13,
  name: 'imports',
  changes: [
    {
      kind: 'create_table',
      table: tableOf({
        name: 'import_job',
        description: 'Rows on their way into a table.',
        columns: {
          service: { type: 'string', length: 64 },
          table_name: { type: 'string', length: 512 },
          owner: { type: 'string', length: 255 },
          app_id: { type: 'integer', allowNull: true },
          user_id: { type: 'integer', allowNull: true },
          status: { type: 'string', length: 20 },
          message: { type: 'text', allowNull: true },
          rows_total: { type: 'integer' },
          rows_done: { type: 'integer', default: 0 },
          parts: { type: 'integer' },
          next_part: { type: 'integer', default: 0 },
          mark: { type: 'text', allowNull: true },
          process_id: { type: 'string', length: 36, allowNull: true },
          leased_date: { type: 'timestamp', allowNull: true },
          created_date: { type: 'timestamp' },
          finished_date: { type: 'timestamp', allowNull: true },
        },
        isStamped: false,
      }),
    },
    {
      kind: 'create_table',
      table: tableOf({
        name: 'import_part',
        description: 'The rows of an import, in parts.',
        columns: {
          import_job_id: { type: 'integer' },
          number: { type: 'integer' },
          first_row: { type: 'integer' },
          content: { type: 'text' },
        },
        belongsTo: { import_job_id: 'import_job' },
        isStamped: false,
      }),
    },
  ],
}
