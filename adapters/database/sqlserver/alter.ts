import type { SchemaChange } from '../../../src/core/database/adapter.ts'
import type { TableDefinition } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { changeTable } from './change-table.ts'
import { column, foreignKey, list, quotedTable } from './column-definition.ts'
import type { SchemaWords } from './schema-words.ts'
import type { TableObjects } from './table-objects.ts'
import { plainIndex, uniqueKey } from './unique-key.ts'

/** A change of the schema as statements, to be run in one transaction. Names are quoted, defaults are literals. */
export function schemaStatements(
  change: SchemaChange,
  objects: TableObjects,
  words: SchemaWords,
): readonly string[] {
  switch (change.kind) {
    case 'create_table':
      return createTable(change.table, words)
    case 'drop_table':
      return [`drop table ${quotedTable(change.table)}`]
    case 'add_field':
      return [`alter table ${quotedTable(change.table)} add ${column(change.field, [])}`]
    case 'change_table':
      return changeTable(change.table, change, { ...objects, words })
  }
}

function createTable(table: TableDefinition, words: SchemaWords): readonly string[] {
  if (table.fields.length === 0)
    throw new AppError('bad_request', `Table '${table.name}' needs at least one field.`)
  const parts = [
    ...table.fields.map((field) => column(field, table.primaryKey)),
    ...(table.primaryKey.length === 0 ? [] : [`primary key (${list(table.primaryKey)})`]),
    ...table.foreignKeys.map(foreignKey),
  ]
  return [
    `create table ${quotedTable(table.name)} (${parts.join(', ')})`,
    ...table.uniqueKeys.map((fields) => uniqueKey(table.name, fields, table.fields, words)),
    ...(table.indexedFields ?? []).map((field) => plainIndex(table.name, field)),
  ]
}
