import type { Value } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import { toJsonText } from '../../../src/core/exact-json.ts'
import { momentInZone } from '../sql/moment.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import { NUMBER, wholeNumber } from '../sql/whole-number.ts'
import { baseType } from './column-type.ts'
import { exactDecimal } from './exact-decimal.ts'
import type { Parameter } from './parameter.ts'

type Use = 'store' | 'compare'
type Present = Exclude<Value, null>

/** A value with the type of the column it is for. */
export function bind(value: Value, kind: ColumnKind, use: Use): Parameter {
  switch (kind.type) {
    case 'integer':
    case 'boolean':
      return whole(value, use)
    case 'decimal':
      return exact(value, use)
    case 'float':
      return double(value, kind, use)
    case 'binary':
      return { type: 'bytes', value: value === null ? null : bytesOf(value) }
    case 'timestamp':
      return { type: 'text', value: value === null ? null : moment(value, kind, use) }
    default:
      return { type: 'text', value: value === null ? null : text(value, kind, use) }
  }
}

const MIN_INTEGER = -(2n ** 63n)
const MAX_INTEGER = 2n ** 63n - 1n

/** What is no whole number of 64 bits can still be compared with one, as an exact number. */
function whole(value: Value, use: Use): Parameter {
  if (value === null) return { type: 'bigint', value: null }
  const number = wholeNumber(value)
  if (number !== undefined && number >= MIN_INTEGER && number <= MAX_INTEGER)
    return { type: 'bigint', value: number }
  if (use === 'compare') return exact(value, use)
  if (number === undefined) throw new AppError('bad_request', 'A value is not a whole number.')
  throw new AppError('bad_request', `The number ${number} does not fit into 64 bits.`)
}

/** A number with more digits than an exact one may have is compared as a double, and never stored as one. */
function exact(value: Value, use: Use): Parameter {
  if (value === null) return { type: 'decimal', value: null }
  const shown =
    typeof value === 'boolean' ? String(Number(value)) : typeof value === 'object' ? '' : String(value)
  const number = exactDecimal(shown)
  if (number) return { type: 'decimal', value: number }
  if (use === 'compare') return { type: 'float', value: finite(shown) }
  if (finite(shown) === null) throw new AppError('bad_request', 'A value is not a number.')
  throw new AppError('bad_request', 'A number has more than 38 digits.')
}

function finite(text: string): number | null {
  const number = NUMBER.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(number) ? number : null
}

/** A `real` holds the nearest number of 32 bits: only that is equal to it. */
function double(value: Value, { dbType }: ColumnKind, use: Use): Parameter {
  if (value === null) return { type: 'float', value: null }
  const number =
    typeof value === 'object' ? null : finite(String(typeof value === 'boolean' ? Number(value) : value))
  if (number === null && use === 'store') throw new AppError('bad_request', 'A value is not a number.')
  const nearest = number !== null && baseType(dbType) === 'real' ? Math.fround(number) : number
  return { type: 'float', value: nearest !== null && Number.isFinite(nearest) ? nearest : number }
}

function bytesOf(value: Present): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return Buffer.from(typeof value === 'object' ? toJsonText(value.json) : String(value), 'utf8')
}

const OFFSET = /^\s*(\d{4}-\d{2}-\d{2})[T ](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[-+]\d{2}:?\d{2})\s*$/i

/** The server has no time zone for a session: what names an offset is stored as the time of Greenwich, unless the column has offsets. */
function moment(value: Present, { dbType }: ColumnKind, use: Use): string | null {
  if (typeof value !== 'string') return plainText(value)
  if (MONTH.test(value)) return `${value.trim()}-01`
  if (baseType(dbType) !== 'datetimeoffset') return momentInZone(value, '+00:00', use)
  const [, day, clock, offset = ''] = OFFSET.exec(value) ?? []
  if (day === undefined) return value
  const zone = /^z$/i.test(offset) ? '+00:00' : offset.replace(/^([-+]\d{2}):?(\d{2})$/, '$1:$2')
  return `${day} ${clock} ${zone}`
}

/** The server knows no date without a day. */
const MONTH = /^\s*\d{4}-\d{2}\s*$/

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** No identifier equals what is none: the comparison is unknown, where the server would fail. */
function text(value: Present, { type, dbType }: ColumnKind, use: Use): string | null {
  const shown = plainText(value)
  if (type === 'date' && MONTH.test(shown)) return `${shown.trim()}-01`
  return use === 'compare' && baseType(dbType) === 'uniqueidentifier' && !UUID.test(shown) ? null : shown
}

function plainText(value: Present): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  if (typeof value === 'object') return toJsonText(value.json)
  return typeof value === 'boolean' ? String(Number(value)) : String(value)
}
