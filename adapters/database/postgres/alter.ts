import type { Rename, SchemaChange } from '../../../src/core/database/adapter.ts'
import type { TableDefinition } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { changeTable } from './change-table.ts'
import { column, foreignKey, list, quoted, quotedTable } from './column-definition.ts'

/** A change of the schema as SQL, to be run in one transaction. Names are quoted, defaults are literals. */
export function schemaStatements(change: SchemaChange): readonly string[] {
  switch (change.kind) {
    case 'create_table':
      return createTable(change.table)
    case 'drop_table':
      return [`drop table ${quotedTable(change.table)}`]
    case 'add_field':
      return [`alter table ${quotedTable(change.table)} add column ${column(change.field)}`]
    case 'change_table':
      return changeTable(change.table, change)
  }
}

/** Keys, views, triggers and sequences know the table and its columns by number: they go on with it. */
export function renameStatement({ table, field, to }: Rename): string {
  const what = field === undefined ? '' : `column ${quoted(field)} `
  return `alter table ${quotedTable(table)} rename ${what}to ${quoted(to)}`
}

function createTable(table: TableDefinition): readonly string[] {
  if (table.fields.length === 0)
    throw new AppError('bad_request', `Table '${table.name}' needs at least one field.`)
  const name = quotedTable(table.name)
  const parts = [
    ...table.fields.map(column),
    ...(table.primaryKey.length === 0 ? [] : [`primary key (${list(table.primaryKey)})`]),
    ...table.uniqueKeys.map((fields) => `unique (${list(fields)})`),
    ...table.foreignKeys.map(foreignKey),
  ]
  const indexes = (table.indexedFields ?? []).map((field) => `create index on ${name} (${quoted(field)})`)
  return [`create table ${name} (${parts.join(', ')})`, ...indexes]
}
