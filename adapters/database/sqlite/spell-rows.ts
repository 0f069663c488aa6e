import type { Json } from '../../../src/core/database/value.ts'
import { type CutLines, type Lines, valueIn } from './cut-lines.ts'
import type { Column } from './protocol.ts'

/** The most bytes that rows of numbers take as objects, with what is written over on the way. */
export function mostSpelled({ bytes, count }: Lines, columns: readonly Column[]): number {
  const names = namesOf(columns).reduce((size, { length }) => size + length, 0)
  return bytes.length + count * (names + columns.length * MOST_MORE + 2) + WORD
}

/**
 * Rows of numbers (`rowsAsNumbers`) as objects, as `cutLines` leaves them, from a place on. Undefined where one is something else, or
 * has more digits than a double surely holds.
 */
export function spellRows(
  { bytes, count }: Lines,
  columns: readonly Column[],
  wanted: readonly number[],
  { bytes: out, from }: { readonly bytes: Buffer; readonly from: number },
): CutLines | undefined {
  const values = wanted.map((): Json[] => [])
  const names = namesOf(columns).map(nameOf)
  const places = columns.map(([, code], at) => ({
    name: names[at] ?? NULL,
    isHundredths: code === 'd',
    values: values[wanted.indexOf(at)],
  }))
  const starts = new Uint32Array(count + 1)
  const pen = { bytes, out, view: new DataView(out.buffer, out.byteOffset, out.length), at: 0, end: from }
  for (let row = 0; row < count; row++) {
    starts[row] = pen.end - from
    for (const { name, isHundredths, values: kept } of places) {
      putName(name, pen)
      // Behind the bracket, or the comma.
      pen.at++
      const start = pen.end
      if (!putNumber(pen, isHundredths)) return undefined
      kept?.push(valueIn(out, start, pen.end))
    }
    out[pen.end++] = CLOSE
    out[pen.end++] = COMMA
    // The bracket and the end of the line.
    pen.at += 2
  }
  starts[count] = pen.end - from
  return { starts, values }
}

interface Pen {
  readonly bytes: Buffer
  readonly out: Buffer
  /** Of `out`. */
  readonly view: DataView
  /** As far as `bytes` are read. */
  at: number
  /** As far as `out` is written. */
  end: number
}

/** Whether there is one. */
function putNumber(pen: Pen, isHundredths: boolean): boolean {
  const { bytes, out } = pen
  let { at, end } = pen
  if (bytes[at] === DASH && !isHundredths) out[end++] = bytes[at++] ?? 0
  const first = end
  for (let digit = bytes[at] ?? 0; digit >= ZERO && digit <= NINE; digit = bytes[++at] ?? 0)
    out[end++] = digit
  const digits = end - first
  const isNull = digits === 0 && end === pen.end && bytes[at] === NULL.firstByte
  if (isNull) {
    putName(NULL, pen)
    pen.at += NULL.length
  } else {
    pen.at = at
    pen.end = isHundredths && digits > 0 ? withPoint(out, first, end) : end
  }
  const isWhole = bytes[pen.at] === COMMA || bytes[pen.at] === CLOSE_LIST
  return isWhole && (isNull || (digits > 0 && digits <= MOST_DIGITS))
}

function namesOf(columns: readonly Column[]): readonly Buffer[] {
  return columns.map(([name], at) => Buffer.from(`${at === 0 ? '{' : ','}${JSON.stringify(name)}:`))
}

/** In words of four bytes, which are copied in half the time. */
interface Name {
  readonly words: Uint32Array
  readonly length: number
  readonly firstByte: number | undefined
}

function nameOf(bytes: Buffer): Name {
  const padded = Buffer.concat([bytes, Buffer.alloc(WORD)])
  const words = Uint32Array.from({ length: Math.ceil(bytes.length / WORD) }, (_, at) =>
    padded.readUInt32LE(at * WORD),
  )
  return { words, length: bytes.length, firstByte: bytes[0] }
}

/** The last word may reach beyond the name: what follows is written over it. */
function putName({ words, length }: Name, pen: Pen): void {
  for (let at = 0; at < words.length; at++) pen.view.setUint32(pen.end + at * WORD, words[at] ?? 0, true)
  pen.end += length
}

/** Behind hundredths that got their point, and no zeros at their end: of 2775 27.75, of 2770 27.7, of 2700 27, of 5 0.05. */
function withPoint(out: Buffer, first: number, behind: number): number {
  const hundredths = out[behind - 1] ?? ZERO
  const tenths = behind - first > 1 ? (out[behind - 2] ?? ZERO) : ZERO
  let end = behind - 2
  if (end <= first) {
    out[first] = ZERO
    end = first + 1
  }
  if (tenths === ZERO && hundredths === ZERO) return end
  out[end++] = POINT
  out[end++] = tenths
  if (hundredths !== ZERO) out[end++] = hundredths
  return end
}

const WORD = 4
/** Of any number with so many a double has all. */
const MOST_DIGITS = 15
/** Bytes that hundredths have more when they are spelled: 5, and 0.05. */
const MOST_MORE = 3

const NULL = nameOf(Buffer.from('null'))
const COMMA = 0x2c
const DASH = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const CLOSE_LIST = 0x5d
const CLOSE = 0x7d
