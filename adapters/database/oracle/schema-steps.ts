import type { ForeignKey, TableDefinition } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { foreignKeyRule } from '../sql/foreign-key-rule.ts'
import { column } from './column-definition.ts'
import { quoted } from './names.ts'
import { keyName, type TablePlace } from './table-place.ts'

/** One statement of a change, and what takes it back. Each commits by itself on this server. */
export interface Step {
  readonly sql: string
  readonly undo?: string
}

/** `placeOf` knows the tables that foreign keys point to. */
export function createTable(
  table: TableDefinition,
  place: TablePlace,
  targetOf: (shown: string) => TablePlace,
): Step[] {
  if (table.fields.length === 0)
    throw new AppError('bad_request', `Table '${table.name}' needs at least one field.`)
  const parts = [
    ...table.fields.map((field) => column(place.columnOf(field.name), field, place.server)),
    ...(table.primaryKey.length === 0 ? [] : [`primary key (${list(table.primaryKey, place)})`]),
    ...table.uniqueKeys.map((fields) => `unique (${list(fields, place)})`),
    ...table.foreignKeys.map((key) => foreignKey(key, place, targetOf(key.refTable))),
  ]
  const whole = { sql: `create table ${place.sql} (${parts.join(', ')})`, undo: `drop table ${place.sql}` }
  return [whole, ...(table.indexedFields ?? []).map((field) => addIndex(field, place))]
}

export function addIndex(field: string, place: TablePlace): Step {
  const name = keyName('IX', place, [place.columnOf(field)])
  const index = `${place.indexPrefix}${quoted(name)}`
  return {
    sql: `create index ${index} on ${place.sql} (${list([field], place)})`,
    undo: `drop index ${index}`,
  }
}

export function foreignKey(key: ForeignKey, place: TablePlace, target: TablePlace): string {
  const { fields, refFields, onUpdate, onDelete } = key
  if (refFields.length === 0)
    throw new AppError(
      'bad_request',
      `The foreign key on ${fields.join(', ')} must name the fields it refers to.`,
    )
  if (IS_RULE.has(foreignKeyRule(onUpdate)))
    throw new AppError('not_supported', 'This database has no rule for a key that changes.', {
      hint: 'Leave `on_update` out.',
    })
  const rule = foreignKeyRule(onDelete)
  if (rule === 'SET DEFAULT')
    throw new AppError('not_supported', 'This database does not know SET DEFAULT.', {
      hint: 'Use CASCADE, SET NULL or NO ACTION.',
    })
  const ending = IS_RULE.has(rule) ? ` on delete ${rule.toLowerCase()}` : ''
  return `constraint ${quoted(nameOf(key, place))} foreign key (${list(fields, place)}) references ${target.sql} (${list(refFields, target)})${ending}`
}

/** NO ACTION and RESTRICT are what happens where nothing is said. */
const IS_RULE: ReadonlySet<string> = new Set(['CASCADE', 'SET NULL', 'SET DEFAULT'])

export function nameOf({ name, fields }: ForeignKey, place: TablePlace): string {
  return (
    name ??
    keyName(
      'FK',
      place,
      fields.map((field) => place.columnOf(field)),
    )
  )
}

export function list(fields: readonly string[], { columnOf }: TablePlace): string {
  return fields.map((field) => quoted(columnOf(field))).join(', ')
}
