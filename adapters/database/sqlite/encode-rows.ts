import { fromJsonText } from '../../../src/core/from-json-text.ts'
import type { Column, ColumnCode } from './protocol.ts'

/** A value as the driver gives it: with `safeIntegers` every integer is a bigint. */
type DriverValue = null | number | bigint | string | Uint8Array

export type DriverRow = readonly DriverValue[]

/** True when a number may be an integer that lost digits on its way into a double: read again with `safeIntegers`. */
export function mayHaveLostDigits(rows: readonly DriverRow[]): boolean {
  return rows.some((row) => row.some((value) => typeof value === 'number' && isBeyondSafe(value)))
}

function isBeyondSafe(value: number): boolean {
  return value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER
}

/**
 * Rows as objects that JSON can carry (`Row` in core/database/value.ts). SQLite types values, not columns: a value that
 * does not fit its column's type is shown as what it is.
 */
export function rowObjects(rows: readonly DriverRow[], columns: readonly Column[]): object[] {
  const names = columns.map(([name]) => name)
  const codes = columns.map(([, code]) => code)
  return rows.map((row) => {
    const object: Record<string, unknown> = {}
    for (let index = 0; index < names.length; index++) {
      const name = names[index] ?? ''
      const value = shown(row[index] ?? null, codes[index] ?? '=')
      if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true })
      else object[name] = value
    }
    return object
  })
}

function shown(value: DriverValue, code: ColumnCode): unknown {
  switch (typeof value) {
    case 'string':
      return code === 'j' ? parsed(value) : value
    case 'number':
      // JSON.stringify makes null of what is no number in JSON: NaN and the infinities.
      return code === 'b' || code === 'c' ? coded(value, code) : value
    case 'bigint': {
      const number = Number(value)
      if (!Number.isSafeInteger(number)) return value.toString()
      return code === 'b' ? coded(number, code) : number
    }
    default:
      return value === null ? null : Buffer.from(value).toString('base64')
  }
}

function coded(value: number, code: ColumnCode): unknown {
  if (code === 'b') return value === 1 ? true : value === 0 ? false : value
  return code === 'c' && !Number.isInteger(value) ? Number(value.toPrecision(15)) : value
}

/** JSON text of a JSON column; other text stays text. */
function parsed(text: string): unknown {
  try {
    return fromJsonText(text)
  } catch {
    return text
  }
}
