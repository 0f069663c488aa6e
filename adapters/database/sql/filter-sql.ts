import { sql } from 'kysely'
import type { Fragment, SqlDialect } from './dialect.ts'
import type { FilterShape } from './shape.ts'
import type { ColumnKind } from './value-type.ts'

/** How the names of a filter are written, and what they stand for. */
export interface Columns {
  sql(name: string): Fragment
  kind(name: string): ColumnKind
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
    case 'is_null':
      return sql`${columns.sql(filter.field)} is null`
    case 'in':
      return listSql(filter, columns.sql(filter.field))
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
    default:
      return sql`${columns.sql(filter.field)} ${OPERATOR[filter.op]} ${sql.val(filter.slot)}`
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

function listSql(filter: Extract<FilterShape, { op: 'in' }>, column: Fragment): Fragment {
  if (filter.count === 0) return NEVER
  const values = Array.from({ length: filter.count }, (_, index) => sql.val(filter.from + index))
  return sql`${column} in (${sql.join(values)})`
}

/** A long chain is split in halves: engines limit the depth of an expression, and a plain chain is as deep as long. */
const LONGEST_CHAIN = 32

function joined(op: 'and' | 'or', parts: readonly Fragment[]): Fragment {
  if (parts.length === 0) return op === 'and' ? ALWAYS : NEVER
  if (parts.length <= LONGEST_CHAIN) return sql`(${sql.join(parts, LOGIC[op])})`
  const middle = Math.ceil(parts.length / 2)
  return sql`(${joined(op, parts.slice(0, middle))}${LOGIC[op]}${joined(op, parts.slice(middle))})`
}
