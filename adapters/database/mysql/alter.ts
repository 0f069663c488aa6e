import type { Rename, SchemaChange } from '../../../src/core/database/adapter.ts'
import type { TableDefinition } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { type ColumnRest, changeTable } from './change-table.ts'
import { column, foreignKey, list, type NewTables, quoted, quotedTable } from './column-definition.ts'
import { pathOf } from './dialect.ts'

/** A change of the schema as one statement: each commits by itself on this server. Names are quoted, defaults are literals. */
export function schemaStatement(
  change: SchemaChange,
  newTables: NewTables,
  { restOf = () => '', dropped = [] }: { restOf?: ColumnRest; dropped?: readonly string[] } = {},
): string | undefined {
  switch (change.kind) {
    case 'create_table':
      return createTable(change.table, newTables)
    case 'drop_table':
      return `drop table ${quotedTable(change.table, newTables)}`
    case 'add_field':
      return `alter table ${quotedTable(change.table, newTables)} add column ${column(change.field, [])}`
    case 'change_table':
      return changeTable(change.table, change, { newTables, restOf, dropped })
  }
}

/** Keys go on with it, views do not. Columns: MySQL 8.0, MariaDB 10.5.2. */
export function renameStatement({ table, field, to }: Rename, newTables: NewTables): string {
  const from = quotedTable(table, newTables)
  if (field !== undefined) return `alter table ${from} rename column ${quoted(field)} to ${quoted(to)}`
  const path = [...pathOf(table, newTables.otherDatabase).slice(0, -1), to]
  return `alter table ${from} rename to ${path.map(quoted).join('.')}`
}

function createTable(table: TableDefinition, newTables: NewTables): string {
  const { collation, isUnicode } = newTables
  if (table.fields.length === 0)
    throw new AppError('bad_request', `Table '${table.name}' needs at least one field.`)
  const parts = [
    ...table.fields.map((field) => column(field, table.primaryKey)),
    ...(table.primaryKey.length === 0 ? [] : [`primary key (${list(table.primaryKey)})`]),
    ...table.uniqueKeys.map((fields) => `unique key (${list(fields)})`),
    ...(table.indexedFields ?? []).map((field) => `key (${quoted(field)})`),
    ...table.foreignKeys.map((key) => foreignKey(key, newTables)),
  ]
  const letters = collation === '' ? (isUnicode ? '' : ' character set utf8mb4') : ` collate ${collation}`
  return `create table ${quotedTable(table.name, newTables)} (${parts.join(', ')}) engine = InnoDB${letters}`
}
