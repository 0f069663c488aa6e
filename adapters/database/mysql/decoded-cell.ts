import type { ResultColumn } from '../sql/connection.ts'
import { decoderOf } from './decode.ts'
import {
  type RowCursor,
  readBig,
  readDouble,
  readFloat,
  readLength,
  readMoment,
  readSmall,
  readSpan,
  type Span,
} from './wire-cell.ts'
import {
  BIG,
  type CellWriter,
  DATE,
  DATE_AND_TIME,
  DECIMALS,
  DOUBLE,
  FLOAT,
  SMALL,
  TIME,
  type WireColumn,
} from './wire-column.ts'

/** The value as the driver would give it, decoded as its values are. */
export function decodedWriter(asked: ResultColumn, wire: WireColumn): CellWriter {
  const decode = decoderOf(asked, wire.type)
  return (row, out) => out.wide(JSON.stringify(decode(readAny(row, wire))))
}

function readAny(row: RowCursor, { type, isBinary, isUnsigned }: WireColumn): unknown {
  const size = SMALL.get(type)
  if (size !== undefined) return readSmall(row, size, isUnsigned)
  if (type === BIG) return readBig(row, isUnsigned)
  if (type === FLOAT) return readFloat(row)
  if (type === DOUBLE) return readDouble(row)
  if (type === TIME) return spanText(readSpan(row))
  if (DATE.has(type) || DATE_AND_TIME.has(type)) return momentText(row, DATE.has(type))
  const length = readLength(row)
  row.at += length
  const bytes = row.bytes.subarray(row.at - length, row.at)
  return isBinary && !DECIMALS.has(type) ? bytes : bytes.toString('utf8')
}

function momentText(row: RowCursor, isDate: boolean): string {
  const { year, month, day, hour, minute, second, micros } = readMoment(row)
  const date = [padded(year, 4), padded(month, 2), padded(day, 2)].join('-')
  if (isDate) return date
  const clock = [hour, minute, second].map((part) => padded(part, 2)).join(':')
  return `${date} ${clock}${fractionText(micros)}`
}

function spanText({ isNegative, hours, minutes, seconds, micros }: Span): string {
  const clock = [hours, minutes, seconds].map((part) => padded(part, 2)).join(':')
  return `${isNegative ? '-' : ''}${clock}${fractionText(micros)}`
}

function fractionText(micros: number): string {
  return micros === 0 ? '' : `.${padded(micros, MICRO_DIGITS)}`.replace(/0+$/, '')
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0')
}

const MICRO_DIGITS = 6
