import type { Json, Row } from '../../../src/core/database/value.ts'
import { fromJsonText } from '../../../src/core/from-json-text.ts'
import type { ResultColumn } from '../sql/connection.ts'
import { exactNumber } from '../sql/exact-number.ts'
import { baseType } from './column-type.ts'

type Decode = (value: unknown) => Json

/** Rows of the driver, lists of values, as objects that JSON can carry (`Row` in core/database/value.ts). */
export function decodeRows(rows: readonly (readonly unknown[])[], columns: readonly ResultColumn[]): Row[] {
  const decoders = columns.map(decoderOf)
  return rows.map((row) => {
    const object: Record<string, Json> = {}
    for (let at = 0; at < columns.length; at++) {
      const name = columns[at]?.name ?? ''
      const given = row[at]
      const value = given === null || given === undefined ? null : (decoders[at]?.(given) ?? null)
      if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true })
      else object[name] = value
    }
    return object
  })
}

/** The values of a column in its wire form; they are never null. */
function decoderOf({ type, dbType, computed }: ResultColumn): Decode {
  switch (type) {
    case 'integer':
      return whole
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value : Number(value) !== 0)
    case 'decimal':
      return (value) => (computed === 'mean' ? rounded(Number(value)) : fraction(value, computed !== false))
    case 'float':
      return baseType(dbType) === 'real'
        ? (value) => (typeof value === 'number' ? shortest(value) : text(value))
        : (value) => fraction(value, computed !== false)
    case 'json':
      return document
    case 'binary':
      return (value) => (Buffer.isBuffer(value) ? value.toString('base64') : text(value))
    default:
      return text
  }
}

function whole(value: unknown): Json {
  if (typeof value === 'number') return value
  return typeof value === 'boolean' ? Number(value) : exactNumber(String(value))
}

function fraction(value: unknown, isComputed: boolean): Json {
  if (typeof value !== 'number') return exactNumber(String(value))
  return isComputed ? rounded(value) : value
}

/** Sums of binary floating point carry rounding errors in the last digits; a mean is rounded anyway. */
function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(15))
}

/** The fewest digits that mean the same number of 32 bits: 0.1, where the double next to it is 0.10000000149011612. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits))
    if (Math.fround(shorter) === value) return shorter
  }
  return Number(value.toPrecision(9))
}

function document(value: unknown): Json {
  try {
    return fromJsonText(String(value))
  } catch {
    return text(value)
  }
}

function text(value: unknown): Json {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return Buffer.isBuffer(value) ? value.toString('base64') : String(value)
}
