import { sql } from 'kysely'
import { columnNames, sourceOf } from './column-names.ts'
import type { Fragment, SqlDialect } from './dialect.ts'
import type { ExistsShape, FilterShape } from './shape.ts'
import { type ColumnKind, kindOfField } from './value-type.ts'

/** How the names of a filter are written, and what they stand for. */
export interface Columns {
  sql(name: string): Fragment
  kind(name: string): ColumnKind
  /** The column as a query inside this one names it; absent where there is none. */
  fromInside?(name: string): Fragment
  /** How many queries are around this one. */
  readonly depth?: number
}

/** SQL of a filter, with SQL's own three-valued logic. */
export function filterSql<P>(filter: FilterShape, columns: Columns, dialect: SqlDialect<P>): Fragment {
  switch (filter.op) {
    case 'and':
    case 'or':
      return joined(
        filter.op,
        filter.all.map((part) => filterSql(part, columns, dialect)),
      )
    case 'not':
      return sql`not (${filterSql(filter.filter, columns, dialect)})`
    case 'exists':
      return existsSql(filter, columns, dialect)
    case 'is_null':
      return sql`${columns.sql(filter.field)} is null`
    case 'in':
      return listSql(filter, columns, dialect)
    case 'like':
    case 'contains':
    case 'starts_with':
    case 'ends_with':
      return dialect.match(
        filter.op,
        columns.sql(filter.field),
        sql.val(filter.slot),
        columns.kind(filter.field),
      )
    default: {
      const kind = columns.kind(filter.field)
      const column = columns.sql(filter.field)
      const op = OPERATOR[filter.op]
      const value = comparedSql(filter.slot, kind, dialect)
      return dialect.compare?.(column, op, value, kind) ?? sql`${column} ${op} ${value}`
    }
  }
}

const OPERATOR = {
  '=': sql.raw('='),
  '!=': sql.raw('<>'),
  '<': sql.raw('<'),
  '<=': sql.raw('<='),
  '>': sql.raw('>'),
  '>=': sql.raw('>='),
}
const LOGIC = { and: sql.raw(' and '), or: sql.raw(' or ') }
const ALWAYS = sql`1 = 1`
const NEVER = sql`1 = 0`

function existsSql<P>(
  { table, fields, refFields, where }: ExistsShape,
  { sql: column, fromInside = column, depth = 0 }: Columns,
  dialect: SqlDialect<P>,
): Fragment {
  const alias = `t${depth + 1}`
  const other = table()
  const names = columnNames(other, dialect, (name) => sql.id(alias, name))
  const inner: Columns = {
    sql: names.compared,
    kind: (name) => kindOfField(name, other),
    fromInside: names.stored,
    depth: depth + 1,
  }
  const conditions = fields.map(
    (field, index) => sql`${names.stored(refFields[index] ?? '')} = ${fromInside(field)}`,
  )
  if (where) conditions.push(filterSql(where, inner, dialect))
  const from = sql`${dialect.table(sourceOf(other))} ${sql.id(alias)}`
  return sql`exists (select 1 from ${from} where ${sql.join(conditions, LOGIC.and)})`
}

function listSql<P>(
  { field, from, count }: Extract<FilterShape, { op: 'in' }>,
  columns: Columns,
  dialect: SqlDialect<P>,
): Fragment {
  if (count === 0) return NEVER
  const kind = columns.kind(field)
  const values = Array.from({ length: count }, (_, index) => comparedSql(from + index, kind, dialect))
  const column = columns.sql(field)
  const equal = values.flatMap((value) => dialect.compare?.(column, OPERATOR['='], value, kind) ?? [])
  if (equal.length > 0) return joined('or', equal)
  const { maxListLength: most = count } = dialect
  const lists = Array.from({ length: Math.ceil(count / most) }, (_, at) =>
    values.slice(at * most, (at + 1) * most),
  )
  const [only = [], ...others] = lists.map((list) => sql`${column} in (${sql.join(list)})`)
  return others.length === 0 ? sql`${only}` : joined('or', [sql`${only}`, ...others])
}

/** A value as the engine compares it. */
function comparedSql<P>(slot: number, kind: ColumnKind, { compareAs }: SqlDialect<P>): Fragment {
  const value = sql.val(slot)
  return compareAs?.(value, kind) ?? value
}

/** A long chain is split in halves: engines limit the depth of an expression, and a plain chain is as deep as long. */
const LONGEST_CHAIN = 32

function joined(op: 'and' | 'or', parts: readonly Fragment[]): Fragment {
  if (parts.length === 0) return op === 'and' ? ALWAYS : NEVER
  if (parts.length <= LONGEST_CHAIN) return sql`(${sql.join(parts, LOGIC[op])})`
  const middle = Math.ceil(parts.length / 2)
  return sql`(${joined(op, parts.slice(0, middle))}${LOGIC[op]}${joined(op, parts.slice(middle))})`
}
