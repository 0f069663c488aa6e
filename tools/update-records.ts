import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { updateRecords as update } from '../src/operations/database/update-records.ts'
import {
  confirmation,
  dryRun,
  fields,
  filter,
  goOn,
  ids,
  listOf,
  records,
  related,
  rollback,
  tableName,
} from './arguments.ts'
import { writtenOutput, writtenRows } from './outputs.ts'

export const updateRecords = defineTool({
  name: 'update_records',
  title: 'Update rows',
  description:
    'Changes rows: each record by its key, or one for all of ids or filter. A filter is confirmed.',
  operation: update,
  scope: 'tables',
  arguments: z.strictObject({
    table_name: tableName,
    records: records.describe("e.g. [{id:1,name:'Ann'}]"),
    ids,
    filter,
    fields,
    related,
    continue: goOn,
    rollback,
    dry_run: dryRun,
    confirmation,
  }),
  toInput: ({ related, ...rest }) => ({ ...rest, related: listOf(related), by_agent: true as const }),
  output: writtenOutput,
  list: { key: 'rows', more: 'get_table_data' },
  toOutput: writtenRows,
})
