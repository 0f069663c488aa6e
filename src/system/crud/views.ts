import { buildSchema } from '../../core/database/build-schema.ts'
import type { Filter } from '../../core/database/query.ts'
import type { DatabaseSchema, Relation, Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { findByName, indexByName } from '../../core/names.ts'
import type { SystemResource } from '../system-resource.ts'

/** A resource as callers may know it, and where its rows are. */
export interface View {
  readonly resource: SystemResource
  /** Without hidden columns; its name is the resource's. */
  readonly visible: Table
  /** As the database has it. */
  readonly stored: Table
  /** Which rows of the table are its own; undefined: all. */
  readonly own: Filter | undefined
}

export interface Views {
  /** What operations plan against: a table for each resource. */
  readonly schema: DatabaseSchema
  list(): readonly View[]
  /** Throws `internal` for a name that is no resource. */
  of(name: string): View
  find(name: string): View | undefined
}

export function createViews(resources: readonly SystemResource[]): Views {
  const tables = new Map(resources.map(({ table }) => [table.name, table]))
  const stored = buildSchema([...tables.values()])
  const views = resources.map((resource) => viewOn(resource, resources, stored))
  const index = new Map(views.map((view) => [view.resource.name, view]))
  const visible = views.map((view) => view.visible)
  const find = (name: string) => index.get(name.toLowerCase())
  return {
    schema: {
      tables: visible.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      tableByName: indexByName(visible),
      version: stored.version,
    },
    list: () => views,
    find,
    of(name) {
      const view = find(name)
      if (view) return view
      throw new AppError('internal', `There is no system resource '${name}'.`)
    },
  }
}

function viewOn(
  resource: SystemResource,
  resources: readonly SystemResource[],
  schema: DatabaseSchema,
): View {
  const stored = findByName(schema.tableByName, resource.table.name)
  if (!stored) throw new AppError('internal', `Table '${resource.table.name}' is not there.`)
  const fields = stored.fields.filter(({ name }) => !resource.hidden.has(name))
  const relations = stored.relations.flatMap((relation) => shownRelation(relation, resource, resources))
  return {
    resource,
    visible: { ...stored, name: resource.name, fields, relations, fieldByName: indexByName(fields) },
    stored,
    own: ownRows(resource),
  }
}

/** Towards the resource that shows the other end; none where a field of it is hidden. */
function shownRelation(
  relation: Relation,
  { hidden }: SystemResource,
  resources: readonly SystemResource[],
): Relation[] {
  const { junction } = relation
  const between = junction && resources.find(({ table }) => table.name === junction.table)
  if (junction && !between?.isJunction) return []
  if (relation.fields.some((field) => hidden.has(field))) return []
  const ends = resources.filter(
    ({ table, hidden: theirs }) =>
      table.name === relation.refTable && !relation.refFields.some((field) => theirs.has(field)),
  )
  const end = ends.find(({ name }) => name === relation.refTable) ?? ends[0]
  return end ? [{ ...relation, refTable: end.name }] : []
}

function ownRows({ fixed }: SystemResource): Filter | undefined {
  const all = Object.entries(fixed).map(
    ([field, value]): Filter => (value === null ? { op: 'is_null', field } : { op: '=', field, value }),
  )
  return all.length === 0 ? undefined : { op: 'and', all }
}
