import { Binary, BSONRegExp, Decimal128, Double, Int32, Long, ObjectId, Timestamp } from 'mongodb'
import type { SimpleType } from '../../../src/core/database/schema.ts'

/** Types of values, by the names that `$type` takes; `uuid` is `binData` of subtype 4. In the order in which they are told. */
export const BSON_TYPES = [
  'objectId',
  'string',
  'int',
  'long',
  'double',
  'decimal',
  'bool',
  'date',
  'uuid',
  'binData',
  'object',
  'array',
  'other',
] as const
export type BsonType = (typeof BSON_TYPES)[number]

/** Undefined for null and what is not there. For values as they were stored, without being promoted, and as they are read. */
export function bsonTypeOf(value: unknown): BsonType | undefined {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'long'
  if (typeof value === 'number' || value instanceof Double) return 'double'
  if (value instanceof Int32) return 'int'
  if (value instanceof Timestamp || value instanceof BSONRegExp || value instanceof RegExp) return 'other'
  if (value instanceof Long) return 'long'
  if (value instanceof Decimal128) return 'decimal'
  if (value instanceof Date) return 'date'
  if (value instanceof ObjectId) return 'objectId'
  if (value instanceof Binary) return value.sub_type === Binary.SUBTYPE_UUID ? 'uuid' : 'binData'
  if (Array.isArray(value)) return 'array'
  return isPlainObject(value) ? 'object' : 'other'
}

/** A document, not a value of a type of its own. */
export function isPlainObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('_bsontype' in value)
}

/** What a field is whose values are of these types. */
export function simpleTypeOf(types: readonly BsonType[]): SimpleType {
  const [first, second] = types
  if (first === undefined) return 'json'
  if (second === undefined) return SIMPLE[first]
  const widest = NUMBERS.find((number) => types.includes(number))
  return widest && types.every((type) => NUMBERS.includes(type)) ? SIMPLE[widest] : 'json'
}

/** The widest first. */
const NUMBERS: readonly BsonType[] = ['decimal', 'double', 'long', 'int']

const SIMPLE: Readonly<Record<BsonType, SimpleType>> = {
  objectId: 'string',
  string: 'string',
  int: 'integer',
  long: 'bigint',
  double: 'double',
  decimal: 'decimal',
  bool: 'boolean',
  date: 'timestamp',
  uuid: 'uuid',
  binData: 'binary',
  object: 'object',
  array: 'array',
  other: 'json',
}

/** Types in which values of a new field are stored. */
export function storedTypes(type: SimpleType): readonly BsonType[] {
  return STORED[type]
}

const ANYTHING: readonly BsonType[] = [
  'string',
  'int',
  'long',
  'double',
  'decimal',
  'bool',
  'object',
  'array',
]
const WHOLE: readonly BsonType[] = ['int', 'long']

const STORED: Readonly<Record<SimpleType, readonly BsonType[]>> = {
  id: WHOLE,
  bigid: ['long'],
  integer: WHOLE,
  bigint: ['long'],
  smallint: WHOLE,
  tinyint: WHOLE,
  reference: WHOLE,
  boolean: ['bool'],
  decimal: ['decimal'],
  money: ['decimal'],
  float: ['double'],
  double: ['double'],
  string: ['string'],
  text: ['string'],
  uuid: ['uuid'],
  binary: ['binData'],
  date: ['date'],
  time: ['string'],
  timetz: ['string'],
  datetime: ['date'],
  datetimetz: ['date'],
  timestamp: ['date'],
  timestamptz: ['date'],
  json: ANYTHING,
  jsonb: ANYTHING,
  array: ['array'],
  object: ['object'],
}

/** `int|long`; `array<string>` for lists, and for fields of the documents in a list. */
export function dbTypeOf(types: readonly BsonType[], elements: readonly BsonType[]): string {
  const all = types.map((type) =>
    type === 'array' && elements.length > 0 ? `array<${elements.join('|')}>` : type,
  )
  return all.length > 0 ? all.join('|') : 'null'
}

export interface FieldTypes {
  readonly own: readonly BsonType[]
  /** Of the values in its lists. */
  readonly elements: readonly BsonType[]
}

const known = new Map<string, FieldTypes>()

/** What `dbTypeOf` told. */
export function typesIn(dbType: string): FieldTypes {
  const found = known.get(dbType)
  if (found) return found
  const [, inner = ''] = /array<([^>]*)>/.exec(dbType) ?? []
  const read: FieldTypes = {
    own: namesIn(dbType.replace(/array<[^>]*>/, 'array')),
    elements: namesIn(inner),
  }
  // As many as there are combinations of types in databases: few.
  known.set(dbType, read)
  return read
}

function namesIn(text: string): BsonType[] {
  const names = text.split('|')
  return BSON_TYPES.filter((type) => names.includes(type))
}
