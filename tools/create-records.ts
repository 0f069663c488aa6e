import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { createRecords as insert } from '../src/operations/database/create-records.ts'
import {
  confirmation,
  dryRun,
  fields,
  goOn,
  listOf,
  records,
  related,
  rollback,
  tableName,
} from './arguments.ts'
import { writtenOutput, writtenRows } from './outputs.ts'

export const createRecords = defineTool({
  name: 'create_records',
  title: 'Create rows',
  description: 'Inserts rows and returns their keys.',
  operation: insert,
  scope: 'tables',
  arguments: z.strictObject({
    table_name: tableName,
    records: records.describe("e.g. [{name:'Ann'}]"),
    fields,
    related,
    continue: goOn,
    rollback,
    dry_run: dryRun,
    confirmation,
    idempotency_key: z.string().optional().describe('Done once'),
  }),
  onceKey: ({ idempotency_key, dry_run }) => (dry_run ? undefined : idempotency_key),
  toInput: ({ related, idempotency_key: _, ...rest }) => ({
    ...rest,
    related: listOf(related),
    by_agent: true as const,
  }),
  output: writtenOutput,
  list: { key: 'rows', more: 'get_table_data' },
  toOutput: writtenRows,
})
