import type { Json, Row } from '../../../src/core/database/value.ts'
import { fromJsonText } from '../../../src/core/from-json-text.ts'
import type { ResultColumn } from '../sql/connection.ts'
import { exactNumber } from '../sql/exact-number.ts'
import { intervalText, momentOfBytes, momentOfDate } from './cursor-moment.ts'

type Asked = Pick<ResultColumn, 'name' | 'type' | 'dbType' | 'computed'>

/** A row as the wire has it (core/database/value.ts), from what the driver gave: large objects were read before. */
export function decodeRow(cells: readonly unknown[], columns: readonly Asked[]): Row {
  const entries = columns.map((column, at): [string, Json] => [
    column.name,
    decode(cells[at] ?? null, column),
  ])
  return Object.fromEntries(entries)
}

export function decode(value: unknown, { type, dbType, computed }: Omit<Asked, 'name'>): Json {
  if (value === null) return null
  if (value instanceof Date) return withoutZeros(momentOfDate(value, dbType))
  switch (type) {
    case 'integer':
    case 'decimal':
      return computed === 'mean' ? Number(value) : number(String(value))
    case 'float':
      return double(Number(value))
    case 'boolean':
      return boolean(value)
    case 'binary':
      return Buffer.isBuffer(value) ? value.toString('base64') : String(value)
    case 'timestamp':
      return withoutZeros(Buffer.isBuffer(value) ? momentOfBytes(value) : String(value))
    case 'time':
      return clock(String(value))
    case 'json':
      return value === '' ? null : fromJsonText(String(value))
    default:
      return text(value)
  }
}

function text(value: unknown): string {
  if (Buffer.isBuffer(value)) return value.toString('base64')
  return (typeof value === 'object' && value !== null ? intervalText(value) : undefined) ?? String(value)
}

/** As the server writes a number: `.5`, `-1.5`, `1.0E+40`. */
function number(text: string): Json {
  const whole = text.trim().replace(/^(-?)\./, '$10.')
  return /e/i.test(whole) ? Number(whole) : exactNumber(whole)
}

/** JSON has no words for what is no number. */
function double(value: number): Json {
  return Number.isFinite(value) ? value : String(value)
}

/** A NUMBER of one digit may hold other numbers than 0 and 1. */
function boolean(value: unknown): Json {
  if (typeof value === 'boolean') return value
  const text = String(value)
  return text === '1' ? true : text === '0' ? false : number(text)
}

/** `2024-01-01 08:00:00.500000000 +02:00` → `2024-01-01 08:00:00.5+02:00`. */
function withoutZeros(text: string): string {
  return text
    .replace(/\.(\d*?)0+(?!\d)/, (_, digits) => (digits === '' ? '' : `.${digits}`))
    .replace(/ (?=[-+]\d)/, '')
}

/** An interval of less than a day, `+00 23:59:58.000000`. */
function clock(text: string): string {
  const time = text.replace(/^\+?(-?)0+ /, '$1')
  return withoutZeros(time)
}
