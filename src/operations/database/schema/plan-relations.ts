import type { TableExtras, VirtualRelation } from '../../../core/database/extras.ts'
import type { DatabaseSchema, Table, TableDefinition } from '../../../core/database/schema.ts'
import { storedDefinition } from '../../../core/database/stored-definition.ts'
import { AppError } from '../../../core/errors.ts'
import { findByName } from '../../../core/names.ts'
import type { OperationContext } from '../../../core/operation.ts'
import type { ServiceInfo } from '../../../core/service.ts'
import { isVisibleRelation, visibleRelations } from '../relations.ts'
import { canSeeTable } from '../table-access.ts'
import type { GivenRelation, GivenVirtual } from './given-relation.ts'
import { identityOf, relationKept } from './plan-extras.ts'
import { requireFreeRelationAliases } from './relation-aliases.ts'

export interface RelationScope {
  readonly schema: DatabaseSchema
  readonly table: Table
  readonly context: OperationContext
}

/** What is kept of a table's relations after a request. Throws `bad_request`, `not_found`. */
export function relationsKept(
  now: TableExtras,
  given: readonly GivenRelation[],
  scope: RelationScope,
): TableExtras {
  const kept = given.reduce((before, one) => relationKeptIn(before, one, scope), now)
  requireFreeRelationAliases(now, kept, scope.table)
  return kept
}

function relationKeptIn(now: TableExtras, given: GivenRelation, scope: RelationScope): TableExtras {
  if (given.virtual) return withVirtual(now, virtualOf(given.virtual, scope), given)
  const relation = relationNamed(given.name ?? '', scope)
  const index = virtualIndex(now, relation, scope)
  if (index !== undefined) {
    const virtualRelations = now.virtualRelations.map((one, at) =>
      at === index ? { ...one, ...relationKept(one, given.words) } : one,
    )
    return {
      ...now,
      virtualRelations: virtualRelations.map((one, at) => (at === index ? cleaned(one, given) : one)),
    }
  }
  const words = relationKept(now.relations[relation.name] ?? {}, given.words)
  return { ...now, relations: { ...now.relations, [relation.name]: words } }
}

/** Words that were taken out are not there any more. */
function cleaned(relation: VirtualRelation, { words }: GivenRelation): VirtualRelation {
  const gone = new Set(Object.entries(words).flatMap(([key, value]) => (value === null ? [key] : [])))
  // Only optional words are taken out.
  return Object.fromEntries(
    Object.entries(relation).filter(([key]) => !gone.has(key)),
  ) as unknown as VirtualRelation
}

function withVirtual(now: TableExtras, made: VirtualRelation, given: GivenRelation): TableExtras {
  const identity = identityOf(made)
  const before = now.virtualRelations.find((one) => identityOf(one) === identity)
  const relation = { ...made, ...relationKept(before ? wordsOnly(before) : {}, given.words) }
  const others = now.virtualRelations.filter((one) => one !== before)
  return { ...now, virtualRelations: [...others, relation] }
}

function wordsOnly({ alias, label, description, alwaysFetch, flatten, flattenDropPrefix }: VirtualRelation) {
  const words = { alias, label, description, alwaysFetch, flatten, flattenDropPrefix }
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined))
}

/** Without the relations of these names. Those that are unknown are passed over, and hidden ones like them. */
export function relationsWithout(
  now: TableExtras,
  names: readonly string[],
  scope: RelationScope,
): TableExtras {
  let kept = now
  const visible = scope.table.relations.filter((one) => isVisibleRelation(one, scope.context))
  for (const name of names) {
    const relation = visible.find((one) => isNamed(one, name))
    if (!relation) continue
    if (!relation.isVirtual)
      throw new AppError(
        'bad_request',
        `'${relation.name}' is declared by the database: it goes with its foreign key.`,
      )
    const index = virtualIndex(kept, relation, scope)
    kept = { ...kept, virtualRelations: kept.virtualRelations.filter((_, at) => at !== index) }
  }
  return kept
}

function isNamed(
  { name, alias }: { readonly name: string; readonly alias?: string },
  wanted: string,
): boolean {
  return [name, alias].some((one) => one?.toLowerCase() === wanted.trim().toLowerCase())
}

