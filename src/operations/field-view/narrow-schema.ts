import type { DatabaseSchema, Relation, Table } from '../../core/database/schema.ts'
import { findByName, indexByName } from '../../core/names.ts'
import type { AccessPolicy } from '../../core/policy.ts'
import { isPartOf, narrowTable, wholeOf } from './narrow-table.ts'
import { visibleFields } from './visible-fields.ts'

/**
 * The schema as it is for a caller: fields that no rule shows are nowhere in it, and tables without a field that is shown are not
 * there. The same schema where no rule says so.
 */
export function narrowSchema(schema: DatabaseSchema, policy: AccessPolicy, service: string): DatabaseSchema {
  const narrowed = new Map<Table, Table>()
  for (const table of schema.tables) {
    const allowed = visibleFields(policy, service, table.name)
    if (allowed) narrowed.set(table, narrowTable(table, allowed))
  }
  if (narrowed.size === 0) return schema
  const kept = schema.tables
    .map((table) => narrowed.get(table) ?? table)
    .filter(({ fields }) => fields.length > 0)
  const byName = indexByName(kept)
  const tables = kept.map((table) => withoutBlindEnds(table, byName))
  return Object.freeze({ ...schema, tables, tableByName: new Map(aliased(schema, tables)) })
}

/** The names and aliases by which the whole schema finds its tables. */
function aliased(
  { tableByName }: DatabaseSchema,
  tables: readonly Table[],
): readonly (readonly [string, Table])[] {
  const byOwnName = new Map(tables.map((table) => [table.name, table]))
  return [...tableByName].flatMap(([key, { name }]) => {
    const table = byOwnName.get(name)
    return table ? [[key, table] as const] : []
  })
}

/** Without what leads to or through fields that are not there. */
function withoutBlindEnds(table: Table, byName: ReadonlyMap<string, Table>): Table {
  const foreignKeys = table.foreignKeys.filter(({ refTable, refFields }) =>
    isThere(refTable, refFields, byName),
  )
  const relations = table.relations.filter((relation) => leadsSomewhere(relation, byName))
  if (foreignKeys.length === table.foreignKeys.length && relations.length === table.relations.length)
    return table
  const made = Object.freeze({ ...table, foreignKeys, relations })
  isPartOf(made, wholeOf(table))
  return made
}

function leadsSomewhere(
  { refService, refTable, refFields, junction }: Relation,
  byName: ReadonlyMap<string, Table>,
): boolean {
  const isEndThere = refService !== undefined || isThere(refTable, refFields, byName)
  if (!isEndThere || !junction || junction.service !== undefined) return isEndThere
  return isThere(junction.table, [...junction.fields, ...junction.refFields], byName)
}

function isThere(name: string, fields: readonly string[], byName: ReadonlyMap<string, Table>): boolean {
  const table = findByName(byName, name)
  return table !== undefined && fields.every((field) => findByName(table.fieldByName, field) !== undefined)
}
