import type { ResultColumn } from '../sql/connection.ts'
import type { JsonBytes } from '../sql/json-bytes.ts'
import { decoderOf, fractionDigits } from './decode.ts'
import { decodedWriter } from './decoded-cell.ts'
import { type RowCursor, readBig, readLength, readMoment, readSmall } from './wire-cell.ts'
import {
  BIG,
  type CellWriter,
  DATE,
  DATE_AND_TIME,
  DECIMALS,
  isText,
  SMALL,
  type WireColumn,
} from './wire-column.ts'

/** As `decode.ts` has it, which alone knows the rare pairs of what was asked for and what came. */
export function cellWriter(asked: ResultColumn, wire: WireColumn): CellWriter {
  return plainWriter(asked, wire) ?? decodedWriter(asked, wire)
}

function plainWriter({ type, dbType, computed }: ResultColumn, wire: WireColumn): CellWriter | undefined {
  const size = SMALL.get(wire.type)
  const isWhole = type === 'integer' || type === 'boolean'
  if (isWhole && !/^bit/i.test(dbType)) {
    if (size !== undefined) return type === 'boolean' ? truth(size, wire) : small(size, wire)
    if (wire.type === BIG && type === 'integer')
      return (row, out) => writeBig(readBig(row, wire.isUnsigned), out)
  }
  if (type === 'decimal' && !computed && DECIMALS.has(wire.type)) return decimal
  if (type === 'timestamp' && DATE_AND_TIME.has(wire.type)) return moment(dbType, wire)
  if (type === 'date' && DATE.has(wire.type)) return date
  if (!isText(wire)) return undefined
  if (type === 'text' || type === 'date') return text
  if (type === 'json') return json
  if (type === 'binary') return base64
  return undefined
}

function small(size: 1 | 2 | 4, { isUnsigned }: WireColumn): CellWriter {
  return (row, out) => writeWhole(readSmall(row, size, isUnsigned), out)
}

/** A `tinyint(1)` may hold other numbers too: they are shown as what they are. */
function truth(size: 1 | 2 | 4, { isUnsigned }: WireColumn): CellWriter {
  return (row, out) => {
    const number = readSmall(row, size, isUnsigned)
    if (number === 1) out.ascii('true')
    else if (number === 0) out.ascii('false')
    else writeWhole(number, out)
  }
}

function writeWhole(number: number, out: JsonBytes): void {
  if (number < 0) out.ascii(String(number))
  else out.digits(number, 1)
}

function writeBig(number: number | string, out: JsonBytes): void {
  if (typeof number === 'number') writeWhole(number, out)
  else out.ascii(`"${number}"`)
}

const POINT = 0x2e
const ZERO = 0x30
/** A double holds so many digits, and shows numbers with so many of a fraction without an exponent. */
const MOST_DIGITS = 15
const MOST_OF_FRACTION = 6

/** `100.50` is 100.5: what is short is copied, without the zeros at its end. */
function decimal(row: RowCursor, out: JsonBytes): void {
  const length = readLength(row)
  const from = row.at
  const to = from + length
  row.at = to
  const point = row.bytes.indexOf(POINT, from)
  const hasPoint = point >= from && point < to
  const ofFraction = hasPoint ? to - point - 1 : 0
  if (length > MOST_DIGITS || ofFraction > MOST_OF_FRACTION) {
    exactly(row.bytes, from, to, out)
    return
  }
  let end = to
  if (hasPoint) {
    while (row.bytes[end - 1] === ZERO) end--
    if (row.bytes[end - 1] === POINT) end--
  }
  // -0.00
  if (end - from === 2 && row.bytes[from] === DASH && row.bytes[from + 1] === ZERO) out.byte(ZERO)
  else out.json(row.bytes, from, end)
}

const decodeDecimal = decoderOf({ type: 'decimal', dbType: '', computed: false }, 246)

function exactly(bytes: Buffer, from: number, to: number, out: JsonBytes): void {
  out.ascii(JSON.stringify(decodeDecimal(bytes.toString('latin1', from, to))))
}

const QUOTE = 0x22
const DASH = 0x2d
const SPACE = 0x20
const COLON = 0x3a
const MOST_MICRO_DIGITS = 6

function date(row: RowCursor, out: JsonBytes): void {
  const read = readMoment(row)
  out.byte(QUOTE)
  day(read, out)
  out.byte(QUOTE)
}

function day({ year, month, day }: ReturnType<typeof readMoment>, out: JsonBytes): void {
  out.digits(year, 4)
  out.byte(DASH)
  out.digits(month, 2)
  out.byte(DASH)
  out.digits(day, 2)
}

/** As many digits of a fraction as the type has; of a type that is not known, those that are not all zero. */
function moment(dbType: string, { decimals }: WireColumn): CellWriter {
  const declared = fractionDigits(dbType)
  const ifAny = decimals === 0 ? MOST_MICRO_DIGITS : Math.min(decimals, MOST_MICRO_DIGITS)
  return (row, out) => {
    const read = readMoment(row)
    const { hour, minute, second, micros } = read
    out.byte(QUOTE)
    day(read, out)
    out.byte(SPACE)
    out.digits(hour, 2)
    out.byte(COLON)
    out.digits(minute, 2)
    out.byte(COLON)
    out.digits(second, 2)
    const shown = declared === 0 && micros > 0 ? ifAny : declared
    if (shown > 0) {
      out.byte(POINT)
      out.digits(Math.floor(micros / 10 ** (MOST_MICRO_DIGITS - shown)), shown)
    }
    out.byte(QUOTE)
  }
}

function text(row: RowCursor, out: JsonBytes): void {
  const length = readLength(row)
  out.quoted(row.bytes, row.at, row.at + length)
  row.at += length
}

function base64(row: RowCursor, out: JsonBytes): void {
  const length = readLength(row)
  out.ascii(`"${row.bytes.toString('base64', row.at, row.at + length)}"`)
  row.at += length
}

/** JSON keeps its own text, in one line; what is none is a string. */
function json(row: RowCursor, out: JsonBytes): void {
  const length = readLength(row)
  const shown = row.bytes.toString('utf8', row.at, row.at + length)
  row.at += length
  out.wide(isJson(shown) ? shown.replace(/[\n\r\t]/g, ' ') : JSON.stringify(shown))
}

function isJson(shown: string): boolean {
  try {
    JSON.parse(shown)
    return true
  } catch {
    return false
  }
}
