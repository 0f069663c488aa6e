import { Binary, Decimal128, Double, Int32, Long, ObjectId, UUID } from 'mongodb'
import { type Field, type Table, valueClassOf } from '../../../src/core/database/schema.ts'
import type { Json, Value } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import { isNumberText } from '../../../src/core/exact-json.ts'
import { findByName } from '../../../src/core/names.ts'
import { type BsonType, typesIn } from './column-type.ts'
import { momentOf } from './moment.ts'

/** What a value is compared with: one for each type that the field's values may have. Empty when it can be none of them. */
export function comparedValues(
  field: Pick<Field, 'type' | 'dbType'>,
  value: Exclude<Value, null>,
): readonly unknown[] {
  const { own, elements } = typesIn(field.dbType)
  const found = new Map<string, unknown>()
  const meant = plainOf(value)
  for (const type of new Set([...own, ...elements])) {
    const bound = TO[type](meant, true)
    if (bound !== undefined) found.set(KIND[type] ?? type, bound)
  }
  return [...found.values()]
}

/** A key of several types comes as JSON: its text may stand for any of them. */
function plainOf(value: Exclude<Value, null>): Exclude<Value, null> {
  if (!isDocument(value) || value.json === null || typeof value.json === 'object') return value
  return value.json
}

/** Numbers of all types are compared with each other. */
const KIND: Partial<Readonly<Record<BsonType, string>>> = {
  int: 'number',
  long: 'number',
  double: 'number',
  decimal: 'number',
}

/** The value as it is stored. Throws `bad_request` for one that the field's type does not hold. */
export function storedValue(table: Table, name: string, value: Value): unknown {
  if (value === null) return null
  const field = findByName(table.fieldByName, name)
  if (!field) return isDocument(value) ? documentValue(value.json, table, name) : TO.other(value, false)
  const { own } = typesIn(field.dbType)
  if (isDocument(value)) return documentValue(value.json, table, field.column ?? field.name)
  for (const type of own) {
    const bound = TO[type](value, false)
    if (bound !== undefined) return bound
  }
  if (own.length === 0 || valueClassOf(field.type) === 'json') return TO.other(value, false)
  throw wrongValue(field)
}

function wrongValue({ name, dbType }: Field): AppError {
  const said =
    dbType === 'objectId' ? 'an ObjectId of 24 hexadecimal digits' : `a value of its type (${dbType})`
  return new AppError('bad_request', `Field '${name}' must be ${said}.`, { context: { field: name } })
}

function isDocument(value: Value): value is Extract<Value, { readonly json: Json }> {
  return typeof value === 'object' && value !== null && 'json' in value
}

/** JSON as it is stored. What the table's schema knows of it by dotted names keeps its type, such as dates. */
function documentValue(json: Json, table: Table, path: string): unknown {
  if (json === null) return null
  if (typeof json !== 'object') return ownType(json, table, path) ?? plainNumber(json)
  if (Array.isArray(json)) return json.map((item, at) => member(json, String(at), item, table, path))
  return Object.fromEntries(
    Object.entries(json).map(([key, item]) => [key, member(json, key, item, table, `${path}.${key}`)]),
  )
}

function member(holder: object, key: string, item: Json, table: Table, path: string): unknown {
  if (typeof item === 'string' && isNumberText(holder, key)) return exact(item)
  return documentValue(item, table, path)
}

/** Text that stands for a value of another type in JSON. */
function ownType(json: string | number | boolean, table: Table, path: string): unknown {
  const field = typeof json === 'string' ? table.fieldByName.get(path.toLowerCase()) : undefined
  if (!field) return undefined
  const { own, elements } = typesIn(field.dbType)
  const [only, other] = own.includes('array') ? elements : own
  return only !== undefined && other === undefined && ONLY_AS_TEXT.has(only)
    ? TO[only](json, false)
    : undefined
}

const ONLY_AS_TEXT: ReadonlySet<BsonType> = new Set(['objectId', 'date', 'uuid', 'binData', 'decimal'])

