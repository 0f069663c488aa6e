import type { ColumnDefault, Field, SimpleType } from '../../../src/core/database/schema.ts'

/** What a declared type says, as far as it says anything: SQLite takes any words there. */
export type ColumnType = Pick<Field, 'type' | 'dbType' | 'length' | 'precision' | 'scale'>

/** `DECIMAL(5, 2)` → decimal of length and precision 5 and scale 2. Nothing declared → string. */
export function columnType(declared: string): ColumnType {
  const dbType = declared.toLowerCase().trim()
  const [, first, second] = /\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)/.exec(dbType) ?? []
  const length = first === undefined ? undefined : Number(first)
  const word = dbType.replace(/\(.*?\)/g, ' ').trim()
  const type = simpleType(word, length)
  return {
    type,
    dbType,
    ...(length === undefined ? {} : { length }),
    ...(type === 'decimal' && length !== undefined ? { precision: length } : {}),
    ...(type === 'decimal' && second !== undefined ? { scale: Number(second) } : {}),
  }
}

/** First that fits, by what the words contain (dreamfactory-rest §5.3). */
const RULES: readonly (readonly [RegExp, SimpleType])[] = [
  [/^bit\b|bool/, 'boolean'],
  [/bigint|int8|big int/, 'bigint'],
  [/(^|\s|tiny|small|medium)int(eger|\d)?(\s|$)/, 'integer'],
  [/^(dec|decimal|numeric|number|num)\b/, 'decimal'],
  [/money/, 'money'],
  [/double/, 'double'],
  [/real|float/, 'float'],
  [/datetimeoffset/, 'datetimetz'],
  [/timestamptz|timestamp with time zone/, 'timestamptz'],
  [/timestamp/, 'timestamp'],
  [/datetime/, 'datetime'],
  [/^date\b/, 'date'],
  [/timetz|time with time zone/, 'timetz'],
  [/^time\b/, 'time'],
  [/uuid|uniqueidentifier|guid/, 'uuid'],
  [/jsonb/, 'jsonb'],
  [/json/, 'json'],
  [/binary|blob|bytea|image/, 'binary'],
  [/text|clob/, 'text'],
]

function simpleType(word: string, length: number | undefined): SimpleType {
  const type = RULES.find(([pattern]) => pattern.test(word))?.[1] ?? 'string'
  if (type === 'integer' && length === 1) return 'boolean' // tinyint(1)
  if (type === 'boolean' && length !== undefined && length > 1) return 'integer' // bit(8)
  if (type === 'float' && length !== undefined && length > 24) return 'double' // float(53)
  return type
}

/** The text of a DEFAULT clause as a value, or as the expression it is. Nothing for NULL, which is no default. */
export function columnDefault(text: string, type: SimpleType): ColumnDefault | undefined {
  const trimmed = text.trim()
  const quoted = /^'((?:[^']|'')*)'$/s.exec(trimmed)
  if (quoted) return asTyped((quoted[1] ?? '').replaceAll("''", "'"), type)
  if (/^null$/i.test(trimmed)) return undefined
  if (/^(true|false)$/i.test(trimmed)) return trimmed.toLowerCase() === 'true'
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(trimmed)) return asTyped(trimmed, type)
  return { expression: trimmed }
}

const NUMBERS: ReadonlySet<SimpleType> = new Set<SimpleType>([
  'id',
  'bigid',
  'integer',
  'bigint',
  'smallint',
  'tinyint',
  'reference',
  'decimal',
  'money',
  'float',
  'double',
])

function asTyped(text: string, type: SimpleType): ColumnDefault {
  const number = Number(text)
  if (type === 'boolean' && (number === 0 || number === 1) && text !== '') return number === 1
  // A number with more digits than a double holds stays text, as in rows.
  const isExact = Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number))
  return NUMBERS.has(type) && text.trim() !== '' && isExact ? number : text
}