function relationNamed(name: string, { schema, table, context }: RelationScope) {
  const relation = visibleRelations(schema, table, context).find((one) => isNamed(one, name))
  if (relation) return relation
  throw new AppError('not_found', `No requested relationships found in table '${table.name}'.`)
}

/** Which of the virtual relations kept this one is; undefined for one that the database declares. */
function virtualIndex(
  { virtualRelations }: TableExtras,
  relation: Table['relations'][number],
  { schema, table }: RelationScope,
): number | undefined {
  if (!relation.isVirtual) return undefined
  const columns = (of: Table | undefined, names: readonly string[]) =>
    names.map((name) => (of && findByName(of.fieldByName, name)?.column) ?? name)
  const target =
    relation.refService === undefined ? findByName(schema.tableByName, relation.refTable) : undefined
  const wanted = JSON.stringify([
    relation.type,
    columns(table, relation.fields),
    relation.refServiceId ?? null,
    relation.refTable,
    columns(target, relation.refFields),
    relation.junction?.table ?? null,
  ]).toLowerCase()
  const index = virtualRelations.findIndex(
    ({ type, fields, refServiceId, refTable, refFields, junction }) =>
      JSON.stringify([
        type,
        fields,
        refServiceId ?? null,
        refTable,
        refFields,
        junction?.table ?? null,
      ]).toLowerCase() === wanted,
  )
  return index < 0 ? undefined : index
}

function virtualOf(given: GivenVirtual, scope: RelationScope): VirtualRelation {
  const { context } = scope
  const { junction } = given
  const own = storedDefinition(scope.table, scope.schema)
  const here = columnsOf(own, given.fields)
  const target = placeOf(given.refService, given.refTable, given.refFields, scope)
  const near = junction && placeOf(junction.service, junction.table, junction.fields, scope)
  const far = junction && placeOf(junction.service, junction.table, junction.refFields, scope)
  if (here.length !== target.columns.length || (near && near.columns.length !== here.length))
    throw new AppError(
      'bad_request',
      'A virtual relationship needs as many fields on one side as on the other.',
    )
  const otherId = (id: number) => (id === context.service.info.id ? undefined : id)
  const refServiceId = otherId(target.serviceId)
  const junctionServiceId = near && otherId(near.serviceId)
  return {
    type: given.type,
    fields: here,
    ...(refServiceId !== undefined && { refServiceId }),
    refTable: target.table,
    refFields: target.columns,
    ...(near &&
      far && {
        junction: {
          ...(junctionServiceId !== undefined && { serviceId: junctionServiceId }),
          table: near.table,
          fields: near.columns,
          refFields: far.columns,
        },
      }),
  }
}

/** A table that the caller may see, here or in another service. Unknown and hidden ones are told alike. */
function placeOf(
  service: string | number | undefined,
  table: string,
  columns: readonly string[],
  { schema, context }: RelationScope,
): { serviceId: number; table: string; columns: readonly string[] } {
  const { policy } = context.caller
  const info = service === undefined ? context.service.info : serviceOf(service, context)
  if (!info || !canSeeTable(policy, info.name, table)) throw unknownPlace(table)
  // What another service has is looked at when the relation is read.
  if (info.id !== context.service.info.id) return { serviceId: info.id, table, columns }
  const found = findByName(schema.tableByName, table)
  if (!found) throw unknownPlace(table)
  return {
    serviceId: info.id,
    table: found.name,
    columns: columnsOf(storedDefinition(found, schema), columns, found),
  }
}

function serviceOf(nameOrId: string | number, { services }: OperationContext): ServiceInfo | undefined {
  if (typeof nameOrId === 'string') return services.find(nameOrId)
  return services.list().find(({ id }) => id === nameOrId)
}

function columnsOf(table: TableDefinition, names: readonly string[], shown?: Table): readonly string[] {
  return names.map((name) => {
    const wanted = (shown && findByName(shown.fieldByName, name)?.column) ?? name
    const field = table.fields.find((one) => one.name.toLowerCase() === wanted.toLowerCase())
    if (field) return field.name
    throw new AppError('bad_request', `Field '${name}' does not exist in table '${table.name}'.`)
  })
}

function unknownPlace(table: string): AppError {
  return new AppError(
    'bad_request',
    `Table '${table}', to which the relationship would lead, does not exist.`,
  )
}
