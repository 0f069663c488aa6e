import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { deleteRecords as remove } from '../src/operations/database/delete-records.ts'
import {
  confirmation,
  dryRun,
  fields,
  filter,
  goOn,
  ids,
  listOf,
  related,
  rollback,
  tableName,
} from './arguments.ts'
import { writtenOutput, writtenRows } from './outputs.ts'

export const deleteRecords = defineTool({
  name: 'delete_records',
  title: 'Delete rows',
  description: 'Deletes rows by ids, or by a filter, which is confirmed.',
  operation: remove,
  scope: 'tables',
  arguments: z.strictObject({
    table_name: tableName,
    ids,
    filter,
    force: z.boolean().optional().describe('Alone clears nothing'),
    fields,
    related,
    continue: goOn,
    rollback,
    dry_run: dryRun,
    confirmation,
  }),
  toInput: ({ related, ...rest }) => ({ ...rest, related: listOf(related), by_agent: true as const }),
  output: writtenOutput,
  list: { key: 'rows', more: 'affected counts them all' },
  toOutput: writtenRows,
})
