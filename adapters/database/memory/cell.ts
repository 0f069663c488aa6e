import type { ValueClass } from '../../../src/core/database/schema.ts'
import type { Json, Value } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import { toJsonText } from '../../../src/core/exact-json.ts'
import { fromJsonText } from '../../../src/core/from-json-text.ts'

/** A value as this engine keeps it: integers as bigint, decimals and floats as number, dates and JSON as text. */
export type Cell = null | boolean | number | bigint | string | Uint8Array

/** Never changed once made: a change makes a new row. */
export type StoredRow = { readonly [field: string]: Cell }

/** The columns a filter or an order may name: those of a table, or those of a grouped result. */
export type Columns = ReadonlyMap<string, ValueClass>

/** Throws `bad_request` for an unknown column. */
export function columnType(columns: Columns, field: string): ValueClass {
  const type = columns.get(field)
  if (!type) throw new AppError('bad_request', `Field '${field}' does not exist.`, { context: { field } })
  return type
}

/** The value as a cell of its column. Throws `bad_request` for one of another type. */
export function toCell(field: string, type: ValueClass, value: Value): Cell {
  if (value === null) return null
  const rule = RULES[type]
  const cell = rule.convert(value)
  if (cell === undefined) {
    throw new AppError('bad_request', `Field '${field}' takes ${rule.takes}.`, { context: { field } })
  }
  return cell
}

/** The same of what cells are compared with: a whole number may be larger than any of them. */
export function toComparedCell(field: string, type: ValueClass, value: Value): Cell {
  return type === 'integer' && typeof value === 'bigint' ? value : toCell(field, type, value)
}

/** The cell as it goes to the wire (core/database/value.ts, Row). */
export function toJson(type: ValueClass, cell: Cell): Json {
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('base64')
  if (typeof cell === 'bigint') return isSafe(cell) ? Number(cell) : String(cell)
  if (type === 'json' && typeof cell === 'string') return fromJsonText(cell)
  return cell
}

/** Negative, zero or positive, as for sorting: null is smallest, text goes by code point. */
export function compareCells(left: Cell, right: Cell): number {
  if (left === right) return 0
  if (left === null || right === null) return left === null ? -1 : 1
  if (typeof left === 'string' && typeof right === 'string') {
    return Buffer.compare(Buffer.from(left), Buffer.from(right))
  }
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right)
  return left < right ? -1 : left > right ? 1 : 0
}

/** One text for the cells of these fields, equal exactly when the cells are. */
export function keyOf(row: StoredRow, fields: readonly string[]): string {
  return JSON.stringify(fields.map((field) => cellKey(row[field] ?? null)))
}

function cellKey(cell: Cell): readonly [string, string] {
  const text = cell instanceof Uint8Array ? Buffer.from(cell).toString('hex') : String(cell)
  return [cell === null ? 'null' : typeof cell, text]
}

interface Rule {
  readonly takes: string
  /** Undefined: not a value of this type. */
  readonly convert: (value: Exclude<Value, null>) => Exclude<Cell, null> | undefined
}

const DAY = String.raw`\d{4}-\d{2}-\d{2}`
const CLOCK = String.raw`\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?`

const RULES: Record<ValueClass, Rule> = {
  integer: { takes: 'an integer of at most 64 bits', convert: toInteger },
  decimal: { takes: 'a decimal number of at most 15 digits', convert: toDecimal },
  float: { takes: 'a number', convert: toFloat },
  boolean: { takes: 'true or false', convert: (value) => (typeof value === 'boolean' ? value : undefined) },
  text: { takes: 'text', convert: (value) => (typeof value === 'string' ? value : undefined) },
  binary: { takes: 'bytes', convert: (value) => (value instanceof Uint8Array ? value.slice() : undefined) },
  date: { takes: 'a date (YYYY-MM-DD)', convert: textLike(`^${DAY}$`) },
  time: { takes: 'a time (HH:MM:SS)', convert: textLike(`^${CLOCK}$`) },
  timestamp: {
    takes: 'a date and time (YYYY-MM-DD HH:MM:SS)',
    convert: textLike(`^${DAY}([ T]${CLOCK})?$`),
  },
  json: { takes: 'JSON', convert: documentText },
}

function toInteger(value: Exclude<Value, null>): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined
  return typeof value === 'bigint' && BigInt.asIntN(64, value) === value ? value : undefined
}

function toDecimal(value: Exclude<Value, null>): number | undefined {
  if (typeof value === 'number') return toFloat(value)
  const text = typeof value === 'bigint' || typeof value === 'string' ? String(value) : ''
  const parts = /^[+-]?0*(\d*)(?:\.(\d*?)0*)?$/.exec(text)
  if (!parts || text === '') return undefined
  // A double gives back every decimal number of up to 15 digits (IEEE 754); more would be lost silently.
  return `${parts[1]}${parts[2] ?? ''}`.length <= 15 ? Number(text) : undefined
}

function toFloat(value: Exclude<Value, null>): number | undefined {
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function documentText(value: Exclude<Value, null>): string | undefined {
  return typeof value === 'object' && !(value instanceof Uint8Array) ? toJsonText(value.json) : undefined
}

function textLike(pattern: string): Rule['convert'] {
  const format = new RegExp(pattern)
  return (value) => (typeof value === 'string' && format.test(value) ? value : undefined)
}

function isSafe(value: bigint): boolean {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
}
