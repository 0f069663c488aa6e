import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { describeTable } from '../src/operations/database/describe-table.ts'
import { tableName } from './arguments.ts'
import { present, terseField, terseRelation } from './outputs.ts'

const list = z.array(z.unknown())

export const getTableSchema = defineTool({
  name: 'get_table_schema',
  title: 'Describe table',
  description: 'Columns, keys and relationships of one table. Call before reading or writing it.',
  operation: describeTable,
  scope: 'schemas',
  arguments: z.strictObject({ table_name: tableName }),
  output: z.object({
    name: z.string(),
    description: z.string().optional(),
    is_view: z.boolean().optional(),
    primary_key: list,
    fields: list,
    relationships: list,
  }),
  resource: { path: 'schema', title: 'Columns and relationships', as: 'json' },
  list: { key: 'fields', more: 'get_table_fields' },
  toOutput: ({ alias, name, description, is_view, primary_key, field, related }) => ({
    ...present({ name: alias ?? name, description, is_view }),
    primary_key,
    fields: field.map(terseField),
    relationships: related.map(terseRelation),
  }),
})
