import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { deleteRecords as remove } from '../src/operations/database/delete-records.ts'
import { fields, filter, goOn, ids, listOf, related, rollback, tableName } from './arguments.ts'
import { writtenOutput } from './outputs.ts'

export const deleteRecords = defineTool({
  name: 'delete_records',
  title: 'Delete rows',
  description: 'Deletes rows by ids or filter.',
  operation: remove,
  scope: 'tables',
  arguments: z.strictObject({
    table_name: tableName,
    ids,
    filter,
    force: z.boolean().optional().describe('Delete every row'),
    fields,
    related,
    continue: goOn,
    rollback,
  }),
  toInput: ({ related, ...rest }) => ({ ...rest, related: listOf(related) }),
  output: writtenOutput,
  list: { key: 'rows', more: 'affected counts them all' },
  toOutput: ({ affected, rows }) => ({ affected, rows }),
})
