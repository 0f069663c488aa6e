import { z } from 'zod'
import type { Json } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import { defineOperation, type Operation, type OperationContext } from '../../../core/operation.ts'
import { tableName } from '../inputs.ts'
import { findTable, loadSchema, tableResource } from '../table-access.ts'
import { applySteps, requireForce } from './apply-plans.ts'
import { givenField } from './given-field.ts'
import { planChangedTable } from './plan-changed-table.ts'
import { tableExtras } from './plan-extras.ts'
import { requireReach, requireSpeech } from './schema-access.ts'

const input = z.strictObject({
  table_name: tableName,
  fields: z.array(z.custom<Json>()).max(1000, 'At most 1000 fields in one request.'),
  /** The one field of an address. */
  field_name: z.string().min(1).max(512).optional(),
  force: z.boolean().optional(),
})
type WriteFields = z.infer<typeof input>

interface WrittenFields {
  readonly names: readonly string[]
}

/** Adds fields to a table, or changes those that are there; what is not said of them stays. */
export const createFields = writeOperation('create_fields', 'POST')
export const updateFields = writeOperation('update_fields', 'PATCH')
export const replaceFields = writeOperation('replace_fields', 'PUT')

function writeOperation(name: string, verb: 'POST' | 'PUT' | 'PATCH'): Operation<WriteFields, WrittenFields> {
  return defineOperation<WriteFields, WrittenFields>({
    name,
    kind: 'database',
    verb,
    needs: ['schema.write'],
    input,
    resource: ({ table_name }) => tableResource('_schema', table_name),
    run: writeFields,
  })
}

async function writeFields(request: WriteFields, context: OperationContext): Promise<WrittenFields> {
  const { table_name, force = false } = request
  if (request.fields.length === 0) throw new AppError('bad_request', 'No data in schema update request.')
  const fields = request.fields.map((field) => givenField(field, request.field_name))
  requireSpeech(fields, context)
  const schema = await loadSchema(context)
  const table = findTable(schema, table_name, context)
  const plan = planChangedTable({ fields }, { table, replaces: false }, { schema, context, made: new Map() })
  requireReach(table.name, plan, fields, context)
  await requireForce(plan.loses, plan.result, force, context)
  const step = {
    table: table.name,
    change: plan.change,
    extras: (now: Parameters<typeof tableExtras>[0]) => tableExtras(now, { words: {}, fields }, plan.result),
  }
  await applySteps([step], context)
  return { names: fields.map(({ name }) => name) }
}
