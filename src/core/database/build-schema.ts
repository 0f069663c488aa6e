import { createHash } from 'node:crypto'
import { findByName, indexByName } from '../names.ts'
import { createOverlay } from './apply-extras.ts'
import { NO_EXTRAS, type ServiceExtras } from './extras.ts'
import { freeName } from './relation-name.ts'
import type { DatabaseSchema, ForeignKey, Relation, Table, TableDefinition } from './schema.ts'
import type { ServiceName } from './virtual-relations.ts'

interface Beside {
  /** What is kept beside the database. */
  readonly extras: ServiceExtras
  readonly serviceName: ServiceName
}

const NOTHING_BESIDE: Beside = { extras: NO_EXTRAS, serviceName: () => undefined }

/**
 * Tables as an adapter reports them → the schema everybody reads: sorted, indexed by lower-cased name, with relations in
 * both directions (naming: dreamfactory-rest §4.8), and with what is kept of them beside the database.
 */
export function buildSchema(
  definitions: readonly TableDefinition[],
  { extras, serviceName }: Beside = NOTHING_BESIDE,
): DatabaseSchema {
  const sorted = [...definitions].sort((a, b) => (a.name < b.name ? -1 : 1))
  const byName = indexByName(sorted)
  const relations = relationsOf(sorted, byName)
  const overlay = createOverlay(sorted, { extras, byName, serviceName })
  const tables = sorted.map((definition): Table => overlay(definition, relations.get(definition.name) ?? []))
  return {
    tables,
    tableByName: indexByName(tables),
    version: createHash('sha256')
      .update(JSON.stringify(sorted, withoutStatistics))
      .update(extras.version)
      .digest('hex')
      .slice(0, 16),
  }
}

/** New statistics are no new schema. */
function withoutStatistics(key: string, value: unknown): unknown {
  return key === 'rowEstimate' || key === 'share' ? undefined : value
}

type RelationsByTable = Map<string, Relation[]>

function relationsOf(
  tables: readonly TableDefinition[],
  byName: ReadonlyMap<string, TableDefinition>,
): RelationsByTable {
  const relations: RelationsByTable = new Map(tables.map((table) => [table.name, []]))
  const add = (table: string, relation: Relation) => {
    const list = relations.get(table)
    if (list) list.push({ ...relation, name: freeName(list, relation) })
  }
  for (const table of tables) {
    for (const key of table.foreignKeys) {
      const target = findByName(byName, key.refTable)
      if (target) addBothEnds(table, target, key, add)
    }
  }
  for (const table of tables) addThroughJunction(table, byName, add)
  for (const list of relations.values()) list.sort((a, b) => PLACE[a.type] - PLACE[b.type])
  return relations
}

/** What a record belongs to comes first, then what it is linked with, then what belongs to it. */
const PLACE: Readonly<Record<Relation['type'], number>> = {
  belongs_to: 0,
  many_many: 1,
  has_one: 2,
  has_many: 2,
}

type Add = (table: string, relation: Relation) => void

function addBothEnds(table: TableDefinition, target: TableDefinition, key: ForeignKey, add: Add): void {
  const refFields = key.refFields.length > 0 ? key.refFields : target.primaryKey
  const rules = { onUpdate: key.onUpdate, onDelete: key.onDelete }
  const suffix = key.fields.join('_')
  add(target.name, {
    name: `${table.name}_by_${suffix}`,
    type: isUniqueIn(table, key.fields) ? 'has_one' : 'has_many',
    fields: refFields,
    refTable: table.name,
    refFields: key.fields,
    ...rules,
  })
  add(table.name, {
    name: `${target.name}_by_${suffix}`,
    type: 'belongs_to',
    fields: key.fields,
    refTable: target.name,
    refFields,
    ...rules,
  })
}

/** A table with several foreign keys links each pair of the tables it points at. */
function addThroughJunction(
  junction: TableDefinition,
  byName: ReadonlyMap<string, TableDefinition>,
  add: Add,
): void {
  for (const here of junction.foreignKeys) {
    for (const there of junction.foreignKeys) {
      const from = findByName(byName, here.refTable)
      const to = findByName(byName, there.refTable)
      if (here === there || !from || !to || from === to) continue
      add(from.name, {
        name: `${to.name}_by_${junction.name}`,
        type: 'many_many',
        fields: here.refFields.length > 0 ? here.refFields : from.primaryKey,
        refTable: to.name,
        refFields: there.refFields.length > 0 ? there.refFields : to.primaryKey,
        onUpdate: here.onUpdate,
        onDelete: here.onDelete,
        junction: { table: junction.name, fields: here.fields, refFields: there.fields },
      })
    }
  }
}

function isUniqueIn(table: TableDefinition, fields: readonly string[]): boolean {
  const wanted = [...fields].sort().join('\u0000')
  return [table.primaryKey, ...table.uniqueKeys].some(
    (key) => key.length > 0 && [...key].sort().join('\u0000') === wanted,
  )
}
