import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { createRecords as insert } from '../src/operations/database/create-records.ts'
import { fields, goOn, listOf, records, related, rollback, tableName } from './arguments.ts'
import { writtenOutput } from './outputs.ts'

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
  }),
  toInput: ({ related, ...rest }) => ({ ...rest, related: listOf(related) }),
  output: writtenOutput,
  list: { key: 'rows', more: 'get_table_data' },
  toOutput: ({ affected, rows }) => ({ affected, rows }),
})
