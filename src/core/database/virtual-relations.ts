import { findByName } from '../names.ts'
import type { RelationExtras, TableExtras, VirtualRelation } from './extras.ts'
import type { Relation, TableDefinition } from './schema.ts'

/** The name of a service by its id; undefined when it is gone. */
export type ServiceName = (id: number) => string | undefined

/** What a virtual relation is looked at with. */
export interface RelationScope {
  readonly byName: ReadonlyMap<string, TableDefinition>
  readonly serviceName: ServiceName
}

/** The relations kept for a table, as far as what they are about is still there. */
export function virtualRelations(
  table: TableDefinition,
  extras: TableExtras,
  scope: RelationScope,
): Relation[] {
  return extras.virtualRelations.flatMap((one) => virtualRelation(table, one, scope) ?? [])
}

function virtualRelation(
  table: TableDefinition,
  kept: VirtualRelation,
  scope: RelationScope,
): Relation | undefined {
  const fields = columnsIn(table, kept.fields)
  const target = columnsAt(kept.refServiceId, kept.refTable, kept.refFields, scope)
  const junction = kept.junction && junctionAt(kept.junction, scope)
  if (!fields || !target || (kept.junction && !junction)) return undefined
  const { service, table: refTable, columns: refFields } = target
  return {
    name: nameOfVirtual({ type: kept.type, fields, refFields, junction }, service, refTable),
    type: kept.type,
    fields,
    refTable,
    refFields,
    onUpdate: '',
    onDelete: '',
    isVirtual: true,
    ...(service !== undefined &&
      kept.refServiceId !== undefined && { refService: service, refServiceId: kept.refServiceId }),
    ...(junction && { junction }),
    ...wordsOf(kept),
  }
}

/** As the database's own relations are named (dreamfactory-rest §4.8), with the service's name before it where it is another one. */
function nameOfVirtual(
  {
    type,
    fields,
    refFields,
    junction,
  }: Pick<Relation, 'type' | 'fields' | 'refFields'> & {
    readonly junction: { readonly table: string } | undefined
  },
  service: string | undefined,
  refTable: string,
): string {
  const by = type === 'belongs_to' ? fields.join('_') : (junction?.table ?? refFields.join('_'))
  return `${service === undefined ? '' : `${service}_`}${refTable}_by_${by}`
}

/** The words kept for a relation. */
export function wordsOf(extras: RelationExtras) {
  const { alias, label, description, alwaysFetch, flatten, flattenDropPrefix } = extras
  return {
    ...(alias !== undefined && { alias }),
    ...(label !== undefined && { label }),
    ...(description !== undefined && { description }),
    ...(alwaysFetch && { alwaysFetch }),
    ...(flatten && { flatten }),
    ...(flattenDropPrefix && { flattenDropPrefix }),
  }
}

interface Place {
  readonly service: string | undefined
  readonly table: string
  readonly columns: readonly string[]
}

/** Undefined when the service, or here the table or a column, is gone. What another service has is known when it is read. */
function columnsAt(
  serviceId: number | undefined,
  table: string,
  columns: readonly string[],
  { byName, serviceName }: RelationScope,
): Place | undefined {
  if (serviceId !== undefined) {
    const service = serviceName(serviceId)
    return service === undefined ? undefined : { service, table, columns }
  }
  const found = findByName(byName, table)
  const known = found && columnsIn(found, columns)
  return found && known && { service: undefined, table: found.name, columns: known }
}

function junctionAt(
  junction: NonNullable<VirtualRelation['junction']>,
  scope: RelationScope,
): Relation['junction'] | undefined {
  const near = columnsAt(junction.serviceId, junction.table, junction.fields, scope)
  const far = columnsAt(junction.serviceId, junction.table, junction.refFields, scope)
  if (!near || !far) return undefined
  return {
    table: near.table,
    fields: near.columns,
    refFields: far.columns,
    ...(near.service !== undefined &&
      junction.serviceId !== undefined && { service: near.service, serviceId: junction.serviceId }),
  }
}

/** The columns as the table spells them; undefined when one is not there. */
function columnsIn({ fields }: TableDefinition, names: readonly string[]): string[] | undefined {
  const columns = names.flatMap(
    (name) =>
      fields.find((field) => field.name === name)?.name ??
      fields.find((field) => field.name.toLowerCase() === name.toLowerCase())?.name ??
      [],
  )
  return columns.length === names.length ? columns : undefined
}
