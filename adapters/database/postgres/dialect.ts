import { PostgresQueryCompiler, sql } from 'kysely'
import { literalPattern, type SqlDialect } from '../sql/dialect.ts'
import { SIGNED_64 } from '../sql/integer-range.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import { aggregateSql } from './aggregate-sql.ts'
import { answerText } from './answer-text.ts'
import { bindValue, type Parameter } from './bind-value.ts'
import { bulkRows } from './bulk-rows.ts'
import { plainColumn } from './cell-form.ts'
import { postgresExpressions } from './expression-words.ts'
import { compare, keyAs, rowOf, sortAs } from './key-types.ts'
import { splitName } from './table-name.ts'
import { isComposite, typeName } from './type-name.ts'

export const postgresDialect: SqlDialect<Parameter> = {
  createQueryCompiler: () => new PostgresQueryCompiler(),
  table: (shown) => {
    const { schema, name } = splitName(shown)
    return schema === undefined ? sql.id(name) : sql.id(schema, name)
  },
  maxParameters: 65_535, // their number is sent as 16 bits
  nullsAre: 'largest',
  nullsBy: 'syntax',
  limit: (rows, offset) => (offset ? sql`limit ${rows} offset ${offset}` : sql`limit ${rows}`),
  lock: sql`for update`,
  // In the collation "C" only ASCII letters have case. The escape character is a backslash unless there is none.
  match: (op, column, pattern, kind) => {
    const text = TEXTS.has(typeName(kind.dbType).base) ? column : sql`${column}::text`
    return sql`${text} collate "C" ilike ${pattern}${op === 'like' ? sql` escape ''` : sql``}`
  },
  pattern: (op, text) => (op === 'like' ? text : literalPattern(op, text, /[\\%_]/g)),
  upsert: (keys, fields) => {
    const sets = fields.map((field) => sql`${sql.id(field)} = excluded.${sql.id(field)}`)
    return sql`on conflict (${sql.join(keys.map((key) => sql.id(key)))}) do update set ${sql.join(sets)}`
  },
  emptyInsert: sql`default values`,
  bind: bindValue,
  expressions: postgresExpressions,
  returning: new Set(['insert', 'update', 'delete']),
  // Smaller types are compared as bigint.
  integerRange: ({ type, dbType }) => (type === 'integer' && dbType !== '' ? SIGNED_64 : undefined),
  compareAs: (value, kind) => {
    const type = comparedAs(kind)
    return type ? sql`${value}::${type}` : value
  },
  compare,
  keyAs,
  sortAs,
  aggregate: aggregateSql,
  writeAs: (value, kind) => (isComposite(kind) ? rowOf(value, kind) : value),
  finish: answerText,
  readsPlainly: (columns) => columns.every((column) => plainColumn(column) !== undefined),
  bulk: bulkRows,
}

const TEXTS: ReadonlySet<string> = new Set(['text', 'character varying'])

/** What does not fit the column's own type is compared all the same: larger numbers, moments of a day. Indexes work with these types too. */
function comparedAs({ type, dbType }: ColumnKind) {
  if (dbType === 'date') return sql`timestamp`
  if (dbType === '' && type === 'integer') return sql`numeric`
  return dbType === 'integer' || dbType === 'smallint' ? sql`bigint` : undefined
}
