import type { Field, SimpleType } from '../../../src/core/database/schema.ts'
import { quotedTexts } from './quoted-text.ts'

/** What a type says of a field. */
export type ColumnType = Pick<Field, 'type' | 'dbType' | 'length' | 'precision' | 'scale' | 'values'>

/**
 * A native type as the catalogue spells it, with all its words: `int(10) unsigned`, `enum('a','b')`, `json`. MariaDB spells
 * JSON `longtext`: whoever knows better says so with `isJson`. A word that is not known is text.
 */
export function columnType(dbType: string, isJson = false): ColumnType {
  const [, word = '', first, second] = SPELLING.exec(dbType.toLowerCase()) ?? []
  const size = first === undefined ? undefined : Number(first)
  const type = isJson ? 'json' : simpleType(word, size)
  const spelled = { type, dbType }
  if (isJson) return spelled
  if (word === 'enum' || word === 'set') return { ...spelled, values: quotedTexts(dbType) }
  if (type === 'decimal') return { ...spelled, precision: size ?? 10, scale: Number(second ?? 0) }
  if (size !== undefined && WITH_LENGTH.has(word)) return { ...spelled, length: size }
  return spelled
}

/** A word, and one or two numbers in parentheses. */
const SPELLING = /^\s*([a-z0-9_]+)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?/

const WITH_LENGTH = new Set(['char', 'varchar', 'nchar', 'nvarchar', 'binary', 'varbinary'])

/** By the first word of the native type (dreamfactory-rest §5.3). */
const TYPES: Readonly<Record<string, SimpleType>> = {
  tinyint: 'integer',
  smallint: 'integer',
  mediumint: 'integer',
  int: 'integer',
  integer: 'integer',
  bigint: 'bigint',
  year: 'integer',
  bit: 'integer',
  decimal: 'decimal',
  numeric: 'decimal',
  float: 'float',
  double: 'double',
  real: 'double',
  date: 'date',
  time: 'time',
  datetime: 'datetime',
  timestamp: 'timestamp',
  tinytext: 'text',
  text: 'text',
  mediumtext: 'text',
  longtext: 'text',
  binary: 'binary',
  varbinary: 'binary',
  tinyblob: 'binary',
  blob: 'binary',
  mediumblob: 'binary',
  longblob: 'binary',
  vector: 'binary',
  json: 'json',
  uuid: 'uuid',
  geometry: 'text',
  point: 'text',
  linestring: 'text',
  polygon: 'text',
  multipoint: 'text',
  multilinestring: 'text',
  multipolygon: 'text',
  geometrycollection: 'text',
  geomcollection: 'text',
}

function simpleType(word: string, size: number | undefined): SimpleType {
  if (size === 1 && (word === 'tinyint' || word === 'bit')) return 'boolean'
  if (word === 'bit' && size !== undefined && size > 31) return 'bigint'
  // A bit without a number is a bit(1).
  if (word === 'bit' && size === undefined) return 'boolean'
  return TYPES[word] ?? 'string'
}
