import type { Field, SimpleType } from '../../../src/core/database/schema.ts'

/** What a type says of a field. */
export type ColumnType = Pick<Field, 'type' | 'dbType' | 'length' | 'precision' | 'scale'>

/** A type as the catalogue has it, its parts as texts; null where there is none. */
export interface TypeParts {
  readonly data_type: string | null
  readonly data_length?: string | null
  readonly char_length?: string | null
  readonly char_used?: string | null
  readonly precision: string | null
  readonly scale: string | null
}

/** What checks of a column say of its type. */
export interface TypeWords {
  readonly isJson?: boolean
  /** A DATE without a time. */
  readonly isDay?: boolean
  /** A NUMBER of one digit is a number. */
  readonly numbersOnly?: boolean
}

/** Nothing for what has no value that could be read and written: objects, collections, BFILE, VECTOR. */
export function columnType(parts: TypeParts, words: TypeWords = {}): ColumnType | undefined {
  const word = wordOf(String(parts.data_type))
  if (word === 'NUMBER') return numberType(parts, words)
  if (word === 'INTEGER') return numberType({ ...parts, precision: null, scale: '0' }, words)
  if (TEXTS.has(word)) return textType(word, parts, words)
  if (word === 'RAW')
    return { type: 'binary', dbType: `RAW(${parts.data_length ?? ''})`, ...length(parts.data_length) }
  if (word === 'FLOAT') return { type: 'decimal', dbType: `FLOAT(${parts.precision ?? 126})` }
  if (word === 'DATE') return { type: words.isDay ? 'date' : 'datetime', dbType: word }
  const type = words.isJson && word.endsWith('LOB') ? 'json' : typeOfWord(word)
  return type && { type, dbType: word }
}

/** As Oracle's dictionary writes it: a server beside it may show the words of the SQL standard, which Oracle translates. */
function wordOf(type: string): string {
  const word = type.trim().toUpperCase()
  return STANDARD[word] ?? word
}

/** SQL Language Reference, "ANSI, DB2, and SQL/DS Data Types". */
const STANDARD: Readonly<Record<string, string>> = {
  DEC: 'NUMBER',
  DECIMAL: 'NUMBER',
  NUMERIC: 'NUMBER',
  INT: 'INTEGER',
  SMALLINT: 'INTEGER',
  BIGINT: 'INTEGER',
  REAL: 'BINARY_FLOAT',
  DOUBLE: 'BINARY_DOUBLE',
  'DOUBLE PRECISION': 'BINARY_DOUBLE',
  CHARACTER: 'CHAR',
  'CHARACTER VARYING': 'VARCHAR2',
}

const TEXTS: ReadonlySet<string> = new Set(['VARCHAR2', 'NVARCHAR2', 'CHAR', 'NCHAR', 'VARCHAR'])

/** Types by their first words, as DreamFactory's simple types (dreamfactory-rest §5.3). */
function typeOfWord(word: string): SimpleType | undefined {
  if (/^TIMESTAMP\b.* WITH (LOCAL )?TIME ZONE$/.test(word)) return 'timestamptz'
  if (word.startsWith('TIMESTAMP')) return 'timestamp'
  // An interval without days is the time of a day.
  if (/^INTERVAL DAY\(0\) TO SECOND/.test(word)) return 'time'
  if (word.startsWith('INTERVAL')) return 'string'
  return TYPES[word]
}

const TYPES: Readonly<Record<string, SimpleType>> = {
  BINARY_FLOAT: 'float',
  BINARY_DOUBLE: 'double',
  CLOB: 'text',
  NCLOB: 'text',
  LONG: 'text',
  BLOB: 'binary',
  'LONG RAW': 'binary',
  ROWID: 'string',
  UROWID: 'string',
  XMLTYPE: 'text',
  JSON: 'json',
  BOOLEAN: 'boolean',
  BINARY_INTEGER: 'integer',
  PLS_INTEGER: 'integer',
  'PL/SQL BOOLEAN': 'boolean',
}

/** INTEGER is a NUMBER with a scale of 0 and no precision. What has neither may have any digits. */
function numberType({ precision, scale }: TypeParts, { numbersOnly }: TypeWords): ColumnType {
  if (precision === null && scale === null) return { type: 'decimal', dbType: 'NUMBER' }
  const digits = precision === null ? MOST_DIGITS : Number(precision)
  const decimals = Number(scale ?? 0)
  if (decimals !== 0 && decimals !== UNSCALED)
    return { type: 'decimal', dbType: `NUMBER(${digits},${decimals})`, precision: digits, scale: decimals }
  if (decimals === UNSCALED) return { type: 'decimal', dbType: 'NUMBER' }
  const dbType = precision === null ? 'INTEGER' : `NUMBER(${digits})`
  if (digits === 1 && !numbersOnly) return { type: 'boolean', dbType }
  return { type: digits <= MOST_OF_INTEGER ? 'integer' : 'bigint', dbType }
}

const MOST_DIGITS = 38
const MOST_OF_INTEGER = 10
/** The scale of a FLOAT, and of a NUMBER whose digits stand anywhere. */
const UNSCALED = -127

function textType(word: string, parts: TypeParts, { isJson }: TypeWords): ColumnType {
  const size = parts.char_length ?? parts.data_length ?? null
  const unit = parts.char_used === 'C' && !word.startsWith('N') ? ' CHAR' : ''
  const dbType = size === null || size === '0' ? word : `${word}(${size}${unit})`
  return { type: isJson ? 'json' : 'string', dbType, ...length(size) }
}

function length(size: string | null | undefined): { readonly length?: number } {
  return size === null || size === undefined || size === '0' ? {} : { length: Number(size) }
}
