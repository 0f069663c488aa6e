import { Binary, BSONRegExp, Decimal128, Double, Int32, Long, ObjectId, Timestamp } from 'mongodb'
import type { SimpleType } from '../../../src/core/database/schema.ts'
import type { Json } from '../../../src/core/database/value.ts'
import { lostDigits, noteNumber } from '../../../src/core/exact-json.ts'
import { exactNumber } from '../sql/exact-number.ts'
import { momentText } from './moment.ts'

/** A stored value as a row has it (`Row` in core/database/value.ts). Without a type: as a document would have it. */
export function readValue(value: unknown, type?: SimpleType): Json {
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint') return exactNumber(String(value))
  if (value instanceof Decimal128) return exactNumber(plainDecimal(value))
  if (value instanceof Date && type !== undefined && !DOCUMENTS.has(type)) return momentText(value, type)
  if (typeof value === 'object') return documentValue(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  return typeof value === 'string' || typeof value === 'boolean' ? value : String(value)
}

const DOCUMENTS: ReadonlySet<SimpleType> = new Set(['json', 'jsonb', 'object', 'array'])

function documentValue(value: object): Json {
  if (Array.isArray(value)) return documentOf(value, [])
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? String(value) : value.toISOString()
  if (value instanceof ObjectId) return value.toHexString()
  if (value instanceof Int32 || value instanceof Double) return readValue(value.valueOf())
  if (value instanceof Timestamp) return `${value.getHighBits()}.${value.getLowBits()}`
  if (value instanceof Long) return exactNumber(value.toString())
  if (value instanceof Decimal128) return exactNumber(plainDecimal(value))
  if (value instanceof RegExp) return `/${value.source}/${value.flags}`
  if (value instanceof BSONRegExp) return `/${value.pattern}/${value.options}`
  if (value instanceof Binary) {
    const isUuid = value.sub_type === Binary.SUBTYPE_UUID && value.length() === 16
    return isUuid ? value.toUUID().toString() : value.toString('base64')
  }
  const special: unknown = Reflect.get(value, '_bsontype')
  return typeof special === 'string' ? special : documentOf(value, {})
}

/** Numbers that a double would change stay numbers of the document, with every digit. */
function documentOf(from: object, into: Json[] | { [key: string]: Json }): Json {
  for (const [key, value] of Object.entries(from)) {
    const digits = digitsOf(value)
    const isLong = digits !== undefined && lostDigits(digits)
    const read = digits === undefined ? readValue(value) : isLong ? digits : Number(digits)
    Object.defineProperty(into, key, { value: read, enumerable: true, writable: true, configurable: true })
    if (isLong) noteNumber(into, key)
  }
  return into
}

function digitsOf(value: unknown): string | undefined {
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Long && !(value instanceof Timestamp)) return value.toString()
  if (!(value instanceof Decimal128)) return undefined
  const text = plainDecimal(value)
  return /\d/.test(text) ? text : undefined
}

/** Digits without an exponent; `NaN` and `Infinity` as they are. */
export function plainDecimal(value: Decimal128): string {
  const text = value.toString()
  const parts = /^(-?)(\d+)(?:\.(\d+))?E([+-]\d+)$/.exec(text)
  if (!parts) return text
  const [, sign, whole = '', fraction = '', exponent] = parts
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (Math.abs(point) > 400) return text
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return point >= digits.length
    ? `${sign}${digits.padEnd(point, '0')}`
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}
