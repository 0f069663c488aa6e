import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { listRelationships } from '../src/operations/database/list-relationships.ts'
import { refresh, tableName } from './arguments.ts'
import { terseRelation } from './outputs.ts'

export const getTableRelationships = defineTool({
  name: 'get_table_relationships',
  title: 'List relationships',
  description: "Relationships of one table: the names for 'related'.",
  isSpare: true,
  operation: listRelationships,
  scope: 'schemas',
  arguments: z.strictObject({ table_name: tableName, refresh }),
  output: z.object({ relationships: z.array(z.unknown()) }),
  list: { key: 'relationships', more: 'get_data_model' },
  toOutput: ({ relationships }) => ({ relationships: relationships.map(terseRelation) }),
})
