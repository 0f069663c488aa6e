import type { SchemaChange, TableChange } from '../../../src/core/database/adapter.ts'
import {
  type Field,
  type ForeignKey,
  type TableDefinition,
  valueClassOf,
} from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { type Cell, toCell } from './cell.ts'
import { checkConstraints } from './constraints.ts'
import {
  addField,
  changeTables,
  columnsOf,
  type Database,
  findTable,
  type StoredTable,
  supported,
  withTable,
} from './tables.ts'

/** The database after a change of its shape. */
export function alterTables(database: Database, change: SchemaChange): Database {
  if (change.kind !== 'change_table') return changeTables(database, change)
  const { name } = change.table
  let after = change.drop.reduce((now, field) => dropField(now, name, field), database)
  after = change.add.reduce((now, field) => addField(now, name, field), after)
  after = change.change.reduce((now, field) => changeField(now, name, field), after)
  after = withKeys(after, name, change)
  checkConstraints(database, after)
  return after
}

function dropField(database: Database, name: string, field: string): Database {
  const table = findTable(database, name)
  const { definition } = table
  if (definition.primaryKey.includes(field))
    throw new AppError('bad_request', `Field '${field}' is part of the primary key: it cannot be dropped.`)
  const has = (fields: readonly string[]) => fields.includes(field)
  const rows = table.rows.map(({ [field]: _, ...row }) => row)
  return withDefinition(
    database,
    { ...table, rows },
    {
      ...definition,
      fields: definition.fields.filter((one) => one.name !== field),
      uniqueKeys: definition.uniqueKeys.filter((key) => !has(key)),
      foreignKeys: definition.foreignKeys.filter((key) => !has(key.fields)),
      indexedFields: definition.indexedFields?.filter((one) => one !== field) ?? [],
    },
  )
}

function changeField(database: Database, name: string, field: Field): Database {
  const table = findTable(database, name)
  const { definition } = table
  const was = definition.fields.find((one) => one.name === field.name)
  if (!was) throw new AppError('not_found', `Field '${field.name}' is not in table '${name}'.`)
  if (was.autoIncrement !== field.autoIncrement)
    throw new AppError('not_supported', `Whether '${field.name}' counts by itself cannot be changed.`)
  const now = supported(field)
  const rows =
    valueClassOf(was.type) === valueClassOf(now.type)
      ? table.rows
      : table.rows.map((row) => ({ ...row, [now.name]: converted(row[now.name] ?? null, now) }))
  const fields = definition.fields.map((one) => (one === was ? now : one))
  return withDefinition(database, { ...table, rows }, { ...definition, fields })
}

/** Through its text, as databases cast. */
function converted(cell: Cell, { name, type }: Field): Cell {
  if (cell === null) return null
  const to = valueClassOf(type)
  const text = String(cell)
  const isNumber = to === 'integer' || to === 'decimal' || to === 'float'
  return toCell(name, to, isNumber ? Number(text) : to === 'json' ? { json: text } : text)
}

function withKeys(database: Database, name: string, change: TableChange): Database {
  const table = findTable(database, name)
  const { definition } = table
  const isDropped = (key: ForeignKey) =>
    change.dropForeignKeys.some(
      (one) => one.fields.join() === key.fields.join() && one.refTable === key.refTable,
    )
  return withDefinition(database, table, {
    ...definition,
    uniqueKeys: [
      ...definition.uniqueKeys.filter(
        (key) => !change.dropUniqueKeys?.some((one) => one.join() === key.join()),
      ),
      ...change.addUniqueKeys,
    ],
    foreignKeys: [...definition.foreignKeys.filter((key) => !isDropped(key)), ...change.addForeignKeys],
    indexedFields: [...new Set([...(definition.indexedFields ?? []), ...change.addIndexes])].filter(
      (field) => !change.dropIndexes?.includes(field),
    ),
  })
}

function withDefinition(database: Database, table: StoredTable, definition: TableDefinition): Database {
  return withTable(database, { ...table, definition, columns: columnsOf(definition) })
}
