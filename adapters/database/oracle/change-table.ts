import type { TableChange } from '../../../src/core/database/adapter.ts'
import type { Field, TableDefinition } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { column, literal, nativeType } from './column-definition.ts'
import { quoted } from './names.ts'
import { addIndex, foreignKey, list, nameOf, type Step } from './schema-steps.ts'
import { keyName, type TablePlace } from './table-place.ts'

interface Surroundings {
  readonly place: TablePlace
  /** The tables that foreign keys point to. */
  readonly targetOf: (shown: string) => TablePlace
  /** Of keys and indexes whose names only the catalogue knows. */
  readonly dropped: readonly Step[]
}

/** What can be taken back goes first, and what most often fails; fields are dropped when all else is done. */
export function changeTable(
  table: TableDefinition,
  change: TableChange,
  { place, targetOf, dropped }: Surroundings,
): Step[] {
  const alter = `alter table ${place.sql}`
  return [
    ...change.add.map((field): Step => {
      const name = place.columnOf(field.name)
      return {
        sql: `${alter} add (${column(name, field, place.server)})`,
        undo: `${alter} drop column ${quoted(name)}`,
      }
    }),
    ...change.dropForeignKeys.map((key): Step => {
      const again = foreignKey(key, place, targetOf(key.refTable))
      return { sql: `${alter} drop constraint ${quoted(nameOf(key, place))}`, undo: `${alter} add ${again}` }
    }),
    ...change.addUniqueKeys.map((fields): Step => {
      const name = quoted(keyName('UK', place, fields.map(place.columnOf)))
      const key = `constraint ${name} unique (${list(fields, place)})`
      return { sql: `${alter} add ${key}`, undo: `${alter} drop constraint ${name}` }
    }),
    ...change.addForeignKeys.map((key): Step => {
      const undo = `${alter} drop constraint ${quoted(nameOf(key, place))}`
      return { sql: `${alter} add ${foreignKey(key, place, targetOf(key.refTable))}`, undo }
    }),
    ...change.addIndexes.map((field) => addIndex(field, place)),
    ...change.change.flatMap((field) => changeField(table, field, place)),
    ...dropped,
    ...change.drop.map((field) => ({ sql: `${alter} drop column ${quoted(place.columnOf(field))}` })),
  ]
}

/** Only what is different is said: this server refuses a NOT NULL where there is one. */
function changeField(table: TableDefinition, field: Field, place: TablePlace): Step[] {
  const was = table.fields.find(({ name }) => name === field.name)
  if (!was) throw new AppError('not_found', `Field '${field.name}' is not in table '${table.name}'.`)
  if (was.isGenerated || field.isGenerated)
    throw new AppError(
      'not_supported',
      `Field '${was.name}' is computed by the database: it cannot be changed.`,
    )
  if (field.autoIncrement !== was.autoIncrement)
    throw new AppError('not_supported', `Whether '${was.name}' counts by itself cannot be changed.`)
  const type = nativeType(field)
  const parts = [
    ...(isSame(type, was.dbType) ? [] : [type]),
    ...(JSON.stringify(field.default) === JSON.stringify(was.default) ? [] : [`default ${defaultOf(field)}`]),
    ...(field.allowNull === was.allowNull ? [] : [field.allowNull ? 'null' : 'not null']),
  ]
  if (parts.length === 0) return []
  const name = quoted(place.columnOf(field.name))
  return [{ sql: `alter table ${place.sql} modify (${name} ${parts.join(' ')})` }]
}

function isSame(type: string, other: string): boolean {
  const bare = (text: string) => text.toUpperCase().replaceAll(/\s+/g, '')
  return bare(type) === bare(other)
}

function defaultOf(field: Field): string {
  return field.default === undefined || field.default === null ? 'null' : literal(field.default, field)
}
