import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import { defineOperation } from '../../core/operation.ts'
import { describedRelations } from './describe.ts'
import { tableName } from './inputs.ts'
import { findTable, loadSchema, tableResource } from './table-access.ts'
import type { RelationDescription } from './table-description.ts'

const input = z.strictObject({
  table_name: tableName,
  relationship_name: z.string().optional(),
  refresh: z.boolean().optional(),
})

/** The relations of a table to tables the caller may see, or the one named. */
export const listRelationships = defineOperation<
  z.infer<typeof input>,
  { readonly relationships: readonly RelationDescription[] }
>({
  name: 'list_relationships',
  kind: 'database',
  verb: 'GET',
  needs: ['schema.read'],
  input,
  resource: ({ table_name }) => tableResource('_schema', table_name),
  async run({ table_name, relationship_name, refresh }, context) {
    const schema = await loadSchema(context, refresh)
    const table = findTable(schema, table_name, context)
    const relationships = describedRelations(schema, table, context)
    if (relationship_name === undefined) return { relationships }
    const wanted = relationship_name.toLowerCase()
    const named = relationships.filter(({ alias, name }) =>
      [alias, name].some((one) => one?.toLowerCase() === wanted),
    )
    if (named.length > 0) return { relationships: named }
    const near = nearest(
      relationship_name,
      relationships.map(({ alias, name }) => alias ?? name),
    )
    throw new AppError('not_found', `No requested relationships found in table '${table.name}'.`, {
      hint: didYouMean(near),
      didYouMean: near,
    })
  },
})
