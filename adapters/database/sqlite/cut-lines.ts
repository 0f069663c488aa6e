import { plainValue } from '../../../src/core/database/json-cell.ts'
import type { Json } from '../../../src/core/database/value.ts'

/** Rows as SQLite writes them (`rowsAsJson`): objects in UTF-8, each in a line of its own. */
export interface Lines {
  readonly bytes: Buffer
  readonly count: number
}

export interface CutLines {
  /** Where each row begins, and where one behind the last would. Between two is one byte. */
  readonly starts: Uint32Array
  /** Of each column that is wanted what the rows have there. A character of a text stands for a byte. */
  readonly values: readonly (readonly Json[])[]
}

/** Puts commas between the rows. Undefined for more or fewer rows than there are to be. */
export function cutLines({ bytes, count }: Lines, wanted: readonly number[]): CutLines | undefined {
  const starts = new Uint32Array(count + 1)
  const values = wanted.map((): Json[] => [])
  const columns = Array.from({ length: 1 + Math.max(-1, ...wanted) }, (_, at) => values[wanted.indexOf(at)])
  let start = 0
  for (let row = 0; row < count; row++) {
    if (start >= bytes.length) return undefined
    starts[row] = start
    const behind = readColumns(bytes, start, columns)
    // No control character stands in JSON as it is.
    const end = bytes.indexOf(NEWLINE, behind)
    if (end >= 0) bytes[end] = COMMA
    start = 1 + (end < 0 ? bytes.length : end)
  }
  starts[count] = start
  return start === bytes.length + (count > 0 ? 1 : 0) ? { starts, values } : undefined
}

/** Behind the last of the columns. Their values are no objects or lists. */
function readColumns(bytes: Buffer, start: number, columns: readonly (Json[] | undefined)[]): number {
  let at = start
  for (const column of columns) {
    const from = endOfText(bytes, at + 1) + 1
    at = endOfValue(bytes, from)
    column?.push(valueIn(bytes, from, at))
  }
  return at
}

function endOfValue(bytes: Buffer, from: number): number {
  if (bytes[from] === QUOTE) return endOfText(bytes, from)
  let at = from
  while (at < bytes.length && bytes[at] !== COMMA && bytes[at] !== CLOSE) at++
  return at
}

function endOfText(bytes: Buffer, from: number): number {
  let at = from + 1
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at + 1
}

/** A character of a text stands for a byte. */
export function valueIn(bytes: Buffer, from: number, to: number): Json {
  return smallNumber(bytes, from, to) ?? plainValue(bytes.toString('latin1', from, to), 0, to - from)
}

/** Most keys are whole numbers of a few digits. */
function smallNumber(bytes: Buffer, from: number, to: number): number | undefined {
  if (to - from > SMALL_DIGITS) return undefined
  let number = 0
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] ?? 0) - ZERO
    if (digit < 0 || digit > 9) return undefined
    number = number * 10 + digit
  }
  return number
}

const SMALL_DIGITS = 9

const NEWLINE = 0x0a
const QUOTE = 0x22
const COMMA = 0x2c
const ZERO = 0x30
const BACKSLASH = 0x5c
const CLOSE = 0x7d
