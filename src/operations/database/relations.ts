import type { DatabaseSchema, Relation, Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { findByName } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import { visibleFields } from '../field-view/visible-fields.ts'
import { canSeeTable } from './table-access.ts'

/** What stands for a relation in requests and answers. */
export function relationName({ name, alias }: Relation): string {
  return alias ?? name
}

/** The relation of this name or alias, in any case of its letters. */
export function relationNamed(relations: readonly Relation[], name: string): Relation | undefined {
  const wanted = name.trim().toLowerCase()
  return (
    relations.find((known) => known.alias?.toLowerCase() === wanted) ??
    relations.find((known) => known.name.toLowerCase() === wanted)
  )
}

/** Relations whose other ends the caller may see. */
export function visibleRelations(
  schema: DatabaseSchema,
  table: Table,
  context: OperationContext,
): Relation[] {
  return table.relations.filter(
    (relation) =>
      (isElsewhere(relation.refService, context) ||
        findByName(schema.tableByName, relation.refTable) !== undefined) &&
      isVisibleRelation(relation, context),
  )
}

/** Whether the caller may know of all that a relation leads to and through. */
export function isVisibleRelation(
  { refTable, refService, refFields, junction }: Relation,
  context: OperationContext,
): boolean {
  return (
    sees(refService, refTable, refFields, context) &&
    (!junction ||
      sees(junction.service, junction.table, [...junction.fields, ...junction.refFields], context))
  )
}

function sees(
  service: string | undefined,
  table: string,
  fields: readonly string[],
  context: OperationContext,
): boolean {
  const { policy } = context.caller
  if (!isElsewhere(service, context)) return canSeeTable(policy, context.service.info.name, table)
  const info = context.services.find(service ?? '')
  if (info?.kind !== 'database' || !info.isActive || !canSeeTable(policy, info.name, table)) return false
  // In the own service, what leads to hidden fields is not in the schema.
  const allowed = visibleFields(policy, info.name, table)
  return !allowed || fields.every((name) => allowed.has(name.toLowerCase()))
}

/** Whether a table of a relation is in another service than the one that is asked. */
export function isElsewhere(service: string | undefined, context: OperationContext): boolean {
  return service !== undefined && service.toLowerCase() !== context.service.info.name.toLowerCase()
}

/** Of a relation that leads to one record at most. */
export function isToOne({ type }: Relation): boolean {
  return type === 'belongs_to' || type === 'has_one'
}

/** The same caller in the service that has a table of a relation. Throws `unavailable` when it does not answer. */
export async function contextIn(
  service: string | undefined,
  context: OperationContext,
): Promise<OperationContext> {
  if (service === undefined || !isElsewhere(service, context)) return context
  const { services, signal } = context
  return { ...context, service: await services.open(service, signal) }
}

/** A table that a relation names. Throws `not_found` for one that another service has no longer. */
export function tableAt(schema: DatabaseSchema, name: string): Table {
  const table = findByName(schema.tableByName, name)
  if (table) return table
  throw new AppError('not_found', 'The table of a related record does not exist.', {
    hint: 'An administrator has to correct the relation.',
  })
}
