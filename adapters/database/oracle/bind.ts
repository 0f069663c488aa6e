import type { Value } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import { toJsonText } from '../../../src/core/exact-json.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import { NUMBER, wholeNumber } from '../sql/whole-number.ts'
import { spelledAs } from './column-kind.ts'
import { momentText } from './moment.ts'
import { bytesParameter, type Parameter, textParameter } from './parameter.ts'

type Use = 'store' | 'compare'

/** How values are bound where the session's time zone is `zone` (`+02:00`, or a name). */
export function createBind(zone: string): (value: Value, kind: ColumnKind, use: Use) => Parameter {
  return (value, kind, use) => {
    if (value === null) return null
    switch (kind.type) {
      case 'integer':
        return whole(value, use)
      case 'boolean':
        return boolean(value, kind, use)
      case 'decimal':
        return exact(value, use)
      case 'float':
        return double(value, kind, use)
      case 'date':
      case 'timestamp':
        return typeof value === 'string' ? momentText(value, { kind, zone, use }) : text(value)
      case 'time':
        return typeof value === 'string' ? `0 ${value.trim()}` : text(value)
      case 'binary':
        return bytes(value, kind, use)
      default:
        return use === 'compare' && value === '' ? BEFORE_ALL : text(value)
    }
  }
}

/** No text here is empty: what is compared with the empty one is compared with a text that no other equals, and that comes before all. */
export const BEFORE_ALL = '\u0000'

/** A NUMBER keeps so many digits for certain (SQL Language Reference, "NUMBER Data Type"). */
const MOST_DIGITS = 38

/** What is no whole number can still be compared with one. */
function whole(value: Exclude<Value, null>, use: Use): Parameter {
  const number = wholeNumber(value)
  const digits = number === undefined ? 0 : String(number).replace('-', '').length
  if (number !== undefined && digits <= MOST_DIGITS) return number
  const other = typeof value === 'string' && NUMBER.test(value) ? Number(value) : value
  if (use === 'compare') return typeof other === 'number' && Number.isFinite(other) ? { double: other } : null
  if (number === undefined) throw new AppError('bad_request', 'A value is not a whole number.')
  throw new AppError('bad_request', `The number has more than ${MOST_DIGITS} digits.`)
}

/** 0 and 1, but for the type BOOLEAN of 23ai. */
function boolean(value: Exclude<Value, null>, kind: ColumnKind, use: Use): Parameter {
  const number = whole(value, use)
  return spelledAs(kind) === 'BOOLEAN' && typeof number === 'bigint' ? number !== 0n : number
}

/** As text, which the statement makes a number of: digit for digit. */
function exact(value: Exclude<Value, null>, use: Use): Parameter {
  if (typeof value === 'number' ? Number.isFinite(value) : typeof value === 'bigint') return String(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'string' && NUMBER.test(value)) return value.trim()
  return noNumber(use)
}

/** A BINARY_FLOAT holds the nearest number of 32 bits: only that is equal to it. */
function double(value: Exclude<Value, null>, kind: ColumnKind, use: Use): Parameter {
  const isNumber = typeof value === 'string' ? NUMBER.test(value) : typeof value !== 'object'
  const number = isNumber ? Number(value) : Number.NaN
  if (!Number.isFinite(number)) return noNumber(use)
  const nearest = spelledAs(kind) === 'BINARY_FLOAT' ? Math.fround(number) : number
  return { double: Number.isFinite(nearest) ? nearest : number }
}

/** No number equals what is none: the comparison is unknown. */
function noNumber(use: Use): null {
  if (use === 'compare') return null
  throw new AppError('bad_request', 'A value is not a number.')
}

/** A large object is compared with a large object. */
function bytes(value: Exclude<Value, null>, kind: ColumnKind, use: Use): Parameter {
  const bound = text(value)
  return use === 'compare' && spelledAs(kind) === 'BLOB' && Buffer.isBuffer(bound) ? { blob: bound } : bound
}

function text(value: Exclude<Value, null>): Parameter {
  switch (typeof value) {
    case 'string':
      return textParameter(value)
    case 'number':
    case 'bigint':
      return String(value)
    case 'boolean':
      return value ? '1' : '0'
    default:
      if (value instanceof Uint8Array)
        return bytesParameter(Buffer.from(value.buffer, value.byteOffset, value.byteLength))
      return textParameter(toJsonText(value.json))
  }
}
