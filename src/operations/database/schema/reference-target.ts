import type { DatabaseSchema, Field, ForeignKey, TableDefinition } from '../../../core/database/schema.ts'
import { storedDefinition } from '../../../core/database/stored-definition.ts'
import { AppError } from '../../../core/errors.ts'
import { findByName } from '../../../core/names.ts'
import type { OperationContext } from '../../../core/operation.ts'
import { canSeeTable } from '../table-access.ts'
import type { GivenField } from './given-field.ts'
import { isWhole } from './schema-access.ts'

export interface ReferenceScope {
  readonly schema: DatabaseSchema
  readonly context: OperationContext
  /** Tables of the same request, by name in lower case. */
  readonly made: ReadonlyMap<string, TableDefinition>
}

/** What a field refers to: a table that the caller may read whole, since a key tells what is in it. */
export interface ReferenceTarget {
  readonly table: TableDefinition
  readonly field: Field
}

/** Undefined for a field that refers to nothing. Throws `bad_request`, alike for tables that are unknown and hidden. */
export function referenceTarget(
  given: GivenField,
  own: TableDefinition | undefined,
  scope: ReferenceScope,
): ReferenceTarget | undefined {
  const { reference } = given
  if (!reference) return undefined
  const isOwn = own?.name.toLowerCase() === reference.table.toLowerCase()
  const table = isOwn ? own : tableNamed(reference.table, scope)
  if (!table)
    throw new AppError(
      'bad_request',
      `Table '${reference.table}', to which '${given.name}' would refer, does not exist.`,
      {
        context: { field: given.name },
      },
    )
  const [key, ...others] = table.primaryKey
  const wanted = reference.field ?? (others.length === 0 ? key : undefined)
  const field = table.fields.find(({ name }) => name.toLowerCase() === wanted?.toLowerCase())
  if (field) return { table, field }
  throw new AppError(
    'bad_request',
    `Field '${reference.field ?? ''}' of table '${table.name}', to which '${given.name}' would refer, does not exist.`,
    { hint: 'Name one field in ref_field.', context: { field: given.name } },
  )
}

function tableNamed(name: string, { schema, context, made }: ReferenceScope): TableDefinition | undefined {
  const { caller, service } = context
  const sameRequest = made.get(name.toLowerCase())
  if (sameRequest) return sameRequest
  const table = findByName(schema.tableByName, name)
  if (!table || !canSeeTable(caller.policy, service.info.name, table.name)) return undefined
  if (isWhole(table.name, 'GET', context)) return storedDefinition(table, schema)
  throw new AppError('forbidden', `Reading '${table.name}' whole is not granted: no field may refer to it.`)
}

/** `fk_orders_customer_id`; no name where it would be too long for an engine. */
function foreignKeyOf(
  table: string,
  field: string,
  given: NonNullable<GivenField['reference']>,
  target: ReferenceTarget,
): ForeignKey {
  const name = `fk_${table.replaceAll('.', '_')}_${field}`
  return {
    ...(new TextEncoder().encode(name).length <= 63 && { name }),
    fields: [field],
    refTable: target.table.name,
    refFields: [target.field.name],
    onUpdate: given.onUpdate,
    onDelete: given.onDelete,
  }
}

/** The foreign key of a field that refers to something, else none. */
export function keysFor(
  table: string,
  field: string,
  { reference }: GivenField,
  target: ReferenceTarget | undefined,
): ForeignKey[] {
  return reference && target ? [foreignKeyOf(table, field, reference, target)] : []
}
