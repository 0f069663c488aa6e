import { sql } from 'kysely'
import type { Field, Table } from '../../../src/core/database/schema.ts'
import { findByName } from '../../../src/core/names.ts'
import { columnName, columnNames, sourceOf, writtenSql } from './column-names.ts'
import type { Fragment, InsertParts, SqlDialect } from './dialect.ts'
import { filterSql } from './filter-sql.ts'
import type { DeleteShape, InsertShape, UpdateShape } from './shape.ts'
import { fieldsOf, outputSql, plain, plainColumns, plainIn, readSql } from './table-columns.ts'
import { kindOfField } from './value-type.ts'

export function insertSql<P>(shape: InsertShape, table: Table, dialect: SqlDialect<P>): Fragment {
  if (dialect.writes) return dialect.writes.insert(insertParts(shape, table, dialect))
  const parts = [sql`insert into ${dialect.table(sourceOf(table))}`]
  const columns = shape.fields.map((name) => plain(columnName(table, name)))
  if (shape.fields.length === 0) {
    const { emptyInsert } = dialect
    parts.push(typeof emptyInsert === 'function' ? emptyInsert(table) : emptyInsert)
  } else if (shape.rows === 'bulk' && dialect.bulk) {
    const fields = fieldsOf(table, shape.fields)
    const rows = dialect.bulk.rows(fields, dialect.table(sourceOf(table)), sql.val(0))
    parts.push(sql`(${sql.join(columns)}) ${rows}`)
  } else {
    const rows = insertedRows(shape, table, dialect).map((row) => sql`(${sql.join(row)})`)
    parts.push(sql`(${sql.join(columns)}) values ${sql.join(rows)}`)
  }
  if (shape.onConflict) {
    const set = upserted(shape.onConflict, shape.fields)
    const own = (name: string) => columnName(table, name)
    parts.push(dialect.upsert(shape.onConflict.map(own), set.map(own)))
  }
  return returningSql(parts, shape.returning, table, dialect)
}

function insertedRows<P>(shape: InsertShape, table: Table, dialect: SqlDialect<P>): Fragment[][] {
  const { same = 0, fields } = shape
  let slot = 0
  return Array.from({ length: Number(shape.rows) }, (_, row) =>
    fields.map((name, at) => {
      const again = row > 0 && at < same ? dialect.parameterAgain?.(at + 1) : undefined
      return inputSql(name, again ?? sql.val(slot++), { table, use: 'insert' }, dialect)
    }),
  )
}

function insertParts<P>(shape: InsertShape, table: Table, dialect: SqlDialect<P>): InsertParts {
  const { fields, onConflict, returning } = shape
  const own = (name: string) => columnName(table, name)
  return {
    ...writeParts(returning, table, dialect),
    columns: fields.map(own),
    rows: insertedRows(shape, table, dialect),
    conflict: onConflict && { keys: onConflict.map(own), set: upserted(onConflict, fields).map(own) },
  }
}

function writeParts<P>(returning: readonly string[], table: Table, dialect: SqlDialect<P>) {
  return {
    definition: table,
    table: dialect.table(sourceOf(table)),
    returned: (of: string) => {
      const names = columnNames(table, dialect, (column) => sql.id(of, column))
      return returning.map((name) => outputSql(name, names, table, dialect))
    },
  }
}

interface Target {
  readonly table: Table
  readonly use: 'insert' | 'update'
}

/** A value as the engine stores it. */
function inputSql<P>(
  name: string,
  value: Fragment,
  { table, use }: Target,
  dialect: SqlDialect<P>,
): Fragment {
  const stored = dialect.writeAs?.(value, kindOfField(name, table)) ?? value
  return writtenSql(stored, findByName(table.fieldByName, name), use, dialect)
}

/** A row that has nothing but its key is set to itself, so that it counts and is returned. */
function upserted(keys: readonly string[], fields: readonly string[]): readonly string[] {
  const others = fields.filter((field) => !keys.includes(field))
  return others.length > 0 ? others : keys
}

export function updateSql<P>(shape: UpdateShape, table: Table, dialect: SqlDialect<P>): Fragment {
  const use = shape.asInserted ? 'insert' : 'update'
  const sets = shape.fields.map(
    (field, slot) =>
      sql`${plain(columnName(table, field))} = ${inputSql(field, sql.val(slot), { table, use }, dialect)}`,
  )
  if (shape.raises !== undefined) sets.push(raised(columnName(table, shape.raises), dialect))
  const written = sets.length > 0 ? sets : [unchanged(table)]
  const where = filterSql(shape.where, plainColumns(table, dialect), dialect)
  if (dialect.writes)
    return dialect.writes.update({ ...writeParts(shape.returning, table, dialect), sets: written, where })
  const parts = [sql`update ${dialect.table(sourceOf(table))} set ${sql.join(written)}`, sql`where ${where}`]
  return returningSql(parts, shape.returning, table, dialect)
}

function raised<P>(name: string, { raise }: SqlDialect<P>): Fragment {
  const column = plain(name)
  return sql`${column} = ${raise?.(column) ?? sql`coalesce(${column}, 0) + 1`}`
}

/** An update that sets nothing still finds, counts and returns its rows. */
function unchanged(table: Table): Fragment {
  const isFree = ({ isGenerated, autoIncrement }: Field) => !isGenerated && !autoIncrement
  const field = table.fields.find(isFree) ?? table.fields.find(({ isGenerated }) => !isGenerated)
  const name = columnName(table, field?.name ?? '')
  return sql`${plain(name)} = ${plain(name)}`
}

export function deleteSql<P>(shape: DeleteShape, table: Table, dialect: SqlDialect<P>): Fragment {
  const where = shape.where && filterSql(shape.where, plainColumns(table, dialect), dialect)
  if (dialect.writes) return dialect.writes.delete({ ...writeParts(shape.returning, table, dialect), where })
  const parts = [sql`delete from ${dialect.table(sourceOf(table))}`]
  if (where) parts.push(sql`where ${where}`)
  return returningSql(parts, shape.returning, table, dialect)
}

function returningSql<P>(
  parts: readonly Fragment[],
  fields: readonly string[],
  table: Table,
  dialect: SqlDialect<P>,
): Fragment {
  if (fields.length === 0) return sql.join(parts, SPACE)
  const names = plainIn(table, dialect)
  const output = dialect.returned ? readSql : outputSql
  const outputs = fields.map((name) => output(name, names, table, dialect))
  return sql.join([...parts, dialect.returned?.(outputs) ?? sql`returning ${sql.join(outputs)}`], SPACE)
}

const SPACE = sql` `
