import type { Json, Row } from '../../../src/core/database/value.ts'
import type { ResultColumn } from '../sql/connection.ts'
import { exactNumber, meanNumber } from '../sql/exact-number.ts'

/** What of the driver's description of a result column decides how its values are read: the protocol's type number. */
export interface DriverColumn {
  readonly columnType?: number
}

/** A column of a result as it is asked for. */
export type AskedColumn = ResultColumn

type Decode = (value: unknown) => Json

/** Rows of the driver, lists of values, as objects that JSON can carry (`Row` in core/database/value.ts). */
export function decodeRows(
  rows: readonly (readonly unknown[])[],
  asked: readonly AskedColumn[],
  given: readonly DriverColumn[],
): Row[] {
  const names = asked.map(({ name }) => name)
  const decoders = asked.map((column, at) => decoderOf(column, given[at]?.columnType))
  return rows.map((row) => {
    const object: Record<string, Json> = {}
    for (let at = 0; at < names.length; at++) {
      const name = names[at] ?? ''
      const given = row[at]
      const value = given === null || given === undefined ? null : (decoders[at]?.(given) ?? null)
      if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true })
      else object[name] = value
    }
    return object
  })
}

/** Numbers of the protocol's types (dev.mysql.com/doc/dev/mysql-server, enum_field_types). */
const FLOAT = 4
const EXACT = new Set([0, 8, 246]) // DECIMAL, LONGLONG, NEWDECIMAL: the driver gives them as text

/** The values of a column in its wire form; they are never null. */
export function decoderOf(
  { type, dbType, computed }: Omit<AskedColumn, 'name'>,
  driverType: number | undefined,
): Decode {
  switch (type) {
    case 'integer':
      return number(dbType)
    case 'boolean':
      return boolean(dbType)
    case 'decimal':
    case 'float':
      return fraction(driverType, computed)
    case 'json':
      return json
    case 'binary':
      return (value) => bytesOf(value).toString('base64')
    case 'time':
    case 'timestamp':
      return moment(dbType)
    case 'date':
    case 'text':
      return driverType !== undefined && EXACT.has(driverType) ? number('') : text
  }
}

function number(dbType: string): Decode {
  const width = bitBytes(dbType)
  return (value) => {
    if (typeof value === 'number') return value
    if (!Buffer.isBuffer(value)) return exactNumber(String(value))
    // MIN and MAX of bits are digits.
    return value.length === width
      ? exactNumber(BigInt(`0x${value.toString('hex') || '0'}`).toString())
      : exactNumber(value.toString('latin1'))
  }
}

/** Bytes of a value of `bit(12)`; 0 for another type. */
function bitBytes(dbType: string): number {
  const [, bits] = /^bit(?:\((\d+)\))?/i.exec(dbType) ?? []
  return /^bit/i.test(dbType) ? Math.ceil(Number(bits ?? 1) / 8) : 0
}

/** A `tinyint(1)` may hold other numbers too: they are shown as what they are. */
function boolean(dbType: string): Decode {
  const read = number(dbType)
  return (value) => {
    const shown = read(value)
    return shown === 1 ? true : shown === 0 ? false : shown
  }
}

function fraction(driverType: number | undefined, computed: ResultColumn['computed']): Decode {
  return (value) => {
    if (typeof value !== 'number')
      return computed === 'mean' ? meanNumber(String(value)) : exactNumber(String(value))
    if (driverType === FLOAT) return shortest(value)
    return computed ? rounded(value) : value
  }
}

/** Sums of binary floating point carry rounding errors in the last digits. */
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

function json(value: unknown): Json {
  const shown = text(value)
  if (typeof shown !== 'string') return shown
  try {
    return JSON.parse(shown)
  } catch {
    return shown
  }
}

/** The driver cuts zeros at the end of a fraction, which the column's type has: `time(3)` is `10:00:00.500`. */
function moment(dbType: string): Decode {
  const digits = fractionDigits(dbType)
  return (value) => {
    const shown = text(value)
    if (digits === 0 || typeof shown !== 'string') return shown
    const [whole = '', fraction = ''] = shown.split('.')
    return `${whole}.${fraction.padEnd(digits, '0')}`
  }
}

/** 3 of `time(3)`. */
export function fractionDigits(dbType: string): number {
  return Number(/\((\d)\)/.exec(dbType)?.[1] ?? 0)
}

function text(value: unknown): Json {
  if (typeof value === 'string' || typeof value === 'number') return value
  return Buffer.isBuffer(value) ? value.toString('utf8') : JSON.stringify(value)
}

function bytesOf(value: unknown): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(String(value), 'utf8')
}
