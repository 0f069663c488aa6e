import { sql } from 'kysely'
import { columnNames, sourceOf } from './column-names.ts'
import type { Fragment, SqlDialect } from './dialect.ts'
import { filterSql } from './filter-sql.ts'
import { pageSizeSql } from './page-size.ts'
import type { ThroughShape } from './shape.ts'
import { kindOfField } from './value-type.ts'

/** A field of the row of another table, as a value of this row: null where there is no such row. */
export function throughSql<P>(
  by: string,
  { table, fields, refFields, where, next }: ThroughShape,
  outside: (name: string) => Fragment,
  dialect: SqlDialect<P>,
  depth = 1,
): Fragment {
  const other = table()
  const alias = `o${depth}`
  const names = columnNames(other, dialect, (column) => sql.id(alias, column))
  const columns = {
    sql: names.compared,
    kind: (name: string) => kindOfField(name, other),
    fromInside: names.stored,
  }
  const value = next ? throughSql(by, next, names.stored, dialect, depth + 1) : names.stored(by)
  const conditions = fields.map(
    (field, index) => sql`${names.stored(refFields[index] ?? '')} = ${outside(field)}`,
  )
  if (where) conditions.push(filterSql(where, columns, dialect))
  const from = sql`${dialect.table(sourceOf(other))} ${sql.id(alias)}`
  // Fields that are only declared to refer to one record may find several.
  const key = other.primaryKey.map(names.stored)
  const order = key.length > 0 ? key : dialect.anyOrder ? [dialect.anyOrder.rows] : []
  const first = order.length > 0 ? sql` order by ${sql.join(order)}` : sql``
  const rows = sql`select ${value} as ${sql.id(VALUE)} from ${from} where ${sql.join(conditions, sql` and `)}${first}`
  const one = pageSizeSql({ rows: 1 })
  return dialect.limited
    ? sql`(${dialect.limited(rows, [VALUE], one, undefined)})`
    : sql`(${rows} ${dialect.limit(one, undefined)})`
}

/** What the one column of such a query is called. */
const VALUE = 'value'
