import { sql } from 'kysely'
import { type Field, storedColumn, type Table } from '../../../src/core/database/schema.ts'
import { findByName } from '../../../src/core/names.ts'
import type { Fragment, SqlDialect } from './dialect.ts'
import { expressionSql } from './expression-sql.ts'

/** How a statement writes the fields of a table, by what callers call them. */
export interface ColumnNames {
  /** The column itself; of a virtual field what it is computed by. */
  stored(name: string): Fragment
  /** As it is read: through its function, where it has one for reading. */
  selected(name: string): Fragment
  /** As it is compared in filters. */
  compared(name: string): Fragment
}

/** `write` writes a column by its own name: `t."title"`. */
export function columnNames<P>(
  table: Table,
  { expressions: words }: SqlDialect<P>,
  write: (column: string) => Fragment,
): ColumnNames {
  const through = (name: string, use: 'select' | 'filter'): Fragment => {
    const field = findByName(table.fieldByName, name)
    const column = columnOf(field, name)
    const expression = field?.expressions?.[use] ?? (field?.isVirtual ? field.expressions?.select : undefined)
    if (!expression) return write(column)
    return expressionSql(expression, { column: write, value: write(column) }, words)
  }
  return {
    stored(name) {
      const field = findByName(table.fieldByName, name)
      return field?.isVirtual ? through(name, 'select') : write(columnOf(field, name))
    },
    selected: (name) => through(name, 'select'),
    compared: (name) => through(name, 'filter'),
  }
}

/** Whether a field is read as it is stored, under the name of its column. */
export function isPlainColumn(table: Table, name: string): boolean {
  const field = findByName(table.fieldByName, name)
  return !field || (storedColumn(field) === field.name && field.expressions?.select === undefined)
}

/** Whether a field is what a table, not a view, keeps in a column of its name; nothing computes it. */
export function isStored(table: Table, name: string): boolean {
  const field = findByName(table.fieldByName, name)
  if (!field || field.isVirtual || field.isGenerated || field.isNested) return false
  return !table.isView && isPlainColumn(table, name)
}

/** The name by which `dialect.table` knows a table. */
export function sourceOf({ source, name }: Pick<Table, 'source' | 'name'>): string {
  return source ?? name
}

/** The name of the column behind a field. */
export function columnName(table: Table, name: string): string {
  return columnOf(findByName(table.fieldByName, name), name)
}

function columnOf(field: Field | undefined, name: string): string {
  return field ? storedColumn(field) : name
}

/** A value on its way into a field: through its function, where it has one for this. */
export function writtenSql<P>(
  value: Fragment,
  field: Pick<Field, 'expressions' | 'dbType'> | undefined,
  use: 'insert' | 'update',
  { expressions: words }: SqlDialect<P>,
): Fragment {
  const expression = field?.expressions?.[use]
  if (!expression) return value
  const typed = words.typed?.(value, field.dbType) ?? value
  return expressionSql(expression, { column: (name) => sql.id(name), value: typed }, words)
}
