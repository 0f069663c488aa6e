import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import { defineOperation } from '../../core/operation.ts'
import { describedFields } from './describe.ts'
import { tableName } from './inputs.ts'
import { findTable, loadSchema, tableResource } from './table-access.ts'
import type { FieldDescription } from './table-description.ts'

const input = z.strictObject({
  table_name: tableName,
  field_name: z.string().optional(),
  refresh: z.boolean().optional(),
})

/** The fields of a table, or the one named. */
export const listFields = defineOperation<
  z.infer<typeof input>,
  { readonly fields: readonly FieldDescription[] }
>({
  name: 'list_fields',
  kind: 'database',
  verb: 'GET',
  needs: ['schema.read'],
  input,
  resource: ({ table_name }) => tableResource('_schema', table_name),
  async run({ table_name, field_name, refresh }, context) {
    const table = findTable(await loadSchema(context, refresh), table_name, context)
    const fields = describedFields(table, context)
    if (field_name === undefined) return { fields }
    const wanted = field_name.toLowerCase()
    const named = fields.filter(({ alias, name }) =>
      [alias, name].some((one) => one?.toLowerCase() === wanted),
    )
    if (named.length > 0) return { fields: named }
    const near = nearest(
      field_name,
      fields.map(({ alias, name }) => alias ?? name),
    )
    throw new AppError('not_found', `No requested fields found in table '${table.name}'.`, {
      hint: didYouMean(near),
      didYouMean: near,
    })
  },
})
