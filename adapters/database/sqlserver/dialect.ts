import { sql } from 'kysely'
import type { Aggregate } from '../../../src/core/database/query.ts'
import type { Fragment, SqlDialect } from '../sql/dialect.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import { bind } from './bind.ts'
import { baseType } from './column-type.ts'
import { sqlserverExpressions } from './expression-words.ts'
import type { Parameter } from './parameter.ts'
import { SqlserverQueryCompiler } from './query-compiler.ts'
import type { ServerFacts } from './server-facts.ts'
import { pathOf } from './table-name.ts'
import { textPattern } from './text-pattern.ts'
import { byNotedKeys, readAndDelete } from './triggered-writes.ts'
import { byOutput, createWrites } from './write-sql.ts'

export function createDialect(
  facts: Omit<ServerFacts, 'schema' | 'allowsSnapshots' | 'hasBatches'>,
): SqlDialect<Parameter> {
  return {
    createQueryCompiler: () => new SqlserverQueryCompiler(),
    table: (name) => sql.id(...pathOf(name)),
    maxParameters: 2098, // 2100, two of which are the statement and the list of its parameters
    nullsAre: 'smallest',
    nullsBy: 'case',
    limit: (rows, offset = sql`0`) => sql`offset ${offset} rows fetch next ${rows} rows only`,
    anyOrder: { rows: sql`(select null)`, distinct: sql`1` },
    lockedTable: sql`with (updlock, holdlock)`,
    match: (op, column, pattern, kind) => matches({ column: asText(column, kind), pattern, op }, facts),
    pattern: textPattern,
    upsert: () => sql``,
    writes: createWrites(facts.deletesWithOutput ? byOutput : { ...byOutput, delete: readAndDelete }),
    triggeredWrites: createWrites(byNotedKeys),
    aggregate: aggregateSql,
    emptyInsert: sql`default values`,
    bind,
    expressions: sqlserverExpressions,
    returning: new Set(['insert', 'update', 'delete']),
    readAs: (column, { dbType }) =>
      AS_TEXT.has(baseType(dbType)) ? sql`cast(${column} as nvarchar(max))` : column,
    compareAs: (value, kind) =>
      isOldMoment(kind) ? sql`cast(cast(${value} as datetime2) as datetime)` : value,
    writeAs,
  }
}

/** Types of the server's own making, which have a form as text. */
const AS_TEXT = new Set(['hierarchyid', 'geometry', 'geography', 'sql_variant'])

function writeAs(value: Fragment, kind: ColumnKind): Fragment {
  const base = baseType(kind.dbType)
  if (isOldMoment(kind)) return sql`cast(${value} as datetime2)`
  if (base === 'sql_variant') return sql`cast(${value} as nvarchar(4000))`
  return AS_TEXT.has(base) ? sql`cast(${value} as ${sql.raw(base)})` : value
}

/** It takes no more than three digits of a second as text. */
function isOldMoment({ dbType }: ColumnKind): boolean {
  const base = baseType(dbType)
  return base === 'datetime' || base === 'smalldatetime'
}

function asText(column: Fragment, { dbType }: ColumnKind): Fragment {
  return /^n?(var)?char\b/i.test(dbType) ? column : sql`cast(${column} as nvarchar(max))`
}

interface Match {
  readonly column: Fragment
  readonly pattern: Fragment
  readonly op: string
}

/** By code point, ASCII letters made small on both sides: the pattern was when it was bound. */
function matches(
  { column, pattern, op }: Match,
  {
    binaryCollation,
    hasTranslate,
    isUtf16,
  }: Pick<ServerFacts, 'binaryCollation' | 'hasTranslate' | 'isUtf16'>,
): Fragment {
  const binary = binaryCollation === undefined ? sql`` : sql` collate ${sql.raw(binaryCollation)}`
  const text = inSmall(sql`${column}${binary}`, hasTranslate)
  const plainly = sql`${text} like ${pattern} escape '\\'`
  if (op !== 'like' || !isUtf16) return plainly
  return sql`(${plainly} or ${text} like replace(${pattern}, '_', ${PAIR}) escape '\\')`
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** ASCII letters made small, and no others. */
function inSmall(text: Fragment, hasTranslate: boolean): Fragment {
  if (hasTranslate) return sql`translate(${text}, ${sql.lit(LETTERS.toUpperCase())}, ${sql.lit(LETTERS)})`
  return [...LETTERS].reduce(
    (changed, letter) => sql`replace(${changed}, ${sql.lit(letter.toUpperCase())}, ${sql.lit(letter)})`,
    text,
  )
}

/** One character that is two units of UTF-16. */
const PAIR = sql.raw(
  "N'[' + nchar(55296) + N'-' + nchar(56319) + N'][' + nchar(56320) + N'-' + nchar(57343) + N']'",
)

/** By itself the server sums integers as integers, which overflow, cuts their mean, and knows no least bit. */
function aggregateSql(
  { function: name, distinct }: Aggregate,
  column: Fragment,
  { type, dbType }: ColumnKind,
): Fragment | undefined {
  const of = (value: Fragment) =>
    sql`${sql.raw(name.toLowerCase())}(${distinct ? sql.raw('distinct ') : sql``}${value})`
  switch (name) {
    case 'SUM':
      if (type === 'integer') return of(sql`cast(${column} as decimal(38, 0))`)
      return baseType(dbType).endsWith('money') ? of(sql`cast(${column} as decimal(38, 4))`) : undefined
    case 'AVG':
      return of(sql`cast(${column} as float)`)
    case 'MIN':
    case 'MAX':
      return type === 'boolean' ? of(sql`cast(${column} as tinyint)`) : undefined
    default:
      return undefined
  }
}
