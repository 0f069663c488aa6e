import { z } from 'zod'
import { defineOperation } from '../../core/operation.ts'
import { VERB_BIT } from '../../core/policy.ts'
import { describedTable } from './describe.ts'
import { tableName } from './inputs.ts'
import { findTable, loadSchema, tableResource, usableVerbs } from './table-access.ts'
import type { DescribedTable } from './table-description.ts'

const input = z.strictObject({ table_name: tableName, refresh: z.boolean().optional() })

/** A table with its fields, relations and constraints, as far as the caller may see them. */
export const describeTable = defineOperation<z.infer<typeof input>, DescribedTable>({
  name: 'describe_table',
  kind: 'database',
  verb: 'GET',
  needs: ['schema.read'],
  input,
  resource: ({ table_name }) => tableResource('_schema', table_name),
  async run({ table_name, refresh }, context) {
    const schema = await loadSchema(context, refresh)
    const table = findTable(schema, table_name, context)
    return {
      alias: table.alias ?? null,
      ...describedTable(schema, table, context),
      access: usableVerbs(table.name, context).reduce((mask, verb) => mask | VERB_BIT[verb], 0),
    }
  },
})
