import type { Rename, SchemaChange } from '../../../src/core/database/adapter.ts'
import type { Field, TableDefinition } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { column, foreignKey, list, quoted, rowIdColumn } from './column-definition.ts'

/** Changes that SQLite has statements for; any other makes the table anew. */
export type PlainChange = Exclude<SchemaChange, { readonly kind: 'change_table' }>

/** A change of the schema as SQL, to be run in one transaction. Names are quoted, defaults are literals. */
export function schemaStatements(change: PlainChange): readonly string[] {
  switch (change.kind) {
    case 'create_table':
      return createTable(change.table)
    case 'drop_table':
      return [`DROP TABLE ${quoted(change.table)}`]
    case 'add_field':
      return [`ALTER TABLE ${quoted(change.table)} ADD COLUMN ${column(change.field, [])}`]
  }
}

/** Keys, indexes, triggers and views go on with it; what would break one is refused (sqlite.org/lang_altertable.html §2, §3). */
export function renameStatement({ table, field, to }: Rename): string {
  const what = field === undefined ? '' : `COLUMN ${quoted(field)} `
  return `ALTER TABLE ${quoted(table)} RENAME ${what}TO ${quoted(to)}`
}

function createTable(table: TableDefinition): readonly string[] {
  if (table.fields.length === 0)
    throw new AppError('bad_request', `Table '${table.name}' needs at least one field.`)
  const id = rowIdField(table)
  const parts = [
    ...table.fields.map((field) => (field === id ? rowIdColumn(field) : column(field, table.primaryKey))),
    ...(id || table.primaryKey.length === 0 ? [] : [`PRIMARY KEY (${list(table.primaryKey)})`]),
    ...table.uniqueKeys.map((fields) => `UNIQUE (${list(fields)})`),
    ...table.foreignKeys.map(foreignKey),
  ]
  const indexes = (table.indexedFields ?? []).map(
    (field) =>
      `CREATE INDEX ${quoted(`ndx_${table.name}_${field}`)} ON ${quoted(table.name)} (${quoted(field)})`,
  )
  return [`CREATE TABLE ${quoted(table.name)} (${parts.join(', ')})`, ...indexes]
}

/** A key that SQLite numbers by itself is possible only as the single key of the table. */
function rowIdField({ fields, primaryKey }: TableDefinition): Field | undefined {
  const automatic = fields.filter(
    ({ autoIncrement, type }) => autoIncrement || type === 'id' || type === 'bigid',
  )
  const [id] = automatic
  if (!id) return undefined
  if (
    automatic.length > 1 ||
    primaryKey.length > 1 ||
    (primaryKey.length === 1 && primaryKey[0] !== id.name)
  ) {
    throw new AppError('bad_request', `Field '${id.name}' can be automatic only as the single primary key.`)
  }
  return id
}
