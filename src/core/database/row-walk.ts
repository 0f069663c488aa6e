import { csvText } from '../csv.ts'
import { beginsWord } from './json-cell.ts'

/** The rows of a JSON text, once more as CSV, and where the last of them ends. */
interface Walked {
  readonly csv: string
  /** The text up to there, in characters. */
  readonly head: string
}

/** Compact JSON of flat rows that all have these keys, in this order; undefined for any other. Byte by byte: a text for each value would be twice the work. */
export function walkRows(json: string, fields: readonly string[], count: number): Walked | undefined {
  const keys = fields.map((name, at) => Buffer.from(`${at === 0 ? '{' : ','}${JSON.stringify(name)}:`))
  const walk = new RowWalk(Buffer.from(json))
  for (let row = 0; row < count; row++) if (!walk.row(keys, row === 0)) return undefined
  return { csv: walk.csv(), head: walk.head(json) }
}

const QUOTE = 0x22
const COMMA = 0x2c
const DASH = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const BACKSLASH = 0x5c
const BRACE = 0x7b
const CLOSE = 0x7d
const LINE = 0x0a
const CAPITAL_E = 0x45
const SMALL_E = 0x65

/** Fewer digits than a double holds, with a point and perhaps a sign. */
const SHORT_NUMBER = 16

class RowWalk {
  readonly #in: Buffer
  /** Never longer than what was read for it. */
  readonly #out: Buffer
  #at = 0
  #to = 0

  constructor(bytes: Buffer) {
    this.#in = bytes
    this.#out = Buffer.allocUnsafe(bytes.length)
  }

  csv(): string {
    return this.#out.toString('utf8', 0, this.#to)
  }

  head(json: string): string {
    const isAscii = this.#in.length === json.length
    return isAscii ? json.slice(0, this.#at) : this.#in.toString('utf8', 0, this.#at)
  }

  /** False for what is no such row. */
  row(keys: readonly Buffer[], isFirst: boolean): boolean {
    // Behind the bracket, or the comma between two rows.
    this.#at++
    if (!isFirst) this.#out[this.#to++] = LINE
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]
      if (!key || !this.#passes(key)) return false
      if (index > 0) this.#out[this.#to++] = COMMA
      const first = this.#in[this.#at] ?? BRACE
      if (!(first === QUOTE ? this.#text() : beginsWord(first) && this.#word(first))) return false
    }
    return this.#in[this.#at++] === CLOSE
  }

  #passes(key: Buffer): boolean {
    const from = this.#at
    for (let index = 0; index < key.length; index++) if (this.#in[from + index] !== key[index]) return false
    this.#at = from + key.length
    return true
  }

  /** Without escapes nothing but a comma wants quotes, and the empty text. */
  #text(): boolean {
    const bytes = this.#in
    const out = this.#out
    const start = this.#at + 1
    let from = start
    let to = this.#to
    let isBare = bytes[from] !== QUOTE
    for (let byte = bytes[from]; byte !== QUOTE; byte = bytes[++from]) {
      if (byte === undefined) return false
      if (byte === BACKSLASH) return this.#escaped()
      if (byte === COMMA) isBare = false
      out[to++] = byte
    }
    this.#at = from + 1
    if (isBare) this.#to = to
    else {
      out[this.#to++] = QUOTE
      this.#to += bytes.copy(out, this.#to, start, from)
      out[this.#to++] = QUOTE
    }
    return true
  }

  #escaped(): boolean {
    const bytes = this.#in
    let end = this.#at + 1
    while (bytes[end] !== QUOTE && end < bytes.length) end += bytes[end] === BACKSLASH ? 2 : 1
    const text: unknown = JSON.parse(bytes.toString('utf8', this.#at, end + 1))
    return this.#write(csvText(String(text)), end + 1)
  }

  /** A number, true, false or null. */
  #word(first: number): boolean {
    const bytes = this.#in
    const start = this.#at
    let end = start
    let to = this.#to
    let hasPoint = false
    let hasExponent = false
    for (let byte = bytes[end]; byte !== COMMA && byte !== CLOSE; byte = bytes[++end]) {
      if (byte === undefined) return false
      if (byte === POINT) hasPoint = true
      else if (byte === CAPITAL_E || byte === SMALL_E) hasExponent = true
      this.#out[to++] = byte
    }
    const isWord = first > NINE
    const isWhole = !(hasPoint || hasExponent) && !isMinusZero(bytes, start, end)
    if (isWord || isWhole || (!hasExponent && isWrittenByUs(bytes, start, end))) {
      this.#at = end
      if (first !== NULL) this.#to = to
      return true
    }
    return this.#write(String(Number(bytes.toString('latin1', start, end))), end)
  }

  /** What is written in another way than it was read; false where there is no room for it. */
  #write(text: string, end: number): boolean {
    if (Buffer.byteLength(text) > end - this.#to) return false
    this.#to += this.#out.write(text, this.#to)
    this.#at = end
    return true
  }
}

/** The first letter of null. */
const NULL = 0x6e

function isMinusZero(bytes: Buffer, from: number, to: number): boolean {
  return to - from === 2 && bytes[from] === DASH && bytes[from + 1] === ZERO
}

/** As every other number of ours: 1.5 for 1.50. Tiny ones would have an exponent. */
function isWrittenByUs(bytes: Buffer, from: number, to: number): boolean {
  if (to - from > SHORT_NUMBER || bytes[to - 1] === ZERO) return false
  const whole = bytes[from] === DASH ? from + 1 : from
  return bytes[whole] !== ZERO || bytes[whole + 2] !== ZERO
}
