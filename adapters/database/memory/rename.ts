import type { Rename } from '../../../src/core/database/adapter.ts'
import type { ForeignKey, TableDefinition } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { columnsOf, type Database, findTable, type StoredTable } from './tables.ts'

type Names = (name: string) => string

/** The database with another name in it, and every key that names it. */
export function renameIn(database: Database, { table, field, to }: Rename): Database {
  const { definition } = findTable(database, table)
  if (field === undefined && database.has(to.toLowerCase()))
    throw new AppError('conflict', `Table '${to}' already exists.`)
  if (field !== undefined && definition.fields.some(({ name }) => name.toLowerCase() === to.toLowerCase()))
    throw new AppError('conflict', `Field '${to}' already exists.`)
  const isMeant = (name: string) => name.toLowerCase() === definition.name.toLowerCase()
  const tableName: Names = (name) => (field === undefined && isMeant(name) ? to : name)
  const ownField: Names = (name) => (name === field ? to : name)
  const same: Names = (name) => name
  return new Map(
    [...database.values()].map((stored) => {
      const columns = isMeant(stored.definition.name) ? ownField : same
      const refColumns = (of: string) => (isMeant(of) ? ownField : same)
      const renamed = renamedTable(stored, tableName, columns, refColumns)
      return [renamed.definition.name.toLowerCase(), renamed] as const
    }),
  )
}

function renamedTable(
  { definition, rows, nextId }: StoredTable,
  table: Names,
  column: Names,
  refColumns: (table: string) => Names,
): StoredTable {
  const key = (one: ForeignKey): ForeignKey => ({
    ...one,
    fields: one.fields.map(column),
    refTable: table(one.refTable),
    refFields: one.refFields.map(refColumns(one.refTable)),
  })
  const renamed: TableDefinition = {
    ...definition,
    name: table(definition.name),
    fields: definition.fields.map((one) => ({ ...one, name: column(one.name) })),
    primaryKey: definition.primaryKey.map(column),
    uniqueKeys: definition.uniqueKeys.map((fields) => fields.map(column)),
    foreignKeys: definition.foreignKeys.map(key),
    ...(definition.indexedFields && { indexedFields: definition.indexedFields.map(column) }),
  }
  const moved = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, cell]) => [column(name), cell])),
  )
  return { definition: renamed, columns: columnsOf(renamed), rows: moved, nextId }
}
