import type { Bind, Driver, DriverType } from './driver.ts'

/**
 * A bound value: `number` and `bigint` are a NUMBER, `{ double }` a BINARY_DOUBLE, `string` is text, `Buffer` bytes, `{ clob }` and
 * `{ blob }` what may be longer than a text or bytes of SQL. `{ rows }` are the values of many rows of one insert.
 */
export type Parameter =
  | null
  | number
  | bigint
  | boolean
  | string
  | Buffer
  | { readonly double: number }
  | { readonly clob: string }
  | { readonly blob: Buffer }
  | { readonly rows: readonly (readonly Parameter[])[] }

/** Most bytes of a text or of bytes that are bound as such; a large object takes more (SQL Language Reference, "Data Types"). */
const MOST_BYTES = 4000

export function textParameter(text: string): Parameter {
  return Buffer.byteLength(text) > MOST_BYTES ? { clob: text } : text
}

export function bytesParameter(bytes: Buffer): Parameter {
  return bytes.byteLength > MOST_BYTES ? { blob: bytes } : bytes
}

/** A value as the driver binds it: always with its type, which the driver cannot know of a null. */
export function toBind(parameter: Parameter, driver: Driver): Bind {
  return { dir: driver.BIND_IN, type: typeOf(parameter, driver), val: toValue(parameter) }
}

/** One definition for all values of a column: those of a large object where one of them needs it. */
export function bindDefinition(values: readonly Parameter[], driver: Driver): Bind {
  const isLarge = (value: Parameter) =>
    typeof value === 'object' && value !== null && ('clob' in value || 'blob' in value)
  const sample = values.find(isLarge) ?? values.find((value) => value !== null) ?? null
  const type = typeOf(sample, driver)
  const sized = type === driver.DB_TYPE_VARCHAR || type === driver.DB_TYPE_RAW
  return { dir: driver.BIND_IN, type, ...(sized && { maxSize: Math.max(1, ...values.map(sizeOf)) }) }
}

export function toValue(parameter: Parameter): unknown {
  if (parameter === null || typeof parameter !== 'object' || Buffer.isBuffer(parameter)) return parameter
  if ('double' in parameter) return parameter.double
  if ('clob' in parameter) return parameter.clob
  return 'blob' in parameter ? parameter.blob : null
}

function typeOf(parameter: Parameter, driver: Driver): DriverType {
  switch (typeof parameter) {
    case 'number':
    case 'bigint':
      return driver.DB_TYPE_NUMBER
    case 'boolean':
      return driver.DB_TYPE_BOOLEAN
    case 'string':
      return driver.DB_TYPE_VARCHAR
    default:
      if (parameter === null) return driver.DB_TYPE_VARCHAR
      if (Buffer.isBuffer(parameter)) return driver.DB_TYPE_RAW
      if ('double' in parameter) return driver.DB_TYPE_BINARY_DOUBLE
      return 'blob' in parameter ? driver.DB_TYPE_BLOB : driver.DB_TYPE_CLOB
  }
}

function sizeOf(parameter: Parameter): number {
  const value = toValue(parameter)
  if (typeof value === 'string') return Buffer.byteLength(value)
  return Buffer.isBuffer(value) ? value.byteLength : 1
}
