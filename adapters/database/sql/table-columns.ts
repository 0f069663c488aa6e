import { sql } from 'kysely'
import type { Field, Table } from '../../../src/core/database/schema.ts'
import { findByName } from '../../../src/core/names.ts'
import { type ColumnNames, columnNames, isPlainColumn, sourceOf } from './column-names.ts'
import type { Fragment, SqlDialect } from './dialect.ts'
import type { Columns } from './filter-sql.ts'
import { kindOfField } from './value-type.ts'

/** The fields of these names; a name that is none is left out. */
export function fieldsOf(table: Table, names: readonly string[]): readonly Field[] {
  return names.flatMap((name) => findByName(table.fieldByName, name) ?? [])
}

export const plain = (name: string): Fragment => sql.id(name)
export const qualifiedIn = <P>(table: Table, dialect: SqlDialect<P>): ColumnNames =>
  columnNames(table, dialect, (column) => sql.id('t', column))
export const plainIn = <P>(table: Table, dialect: SqlDialect<P>): ColumnNames =>
  columnNames(table, dialect, plain)
export const columnsOfTable = (table: Table, names: ColumnNames): Columns => ({
  sql: names.compared,
  kind: (name) => kindOfField(name, table),
  fromInside: names.stored,
})
/** Where a statement has no alias for its table, queries inside it know the columns by the table's name. */
export const plainColumns = <P>(table: Table, dialect: SqlDialect<P>): Columns => ({
  ...columnsOfTable(table, plainIn(table, dialect)),
  fromInside: columnNames(table, dialect, (column) => sql`${dialect.table(sourceOf(table))}.${plain(column)}`)
    .stored,
})

/** A field as the engine selects it, under its own name. */
export function outputSql<P>(
  name: string,
  names: ColumnNames,
  table: Table,
  { readAs }: SqlDialect<P>,
): Fragment {
  const column = names.selected(name)
  const read = readAs?.(column, kindOfField(name, table)) ?? column
  return read === column && isPlainColumn(table, name) ? column : sql`${read} as ${plain(name)}`
}

/** The same without a name. */
export function readSql<P>(
  name: string,
  names: ColumnNames,
  table: Table,
  { readAs }: SqlDialect<P>,
): Fragment {
  const column = names.selected(name)
  return readAs?.(column, kindOfField(name, table)) ?? column
}
