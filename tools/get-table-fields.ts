import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { listFields } from '../src/operations/database/list-fields.ts'
import { offset, refresh, tableName } from './arguments.ts'
import { listOutput, terseField } from './outputs.ts'

export const getTableFields = defineTool({
  name: 'get_table_fields',
  title: 'List columns',
  description: 'Columns of one table.',
  isSpare: true,
  operation: listFields,
  scope: 'schemas',
  arguments: z.strictObject({ table_name: tableName, offset, refresh }),
  toInput: ({ table_name, refresh }) => ({ table_name, refresh }),
  output: listOutput('fields'),
  list: { key: 'fields' },
  toOutput: ({ fields }, args) => ({ fields: fields.slice(args.offset).map(terseField) }),
})
