import type { TableChange } from '../../../src/core/database/adapter.ts'
import type { Field, ForeignKey, TableDefinition } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { column, foreignKey, list, type NewTables, quoted, quotedTable } from './column-definition.ts'

/** What stands behind the definition of a column that is there already: its comment, its collation. Each begins with a space. */
export type ColumnRest = (field: string, hasNewType: boolean) => string

interface Surroundings {
  readonly newTables: NewTables
  readonly restOf: ColumnRest
  /** Actions on keys that only the catalogue knows the names of. */
  readonly dropped: readonly string[]
}

/** What becomes of a table in one statement, which this server carries out whole or not at all; undefined when nothing does. */
export function changeTable(
  table: TableDefinition,
  change: TableChange,
  { newTables, restOf, dropped }: Surroundings,
): string | undefined {
  const actions = [
    ...change.dropForeignKeys.map((key) => `drop foreign key ${quoted(nameOf(key))}`),
    ...dropped,
    ...change.drop.map((field) => `drop column ${quoted(field)}`),
    ...change.add.map((field) => `add column ${column(field, [])}`),
    ...change.change.map((field) => changeField(table, field, restOf)),
    ...change.addUniqueKeys.map((fields) => `add unique key (${list(fields)})`),
    ...change.addIndexes.map((field) => `add key (${quoted(field)})`),
    ...change.addForeignKeys.map((key) => `add ${foreignKey(key, newTables)}`),
  ]
  return actions.length === 0
    ? undefined
    : `alter table ${quotedTable(table.name, newTables)} ${actions.join(', ')}`
}

function changeField(table: TableDefinition, field: Field, restOf: ColumnRest): string {
  const was = table.fields.find(({ name }) => name === field.name)
  if (!was) throw new AppError('not_found', `Field '${field.name}' is not in table '${table.name}'.`)
  if (was.isGenerated || field.isGenerated)
    throw new AppError(
      'not_supported',
      `Field '${was.name}' is computed by the database: it cannot be changed.`,
    )
  if (field.autoIncrement !== was.autoIncrement)
    throw new AppError('not_supported', `Whether '${was.name}' counts by itself cannot be changed.`)
  const keeps = field.dbType !== '' && field.dbType === was.dbType
  // A column that counts has a key already, be it not the primary one.
  const keys = field.autoIncrement ? [field.name] : table.primaryKey
  return `modify column ${column(field, keys)}${restOf(field.name, !keeps)}`
}

function nameOf({ name, fields }: ForeignKey): string {
  if (name !== undefined) return name
  throw new AppError('not_supported', `The foreign key on ${fields.join(', ')} has no name to drop it by.`)
}
