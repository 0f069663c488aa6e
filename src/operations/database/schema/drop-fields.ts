import { z } from 'zod'
import type { TableExtras } from '../../../core/database/extras.ts'
import { AppError } from '../../../core/errors.ts'
import { findByName } from '../../../core/names.ts'
import { defineOperation } from '../../../core/operation.ts'
import { fieldList, tableName } from '../inputs.ts'
import { findTable, loadSchema, tableResource } from '../table-access.ts'
import { applySteps, requireForce } from './apply-plans.ts'
import { planDroppedFields } from './plan-changed-table.ts'
import { requireWhole } from './schema-access.ts'

const input = z.strictObject({ table_name: tableName, field_names: fieldList, force: z.boolean().optional() })

/** Drops fields of a table, with what is kept of them; one that is not there is as good as dropped. */
export const dropFields = defineOperation<z.infer<typeof input>, { readonly names: readonly string[] }>({
  name: 'drop_fields',
  kind: 'database',
  verb: 'DELETE',
  needs: ['schema.write'],
  input,
  resource: ({ table_name }) => tableResource('_schema', table_name),
  async run({ table_name, field_names, force = false }, context) {
    if (field_names.length === 0) throw new AppError('bad_request', 'No data in schema delete request.')
    const schema = await loadSchema(context)
    const table = findTable(schema, table_name, context)
    requireWhole(table.name, ['GET', 'PATCH', 'DELETE'], context)
    const found = field_names.flatMap((name) => findByName(table.fieldByName, name.trim()) ?? [])
    const columns = found.filter(({ isVirtual }) => !isVirtual).map(({ name }) => name)
    const plan =
      columns.length > 0 ? planDroppedFields(table, columns, { schema, context, made: new Map() }) : undefined
    if (plan) await requireForce(plan.loses, plan.result, force, context)
    const gone = new Set(found.map(({ name, column }) => column ?? name))
    const extras = ({ nameField = '', versionField = '', ...now }: TableExtras): TableExtras => ({
      ...now,
      ...(nameField !== '' && !gone.has(nameField) && { nameField }),
      ...(versionField !== '' && !gone.has(versionField) && { versionField }),
      fields: Object.fromEntries(Object.entries(now.fields).filter(([name]) => !gone.has(name))),
    })
    await applySteps([{ table: table.name, change: plan?.change, extras }], context)
    return { names: found.map(({ name }) => name) }
  },
})
