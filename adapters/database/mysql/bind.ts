import type { Value } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import { toJsonText } from '../../../src/core/exact-json.ts'
import { momentInZone } from '../sql/moment.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import { NUMBER, wholeNumber } from '../sql/whole-number.ts'
import type { Parameter } from './parameter.ts'

type Use = 'store' | 'compare'

/** How values are bound where the session's time zone is `zone` (`+02:00`, or a name). */
export function createBind(zone: string): (value: Value, kind: ColumnKind, use: Use) => Parameter {
  return (value, kind, use) => {
    if (value === null) return null
    switch (kind.type) {
      case 'integer':
      case 'boolean':
        return whole(value, use)
      case 'decimal':
        return exact(value, use)
      case 'float':
        return double(value, kind, use)
      case 'timestamp':
        return typeof value === 'string' ? momentInZone(value, zone, use) : text(value)
      default:
        return text(value)
    }
  }
}

const MIN_INTEGER = -(2n ** 63n)
const MAX_UNSIGNED = 2n ** 64n - 1n

/** What is no whole number of 64 bits can still be compared with one, as an exact number. */
function whole(value: Exclude<Value, null>, use: Use): Parameter {
  const number = wholeNumber(value)
  if (number !== undefined && number >= MIN_INTEGER && number <= MAX_UNSIGNED) return number
  if (use === 'compare') return exact(value, use)
  if (number === undefined) throw new AppError('bad_request', 'A value is not a whole number.')
  throw new AppError('bad_request', `The number ${number} does not fit into 64 bits.`)
}

function exact(value: Exclude<Value, null>, use: Use): Parameter {
  if (typeof value === 'number' ? Number.isFinite(value) : typeof value === 'bigint')
    return { decimal: String(value) }
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'string' && NUMBER.test(value)) return { decimal: value.trim() }
  return noNumber(use)
}

/** A `float` holds the nearest number of 32 bits: only that is equal to it, and the largest one is less than its shortest text. */
function double(value: Exclude<Value, null>, { dbType }: ColumnKind, use: Use): Parameter {
  const isNumber = typeof value === 'string' ? NUMBER.test(value) : typeof value !== 'object'
  const number = isNumber ? Number(value) : Number.NaN
  if (!Number.isFinite(number)) return noNumber(use)
  const nearest = /^float\b/i.test(dbType) ? Math.fround(number) : number
  return Number.isFinite(nearest) ? nearest : number
}

/** No number equals what is none: the comparison is unknown. */
function noNumber(use: Use): null {
  if (use === 'compare') return null
  throw new AppError('bad_request', 'A value is not a number.')
}

function text(value: Exclude<Value, null>): Parameter {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'bigint':
      return String(value)
    case 'boolean':
      return value ? '1' : '0'
    default:
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      return toJsonText(value.json)
  }
}
