import type { Field, SimpleType } from '../../../src/core/database/schema.ts'

/** What a type says of a field. */
export type ColumnType = Pick<Field, 'type' | 'dbType' | 'length' | 'precision' | 'scale'>

/** A type as the catalogue gives it: its name, bytes (−1 without limit), digits and places. */
export interface NativeType {
  readonly name: string
  readonly maxLength: number
  readonly precision: number
  readonly scale: number
}

/** The native type with its simple type and in the words in which it is declared: `nvarchar(40)`, `decimal(12,2)`. */
export function columnType({ name, maxLength, precision, scale }: NativeType): ColumnType {
  const word = name.toLowerCase()
  const type = TYPES[word] ?? 'string'
  if (IN_CHARACTERS.has(word) || IN_BYTES.has(word)) {
    const length = IN_CHARACTERS.has(word) ? maxLength / 2 : maxLength
    if (maxLength < 0)
      return { type: IN_BYTES.has(word) && type === 'binary' ? type : 'text', dbType: `${word}(max)` }
    return { type, dbType: `${word}(${length})`, length }
  }
  if (type === 'decimal') return { type, dbType: `${word}(${precision},${scale})`, precision, scale }
  if (WITH_PLACES.has(word)) return { type, dbType: `${word}(${scale})` }
  return { type, dbType: word === 'timestamp' ? 'rowversion' : word }
}

/** The word of a type without what stands in parentheses. */
export function baseType(dbType: string): string {
  return dbType.replace(/\(.*/s, '').trim().toLowerCase()
}

const IN_CHARACTERS = new Set(['nchar', 'nvarchar'])
const IN_BYTES = new Set(['char', 'varchar', 'binary', 'varbinary'])
const WITH_PLACES = new Set(['datetime2', 'datetimeoffset', 'time'])

/** dreamfactory-rest §5.3. `timestamp` is the old word for a row's version. */
const TYPES: Readonly<Record<string, SimpleType>> = {
  bit: 'boolean',
  tinyint: 'integer',
  smallint: 'integer',
  int: 'integer',
  bigint: 'bigint',
  decimal: 'decimal',
  numeric: 'decimal',
  money: 'money',
  smallmoney: 'money',
  float: 'double',
  real: 'float',
  date: 'date',
  time: 'time',
  datetime: 'datetime',
  smalldatetime: 'datetime',
  datetime2: 'datetime',
  datetimeoffset: 'timestamptz',
  text: 'text',
  ntext: 'text',
  xml: 'text',
  json: 'json',
  binary: 'binary',
  varbinary: 'binary',
  image: 'binary',
  timestamp: 'binary',
  rowversion: 'binary',
  uniqueidentifier: 'uuid',
}
