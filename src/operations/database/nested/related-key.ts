import type { Filter } from '../../../core/database/query.ts'
import type { Field, Relation, Table } from '../../../core/database/schema.ts'
import type { Json, Row, Value } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import { findByName } from '../../../core/names.ts'
import type { InputRecord } from '../inputs.ts'
import { entry, type Key, keyText } from '../plan-ids.ts'
import { keyMoved, type Values } from '../record-values.ts'
import { valueFor } from '../values.ts'

/** The values that tie rows together: of `from` fields in a row, as values of the `to` fields of the other table. */
export function tie(row: Row, from: readonly string[], table: Table, to: readonly string[]): Values {
  return Object.fromEntries(
    to.map((name, at) => {
      const part = row[from[at] ?? ''] ?? null
      if (part === null)
        throw new AppError(
          'bad_request',
          `Field '${from[at]}' is empty: nothing can be related to this record.`,
        )
      return [name, valueFor(fieldOf(table, name), part)]
    }),
  )
}

/**
 * The primary key of a related record, from the record and from what its parent gives it. Undefined when it has none yet and
 * the database will make it. Throws `bad_request` when part of it is missing, or is said to be another than the parent's: a
 * key does not move.
 */
export function keyOfRelated(table: Table, item: InputRecord, preset: Values): Key | undefined {
  const { primaryKey } = table
  const parts = primaryKey.map((name) => keyPart(fieldOf(table, name), item, preset[name] ?? null))
  const key = parts.filter((part) => part !== null)
  if (key.length === primaryKey.length) return key.length === 0 ? undefined : key
  const missing = primaryKey.find((name, at) => parts[at] === null && !isMade(fieldOf(table, name)))
  const isPartial = primaryKey.some((name, at) => parts[at] !== null && !Object.hasOwn(preset, name))
  if (missing === undefined && !isPartial) return undefined
  const first = missing ?? primaryKey.find((_, at) => parts[at] === null)
  throw new AppError('bad_request', `Related record has no primary key value for '${first}'.`)
}

/** Whether the record says no more than which one it is. */
export function isKeyOnly(table: Table, item: InputRecord): boolean {
  const key = new Set(table.primaryKey.map((name) => name.toLowerCase()))
  return Object.keys(item).every((name) => key.has(name.toLowerCase()))
}

/** Records with such a key get it from the database: one that is not there cannot be made under a key of the client's. */
export function hasMadeKey(table: Table): boolean {
  return table.primaryKey.some((name) => fieldOf(table, name).autoIncrement)
}

/** The record lets go of its parent: a field that ties them is null. */
export function isLetGo(relation: Relation, item: InputRecord): boolean {
  return relation.refFields.some((name) => entry(item, name) === null)
}

export function without(item: InputRecord, names: readonly string[]): InputRecord {
  const gone = new Set(names.map((name) => name.toLowerCase()))
  return Object.fromEntries(Object.entries(item).filter(([name]) => !gone.has(name.toLowerCase())))
}

export function whereValues(values: Values): Filter {
  return {
    op: 'and',
    all: Object.entries(values).map(
      ([field, value]): Filter => (value === null ? { op: 'is_null', field } : { op: '=', field, value }),
    ),
  }
}

export function fieldOf(table: Table, name: string): Field {
  const field = findByName(table.fieldByName, name)
  if (!field) throw new AppError('internal', 'A relation names a field that its table does not have.')
  return field
}

function keyPart(field: Field, item: InputRecord, tied: Value): Value {
  const given = partOf(field, entry(item, field.name))
  if (tied === null) return given
  if (given !== null && keyText([given]) !== keyText([tied])) throw keyMoved(field.name)
  return tied
}

function partOf(field: Field, json: Json | undefined): Value {
  return json === undefined || json === null ? null : valueFor(field, json)
}

function isMade({ autoIncrement, default: preset, isGenerated }: Field): boolean {
  return autoIncrement || isGenerated || preset !== undefined
}