function plainNumber(json: string | number | boolean): unknown {
  return typeof json === 'number' ? numberOf(json) : json
}

function numberOf(number: number): unknown {
  if (!Number.isSafeInteger(number) || Object.is(number, -0)) return new Double(number)
  return isInt32(number) ? new Int32(number) : Long.fromNumber(number)
}

function isInt32(number: number): boolean {
  return (number | 0) === number
}

/** Digits that a double does not hold. */
function exact(digits: string): unknown {
  if (/^-?\d+$/.test(digits) && BigInt.asIntN(64, BigInt(digits)) === BigInt(digits))
    return Long.fromString(digits)
  const decimal = decimalOf(digits)
  if (decimal) return decimal
  throw new AppError('bad_request', 'A number has more than 34 digits.')
}

function decimalOf(text: string): Decimal128 | undefined {
  try {
    return Decimal128.fromString(text)
  } catch {
    return undefined
  }
}

type Bind = (value: Exclude<Value, null>, isCompared: boolean) => unknown

/** Undefined for what is not of the type. */
const TO: Readonly<Record<BsonType, Bind>> = {
  objectId: (value) =>
    typeof value === 'string' && /^[\da-f]{24}$/i.test(value) ? new ObjectId(value) : undefined,
  string: (value) => (typeof value === 'object' ? undefined : String(value)),
  int: (value, isCompared) => whole(value, isCompared, 'int'),
  long: (value, isCompared) => whole(value, isCompared, 'long'),
  double: (value, isCompared) => {
    if (typeof value === 'object' || typeof value === 'boolean') return undefined
    const number = numberIn(value)
    // A double is not what the text says where digits are lost; the decimal is.
    if (isCompared && number !== undefined && typeof value !== 'number') return decimalOf(String(value))
    return number === undefined ? undefined : new Double(number)
  },
  decimal: (value) => {
    if (typeof value === 'object' || typeof value === 'boolean') return undefined
    return numberIn(value) === undefined ? undefined : decimalOf(String(value).replace(/^\+/, ''))
  },
  bool: (value) => {
    if (typeof value === 'boolean') return value
    return value === 'true' ? true : value === 'false' ? false : undefined
  },
  date: (value) => (typeof value === 'string' ? momentOf(value) : undefined),
  uuid: (value) => (typeof value === 'string' && UUID.isValid(value) ? new UUID(value) : undefined),
  binData: (value) => {
    if (value instanceof Uint8Array) return new Binary(value)
    return typeof value === 'string' && isBase64(value) ? new Binary(Buffer.from(value, 'base64')) : undefined
  },
  object: () => undefined,
  array: () => undefined,
  other: (value) => {
    if (value instanceof Uint8Array) return new Binary(value)
    if (typeof value === 'bigint') return exact(String(value))
    return typeof value === 'number' ? numberOf(value) : value
  },
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z\d+/]*={0,2}$/.test(text)
}

function numberIn(value: string | number | bigint): number | undefined {
  if (typeof value === 'string' && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value.trim()))
    return undefined
  const number = Number(value)
  return Number.isNaN(number) ? undefined : number
}

function whole(value: Exclude<Value, null>, isCompared: boolean, type: 'int' | 'long'): unknown {
  if (typeof value === 'object' || typeof value === 'boolean') return undefined
  const number = numberIn(value)
  if (number === undefined) return undefined
  const digits =
    typeof value === 'number'
      ? Number.isInteger(number)
        ? BigInt(number)
        : undefined
      : wholeIn(String(value))
  if (digits === undefined) return isCompared ? (decimalOf(String(value)) ?? new Double(number)) : undefined
  if (BigInt.asIntN(32, digits) === digits && type === 'int') return new Int32(Number(digits))
  if (BigInt.asIntN(64, digits) === digits) return Long.fromBigInt(digits)
  return isCompared ? decimalOf(String(digits)) : undefined
}

function wholeIn(text: string): bigint | undefined {
  return /^[+-]?\d+$/.test(text.trim()) ? BigInt(text.trim().replace('+', '')) : undefined
}
