import type { SchemaChange } from '../../../src/core/database/adapter.ts'
import { type Field, type TableDefinition, valueClassOf } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { type Cell, type Columns, type StoredRow, toCell } from './cell.ts'

/** All data at one moment. Never changed: a write makes a new one, so keeping the old one is a snapshot. */
export type Database = ReadonlyMap<string, StoredTable>

export interface StoredTable {
  readonly definition: TableDefinition
  readonly columns: Columns
  /** In order of insertion. */
  readonly rows: readonly StoredRow[]
  /** The next value of the auto-increment field. */
  readonly nextId: bigint
}

/** Throws `not_found`. */
export function findTable(database: Database, name: string): StoredTable {
  const table = database.get(name.toLowerCase())
  if (!table) throw new AppError('not_found', `Table '${name}' does not exist in the database.`)
  return table
}

export function withTable(database: Database, table: StoredTable): Database {
  return new Map(database).set(table.definition.name.toLowerCase(), table)
}

type PlainChange = Exclude<SchemaChange, { readonly kind: 'change_table' }>

export function changeTables(database: Database, change: PlainChange): Database {
  switch (change.kind) {
    case 'create_table':
      return createTable(database, change.table)
    case 'drop_table':
      return dropTable(database, change.table)
    case 'add_field':
      return addField(database, change.table, change.field)
  }
}

/** What the field holds when a row does not name it; null when it has no default. */
export function defaultCell(field: Field): Cell {
  const value = field.default
  const type = valueClassOf(field.type)
  if (value === undefined || value === null) return null
  const expression = expressionOf(value)
  if (expression !== undefined) return evaluate(expression)
  if (type === 'json') return toCell(field.name, type, { json: value })
  if (typeof value === 'object')
    throw new AppError('bad_request', `The default of '${field.name}' is no value.`)
  return toCell(field.name, type, value)
}

function createTable(database: Database, definition: TableDefinition): Database {
  if (database.has(definition.name.toLowerCase())) {
    throw new AppError('conflict', `Table '${definition.name}' already exists.`)
  }
  if (definition.isView) throw new AppError('not_supported', 'This engine has no views.')
  for (const key of definition.foreignKeys) {
    for (const rule of [key.onUpdate, key.onDelete]) {
      if (!RULES.includes(rule))
        throw new AppError('not_supported', `This engine has no '${rule}' on foreign keys.`)
    }
  }
  const created = { ...definition, fields: definition.fields.map(supported) }
  return withTable(database, { definition: created, columns: columnsOf(created), rows: [], nextId: 1n })
}

const RULES = ['', 'NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL']

function dropTable(database: Database, name: string): Database {
  const { definition } = findTable(database, name)
  for (const other of database.values()) {
    const refers = other.definition.foreignKeys.some(
      (key) => key.refTable.toLowerCase() === name.toLowerCase(),
    )
    if (refers && other.definition !== definition) {
      throw new AppError('conflict', `Table '${other.definition.name}' refers to '${name}'.`)
    }
  }
  const left = new Map(database)
  left.delete(name.toLowerCase())
  return left
}

export function addField(database: Database, name: string, field: Field): Database {
  const table = findTable(database, name)
  if (table.columns.has(field.name)) throw new AppError('conflict', `Field '${field.name}' already exists.`)
  const cell = defaultCell(field)
  if (cell === null && !field.allowNull && table.rows.length > 0) {
    throw new AppError('bad_request', `Field '${field.name}' needs a default.`, {
      context: { field: field.name },
    })
  }
  const definition = { ...table.definition, fields: [...table.definition.fields, supported(field)] }
  const rows = table.rows.map((row) => Object.fromEntries([...Object.entries(row), [field.name, cell]]))
  return withTable(database, { ...table, definition, columns: columnsOf(definition), rows })
}

export function columnsOf(definition: TableDefinition): Columns {
  return new Map(definition.fields.map((field) => [field.name, valueClassOf(field.type)]))
}

/** The field as it will be described. Throws when this engine cannot have it. */
export function supported(field: Field): Field {
  if (field.isGenerated) throw new AppError('not_supported', 'This engine has no generated fields.')
  defaultCell(field)
  return { ...field, dbType: field.dbType || field.type }
}

function expressionOf(value: NonNullable<Field['default']>): string | undefined {
  if (typeof value !== 'object' || !('expression' in value)) return undefined
  return String(value.expression).toUpperCase()
}

/** The moment as UTC text: `YYYY-MM-DD HH:MM:SS`. */
function evaluate(expression: string): string {
  const now = new Date().toISOString()
  if (expression === 'CURRENT_TIMESTAMP') return now.slice(0, 19).replace('T', ' ')
  if (expression === 'CURRENT_DATE') return now.slice(0, 10)
  if (expression === 'CURRENT_TIME') return now.slice(11, 19)
  throw new AppError('not_supported', `This engine has no default '${expression}'.`)
}
