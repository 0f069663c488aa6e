import { tableOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

/** Parts of an import under a key of their own: any of them is found at once, however many there are. */
export const importChunks: Migration = {
  version: 16,
  name: 'import-chunks',
  changes: [
    { kind: 'drop_table', table: 'import_part' },
    {
      kind: 'create_table',
      table: tableOf({
        name: 'import_chunk',
        description: 'The rows of an import, in parts.',
        columns: {
          import_job_id: { type: 'integer' },
          number: { type: 'integer' },
          first_row: { type: 'integer' },
          content: { type: 'text' },
        },
        belongsTo: { import_job_id: 'import_job' },
        uniqueTogether: [['import_job_id', 'number']],
        isStamped: false,
      }),
    },
  ],
}
