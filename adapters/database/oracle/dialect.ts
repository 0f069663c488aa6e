import { sql } from 'kysely'
import { type Field, type Table, valueClassOf } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { columnName, writtenSql } from '../sql/column-names.ts'
import type { Fragment, SqlDialect } from '../sql/dialect.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import { createBind } from './bind.ts'
import { isLargeText, isText, spelledAs } from './column-kind.ts'
import { oracleExpressions } from './expression-words.ts'
import { boundMoment, readMoment } from './moment-sql.ts'
import { pathOf } from './names.ts'
import type { Parameter } from './parameter.ts'
import { OracleQueryCompiler } from './query-compiler.ts'
import { limitedByNumber } from './row-limit.ts'
import type { ServerFacts } from './server-facts.ts'
import { LOWER, largePattern, likePattern, UPPER } from './text-pattern.ts'

/** `timezone` is that of the sessions. */
export function createDialect(
  { hasRowLimit }: Pick<ServerFacts, 'hasRowLimit'>,
  timezone: string,
): SqlDialect<Parameter> {
  const bind = createBind(timezone)
  const dialect: SqlDialect<Parameter> = {
    createQueryCompiler: () => new OracleQueryCompiler(),
    table: (source) => sql.id(...pathOf(source)),
    maxParameters: 65_535, // Database Reference, "Logical Database Limits"
    maxListLength: 1000, // ORA-01795
    nullsAre: 'largest',
    nullsBy: 'syntax',
    limit: (rows, offset) =>
      offset ? sql`offset ${offset} rows fetch next ${rows} rows only` : sql`fetch first ${rows} rows only`,
    ...(!hasRowLimit && { limited: limitedByNumber }),
    lock: sql`for update`,
    lockedBy: sql.raw('rowid'),
    match: matched,
    pattern: (op, text, kind) => (isLargeText(kind) ? largePattern(op, text) : likePattern(op, text)),
    compare: (column, op, value, kind) =>
      isLargeText(kind) || spelledAs(kind) === 'BLOB'
        ? sql`dbms_lob.compare(${column}, ${value}) ${op} 0`
        : undefined,
    sortAs: (column, kind, isDistinct) => (isDistinct ? readAs(column, kind) : sortable(column, kind)),
    upsert: () => {
      throw new AppError('internal', 'Records are updated first, and inserted where there were none.')
    },
    emptyInsert: (table) => sql`(${sql.id(firstColumn(table))}) values (default)`,
    bind,
    expressions: oracleExpressions,
    returning: new Set(['insert', 'update', 'delete']),
    returned: (outputs) => sql`returning ${sql.join(outputs)} into ${sql.raw(places(outputs.length))}`,
    readAs,
    compareAs: typed,
    writeAs: (value, kind) => (isLargeText(kind) ? value : typed(value, kind)),
    outputName,
    bulk: {
      from: 2,
      rows: (fields, _table, parameter) => {
        const values = fields.map((field) => {
          const kind = kindOf(field)
          const value = dialect.writeAs?.(parameter, kind) ?? parameter
          return writtenSql(value, field, 'insert', dialect)
        })
        return sql`values (${sql.join(values)})`
      },
      pack: (rows, cells) => ({
        rows: rows.map((row) =>
          cells.map(({ name, field }) => bind(row[name] ?? null, kindOf(field), 'store')),
        ),
      }),
    },
  }
  return dialect
}

/** Bound by their positions, behind those of the statement: the names only have to be others. */
function kindOf({ type, dbType }: Field): ColumnKind {
  return { type: valueClassOf(type), dbType }
}

function places(count: number): string {
  return Array.from({ length: count }, (_, at) => `:o${at + 1}`).join(', ')
}

function firstColumn(table: Table): string {
  return columnName(table, table.fields.find(({ isGenerated }) => !isGenerated)?.name ?? '')
}

/** What callers call a value may be no name here: rows are read by their places, so that it only has to be one. */
function outputName(name: string): string {
  const letters = [...name].map((letter) => (letter === '"' || letter === '\u0000' ? "'" : letter))
  while (Buffer.byteLength(letters.join('')) > MOST_NAME_BYTES) letters.pop()
  return letters.join('')
}

/** Before 12.2; what callers name is longer only on purpose. */
const MOST_NAME_BYTES = 30

/** Folds ASCII letters alone, which LOWER does not. */
function matched(_op: unknown, column: Fragment, pattern: Fragment, kind: ColumnKind): Fragment {
  if (isLargeText(kind)) return sql`regexp_like(${column}, ${pattern}, 'cn')`
  const text = isText(kind) ? column : (readMoment(column, kind) ?? sql`to_char(${column})`)
  return sql`translate(${text}, ${sql.raw(`'${UPPER}', '${LOWER}'`)}) like ${pattern} escape '\\'`
}

function readAs(column: Fragment, kind: ColumnKind): Fragment {
  if (spelledAs(kind) === 'JSON') return sql`json_serialize(${column} returning clob)`
  return readMoment(column, kind) ?? column
}

/** Large objects are sorted by their first characters or bytes: the engine sorts none of them as a whole. */
function sortable(column: Fragment, kind: ColumnKind): Fragment {
  return isLargeText(kind) || spelledAs(kind) === 'BLOB' ? sql`dbms_lob.substr(${column}, 1000, 1)` : column
}

/** A bound value as one of its type: exact numbers and moments are bound as texts. */
function typed(value: Fragment, kind: ColumnKind): Fragment {
  if (kind.type === 'decimal') return sql`cast(${value} as number)`
  if (isLargeText(kind)) return sql`to_clob(${value})`
  return boundMoment(value, kind) ?? value
}
