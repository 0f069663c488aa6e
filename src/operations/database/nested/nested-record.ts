import type { DatabaseSchema, Relation, Table } from '../../../core/database/schema.ts'
import type { Json } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import { findByName } from '../../../core/names.ts'
import type { OperationContext } from '../../../core/operation.ts'
import type { InputRecord } from '../inputs.ts'
import { relationNamed, visibleRelations } from '../relations.ts'

/** What stands under a relation's name inside a record. */
export interface Nested {
  readonly relation: Relation
  readonly target: Table
  readonly junction: Table | undefined
  /** One at most for relations to one record; none: that relation is to be let go. */
  readonly items: readonly InputRecord[]
}

interface SplitRecord {
  /** The record without them. */
  readonly own: InputRecord
  readonly nested: readonly Nested[]
}

/** Whether a record may have related records in it: it has keys that are no fields. */
export function mayNest(table: Table, record: InputRecord): boolean {
  if (table.relations.length === 0) return false
  for (const name in record) if (findByName(table.fieldByName, name) === undefined) return true
  return false
}

/**
 * Tells a record's own fields from the related records in it. A relation that the caller may not see is a name like any
 * other. Throws `bad_request` for what is no record or list of them.
 */
export function splitRecord(
  schema: DatabaseSchema,
  table: Table,
  record: InputRecord,
  context: OperationContext,
): SplitRecord {
  if (!mayNest(table, record)) return { own: record, nested: [] }
  const relations = visibleRelations(schema, table, context)
  const own: Record<string, Json> = {}
  const nested: Nested[] = []
  for (const [name, json] of Object.entries(record)) {
    const relation =
      findByName(table.fieldByName, name) === undefined ? relationNamed(relations, name) : undefined
    if (!relation) own[name] = json
    else nested.push(nestedIn(schema, relation, json, name))
  }
  const twice = nested.find(({ relation }, at) => nested.findIndex((one) => one.relation === relation) < at)
  if (twice) throw new AppError('bad_request', `Relationship '${twice.relation.name}' is given twice.`)
  return { own, nested }
}

function nestedIn(schema: DatabaseSchema, relation: Relation, json: Json, name: string): Nested {
  if (relation.refService !== undefined || relation.junction?.service !== undefined)
    throw new AppError(
      'not_supported',
      `'${name}' leads to another service: its records are not written along.`,
      {
        hint: 'Write the records of that service by themselves.',
      },
    )
  const target = findByName(schema.tableByName, relation.refTable)
  const junction = relation.junction && findByName(schema.tableByName, relation.junction.table)
  if (!target || (relation.junction && !junction))
    throw new AppError('internal', 'A relation names a table that the schema does not have.')
  const isToOne = relation.type === 'belongs_to' || relation.type === 'has_one'
  return { relation, target, junction, items: isToOne ? oneRecord(json, name) : listOfRecords(json, name) }
}

/** An empty record is none (dreamfactory-rest §4.9). */
function oneRecord(json: Json, name: string): readonly InputRecord[] {
  if (json === null || (Array.isArray(json) && json.length === 0)) return []
  if (!isRecord(json)) throw new AppError('bad_request', `'${name}' takes one record, or null.`)
  return Object.keys(json).length === 0 ? [] : [json]
}

function listOfRecords(json: Json, name: string): readonly InputRecord[] {
  if (json === null) return []
  if (!Array.isArray(json) || !json.every(isRecord))
    throw new AppError('bad_request', `'${name}' takes a list of records.`)
  return json
}

function isRecord(json: Json): json is InputRecord {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
