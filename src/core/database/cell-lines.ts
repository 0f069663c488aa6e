import { csvText } from '../csv.ts'
import { beginsWord } from './json-cell.ts'

/**
 * Rows as lines of CSV (core/csv.ts), written as they stand inside of a JSON text, from the JSON of their values. Byte by byte: a text for each value
 * would be twice the work.
 */
export class CellLines {
  #bytes: Buffer
  #length = 0
  #rows = 0
  /** Of the row that is under way. */
  #cells = 0
  #isFlat = true

  constructor(sizeBytes = FIRST_BYTES) {
    this.#bytes = Buffer.allocUnsafeSlow(sizeBytes)
  }

  /** Forgets what was written. The memory stays, unless it is much. */
  start(): void {
    this.#length = 0
    this.#rows = 0
    this.#isFlat = true
    if (this.#bytes.length > MOST_KEPT) this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
  }

  /** What comes next belongs to another row. */
  row(): void {
    if (this.#rows++ > 0) this.#two(BACKSLASH, LETTER_N)
    this.#cells = 0
  }

  /** The value whose JSON is from here to there. */
  value(json: Buffer, from: number, to: number): void {
    if (this.next(json, from, to) !== to) this.#isFlat = false
  }

  /** The value whose compact JSON begins here: where it ends, before `limit`; undefined for an object or a list, and for what is none. */
  next(json: Buffer, from: number, limit: number): number | undefined {
    if (this.#cells++ > 0) this.#byte(COMMA)
    const first = json[from] ?? BRACE
    if (first === QUOTE) return this.#text(json, from, limit)
    return beginsWord(first) ? this.#word(json, from, limit) : undefined
  }

  get bytes(): Buffer {
    return this.#bytes
  }

  /** Where so many bytes of the next value may be written; they count when they are `took`. */
  roomFor(count: number): number {
    this.#room(count + 1)
    if (this.#cells === 0) return this.#length
    this.#bytes[this.#length] = COMMA
    return this.#length + 1
  }

  /** The next value was written up to there. */
  took(end: number): void {
    this.#cells++
    this.#length = end
  }

  /** Undefined where a value was an object or a list. */
  text(): string | undefined {
    return this.#isFlat ? this.#bytes.toString('utf8', 0, this.#length) : undefined
  }

  /** Without escapes nothing but a comma wants quotes, and the empty text. */
  #text(json: Buffer, from: number, limit: number): number | undefined {
    this.#room(limit - from + QUOTES)
    const bytes = this.#bytes
    const start = this.#length
    let to = start
    let at = from + 1
    let isBare = json[at] !== QUOTE
    for (let byte = json[at]; byte !== QUOTE; byte = json[++at]) {
      if (byte === undefined || at >= limit) return undefined
      if (byte === BACKSLASH) return this.#escaped(json, from, limit)
      if (byte === COMMA) isBare = false
      bytes[to++] = byte
    }
    if (isBare) this.#length = to
    else {
      this.#two(BACKSLASH, QUOTE)
      this.#length += json.copy(bytes, this.#length, from + 1, at)
      this.#two(BACKSLASH, QUOTE)
    }
    return at + 1
  }

  #escaped(json: Buffer, from: number, limit: number): number | undefined {
    let at = from + 1
    while (json[at] !== QUOTE && at < limit) at += json[at] === BACKSLASH ? 2 : 1
    if (at >= limit) return undefined
    const text: unknown = JSON.parse(json.toString('utf8', from, at + 1))
    const shown = JSON.stringify(csvText(String(text)))
    this.#room(shown.length * 3)
    this.#length += this.#bytes.write(shown.slice(1, -1), this.#length)
    return at + 1
  }

  /** A number, true, false or null. */
  #word(json: Buffer, from: number, limit: number): number | undefined {
    let end = from + 1
    let hasPoint = false
    let hasExponent = false
    for (let byte = json[end]; end < limit && byte !== COMMA && byte !== CLOSE; byte = json[++end]) {
      if (byte === undefined || byte <= SPACE) return undefined
      if (byte === POINT) hasPoint = true
      else if (byte === CAPITAL_E || byte === SMALL_E) hasExponent = true
    }
    const first = json[from]
    if (first === NULL) return end
    const isWord = first === TRUE || first === FALSE
    const isWhole = !(hasPoint || hasExponent) && !isMinusZero(json, from, end)
    if (isWord || isWhole || (!hasExponent && isWrittenByUs(json, from, end))) this.#copy(json, from, end)
    else this.#ascii(String(Number(json.toString('latin1', from, end))))
    return end
  }

  #copy(source: Buffer, from: number, to: number): void {
    this.#room(to - from)
    const bytes = this.#bytes
    let at = this.#length
    for (let next = from; next < to; next++) bytes[at++] = source[next] ?? 0
    this.#length = at
  }

  #ascii(text: string): void {
    this.#room(text.length)
    this.#length += this.#bytes.write(text, this.#length, 'latin1')
  }

  #byte(byte: number): void {
    this.#room(1)
    this.#bytes[this.#length++] = byte
  }

  #two(first: number, second: number): void {
    this.#byte(first)
    this.#byte(second)
  }

  #room(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}

const FIRST_BYTES = 8 * 1024
const MOST_KEPT = 512 * 1024

const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const DASH = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const CAPITAL_E = 0x45
const BACKSLASH = 0x5c
const SMALL_E = 0x65
const FALSE = 0x66
const LETTER_N = 0x6e
/** The first letter of null. */
const NULL = LETTER_N
const TRUE = 0x74
const BRACE = 0x7b
const CLOSE = 0x7d

/** Bytes that quotes around a value add. */
const QUOTES = 4

/** Fewer digits than a double holds, with a point and perhaps a sign. */
const SHORT_NUMBER = 16

function isMinusZero(bytes: Buffer, from: number, to: number): boolean {
  return to - from === 2 && bytes[from] === DASH && bytes[from + 1] === ZERO
}

/** As every other number of ours: 1.5 for 1.50. Tiny ones would have an exponent. */
function isWrittenByUs(bytes: Buffer, from: number, to: number): boolean {
  if (to - from > SHORT_NUMBER || bytes[to - 1] === ZERO) return false
  const whole = bytes[from] === DASH ? from + 1 : from
  return bytes[whole] !== ZERO || bytes[whole + 2] !== ZERO
}
