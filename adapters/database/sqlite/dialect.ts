import { SqliteQueryCompiler, sql } from 'kysely'
import type { ValueClass } from '../../../src/core/database/schema.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import { toJsonText } from '../../../src/core/exact-json.ts'
import { literalPattern, type SqlDialect } from '../sql/dialect.ts'
import { isInside, SIGNED_64 } from '../sql/integer-range.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import { sqliteExpressions } from './expression-words.ts'
import type { Parameter } from './protocol.ts'

export const sqliteDialect: SqlDialect<Parameter> = {
  createQueryCompiler: () => new SqliteQueryCompiler(),
  // SQLite has one schema a file: a dot is part of the name.
  table: (name) => sql.id(name),
  maxParameters: 32_766, // SQLITE_MAX_VARIABLE_NUMBER of SQLite 3.32 and later
  nullsAre: 'smallest',
  nullsBy: 'syntax',
  limit: (rows, offset) => (offset ? sql`limit ${rows} offset ${offset}` : sql`limit ${rows}`),
  // SQLite's LIKE ignores the case of ASCII letters and has no escape character unless one is named.
  match: (op, column, pattern) =>
    op === 'like' ? sql`${column} like ${pattern}` : sql`${column} like ${pattern} escape '\\'`,
  pattern: (op, text) => (op === 'like' ? text : literalPattern(op, text, /[\\%_]/g)),
  keys: {
    list: { keys: 'list' },
    first: { keys: 'first' },
    last: { keys: 'last' },
    among: (column, list) => sql`${column} in (select value from json_each(${list}))`,
  },
  // The last whole number and one is a fraction here, which would stay what it is: abs() of the first has no such way out.
  raise: (column) =>
    sql`iif(${column} = 9223372036854775807, abs(-9223372036854775807 - 1), coalesce(${column}, 0) + 1)`,
  upsert: (keys, fields) => {
    const sets = fields.map((field) => sql`${sql.id(field)} = excluded.${sql.id(field)}`)
    return sql`on conflict (${sql.join(keys.map((key) => sql.id(key)))}) do update set ${sql.join(sets)}`
  },
  emptyInsert: sql`default values`,
  parameterAgain: (number) => sql.raw(`?${number}`),
  integerRange: ({ type }) => (type === 'integer' ? SIGNED_64 : undefined),
  bind,
  expressions: sqliteExpressions,
  returning: new Set(['insert', 'update', 'delete']),
}

const NUMERIC: ReadonlySet<ValueClass> = new Set(['integer', 'decimal', 'float', 'boolean'])
const NUMBER_TEXT = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i

function bind(value: Value, { type }: ColumnKind, use: 'store' | 'compare'): Parameter {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? value : null
    case 'boolean':
      return value ? 1 : 0
    case 'bigint':
      return integer(value, use)
    case 'string':
      // A column's affinity would turn number text into a number, but the columns of a view have none.
      if (NUMERIC.has(type) && NUMBER_TEXT.test(value)) return numeric(value.trim(), type, use)
      if (type === 'timestamp') return value.replace(ISO_FORM, '$1 $2')
      if (use === 'store' && value.includes('\u0000')) throw new AppError('bad_request', NUL_REFUSED)
      return value
    default:
      if (value === null) return null
      if (value instanceof Uint8Array) return { blob: Buffer.from(value).toString('base64') }
      return toJsonText(value.json)
  }
}

/**
 * SQLite keeps moments as text and compares them as text: one form for all, its own `YYYY-MM-DD HH:MM:SS`
 * (sqlite.org/lang_datefunc.html), in which CURRENT_TIMESTAMP is UTC. Other offsets stay as they are.
 */
const ISO_FORM = /^(\d{4}-\d{2}-\d{2})[T ](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*Z?$/i

/** The driver reads text up to the first NUL: what was stored would not come back. */
const NUL_REFUSED = 'Text must not hold the character U+0000.'

function numeric(text: string, type: ValueClass, use: 'store' | 'compare'): Parameter {
  if (/^[-+]?\d+$/.test(text)) return integer(BigInt(text), use)
  const number = Number(text)
  if (type === 'decimal' && use === 'store' && digitsOf(String(number)) !== digitsOf(text)) {
    throw new AppError('bad_request', `The number ${text} has more digits than SQLite can store.`, {
      hint: 'Give at most 15 digits.',
    })
  }
  return number
}

/** Significant digits without sign, point, exponent and the zeros around them. */
function digitsOf(number: string): string {
  return number
    .replace(/e.*$/i, '')
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '')
}

/** Beyond 64 bits SQLite has only floating point: good enough to compare with, never to store. */
function integer(value: bigint, use: 'store' | 'compare'): Parameter {
  if (isInside(value, SIGNED_64)) {
    return Number.isSafeInteger(Number(value)) ? Number(value) : { integer: value.toString() }
  }
  if (use === 'compare') return Number(value)
  throw new AppError('bad_request', `The number ${value} does not fit into 64 bits.`)
}
