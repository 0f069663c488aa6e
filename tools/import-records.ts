import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { importRecords as importInto } from '../src/operations/database/import/import-records.ts'
import { tableName } from './arguments.ts'
import { present } from './outputs.ts'

export const importRecords = defineTool({
  name: 'import_records',
  title: 'Import rows',
  description: 'Imports many rows in the background; call again with import_id while it runs.',
  operation: importInto,
  scope: 'tables',
  arguments: z.strictObject({
    table_name: tableName,
    data: z.string().optional().describe('CSV or NDJSON'),
    import_id: z.int().optional().describe('In place of data'),
    cancel: z.boolean().optional().describe('Stop it'),
    idempotency_key: z.string().optional().describe('Done once'),
  }),
  onceKey: ({ idempotency_key, data }) => (data === undefined ? undefined : idempotency_key),
  toInput: ({ idempotency_key: _, ...rest }) => rest,
  output: z.object({
    import_id: z.int(),
    status: z.string(),
    rows_total: z.int(),
    rows_done: z.int(),
    message: z.string().optional(),
  }),
  toOutput: ({ id, status, rowsTotal, rowsDone, message }) => ({
    import_id: id,
    status,
    rows_total: rowsTotal,
    rows_done: rowsDone,
    ...present({ message }),
  }),
})
