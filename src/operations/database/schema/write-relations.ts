import { z } from 'zod'
import type { TableExtras } from '../../../core/database/extras.ts'
import type { Relation } from '../../../core/database/schema.ts'
import type { Json } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import { defineOperation, type Operation, type OperationContext } from '../../../core/operation.ts'
import { tableName } from '../inputs.ts'
import { findTable, loadSchema, tableResource } from '../table-access.ts'
import { applySteps } from './apply-plans.ts'
import { type GivenRelation, givenRelation } from './given-relation.ts'
import { relationsKept, relationsWithout } from './plan-relations.ts'

const input = z.strictObject({
  table_name: tableName,
  relationships: z.array(z.custom<Json>()).max(200, 'At most 200 relationships in one request.'),
  /** The one relationship of an address. */
  relationship_name: z.string().min(1).max(512).optional(),
})
type WriteRelations = z.infer<typeof input>

interface WrittenRelations {
  readonly names: readonly string[]
}

/** Declares virtual relationships, and says words of those that are there (dreamfactory-rest §5.5). The database is not changed. */
export const createRelations = writeOperation('create_relationships', 'POST')
export const updateRelations = writeOperation('update_relationships', 'PATCH')
export const replaceRelations = writeOperation('replace_relationships', 'PUT')

function writeOperation(
  name: string,
  verb: 'POST' | 'PUT' | 'PATCH',
): Operation<WriteRelations, WrittenRelations> {
  return defineOperation<WriteRelations, WrittenRelations>({
    name,
    kind: 'database',
    verb,
    needs: ['schema.read'],
    input,
    resource: ({ table_name }) => tableResource('_schema', table_name),
    run: writeRelations,
  })
}

async function writeRelations(request: WriteRelations, context: OperationContext): Promise<WrittenRelations> {
  if (request.relationships.length === 0)
    throw new AppError('bad_request', 'No data in schema update request.')
  const given = request.relationships.map((one) => givenRelation(one, request.relationship_name))
  const schema = await loadSchema(context)
  const table = findTable(schema, request.table_name, context)
  const extras = (now: TableExtras) => relationsKept(now, given, { schema, table, context })
  await applySteps([{ table: table.name, change: undefined, extras }], context)
  const later = await loadSchema(context)
  const { relations } = findTable(later, table.name, context)
  return { names: given.flatMap((one) => nameOf(one, relations) ?? []) }
}

function nameOf({ name, virtual }: GivenRelation, relations: readonly Relation[]): string | undefined {
  if (!virtual) return name
  const { type, fields, refTable } = virtual
  const same = relations.filter(
    (one) =>
      one.isVirtual && one.type === type && isSame([one.refTable, ...one.fields], [refTable, ...fields]),
  )
  return (same.find((one) => isSame(one.refFields, virtual.refFields)) ?? same[0])?.name
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.join('\u0000').toLowerCase() === right.join('\u0000').toLowerCase()
}

const dropInput = z.strictObject({
  table_name: tableName,
  relationship_names: z.array(z.string().min(1).max(512)).max(200),
})

/** Takes virtual relationships away; one that is not there is as good as gone. */
export const dropRelations = defineOperation<z.infer<typeof dropInput>, WrittenRelations>({
  name: 'drop_relationships',
  kind: 'database',
  verb: 'DELETE',
  needs: ['schema.read'],
  input: dropInput,
  resource: ({ table_name }) => tableResource('_schema', table_name),
  async run({ table_name, relationship_names }, context) {
    if (relationship_names.length === 0)
      throw new AppError('bad_request', 'No data in schema delete request.')
    const schema = await loadSchema(context)
    const table = findTable(schema, table_name, context)
    const extras = (now: TableExtras) => relationsWithout(now, relationship_names, { schema, table, context })
    await applySteps([{ table: table.name, change: undefined, extras }], context)
    return { names: relationship_names }
  },
})
