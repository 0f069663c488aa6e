/** The text of JSON under way, as bytes of UTF-8: what the server sent is copied, and becomes text once. */
export class JsonBytes {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #length = 0

  /** Forgets what was written. The memory stays, unless it is much. */
  start(): void {
    this.#length = 0
    if (this.#bytes.length > MOST_KEPT) this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
  }

  /** In bytes. */
  get length(): number {
    return this.#length
  }

  /** What was written, up to `length`: for a look until more is written. */
  get bytes(): Buffer {
    return this.#bytes
  }

  text(): string {
    return this.#bytes.toString('utf8', 0, this.#length)
  }

  /** What was written, for keeps: nothing may be written after it. */
  taken(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  byte(byte: number): void {
    this.#room(1)
    this.#bytes[this.#length++] = byte
  }

  /** Bytes that are JSON. */
  json(source: Uint8Array, from: number, to: number): void {
    this.#room(to - from)
    const bytes = this.#bytes
    let at = this.#length
    for (let next = from; next < to; next++) bytes[at++] = source[next] ?? 0
    this.#length = at
  }

  /** JSON of ASCII characters alone. */
  ascii(text: string): void {
    this.#room(text.length)
    const bytes = this.#bytes
    let at = this.#length
    for (let next = 0; next < text.length; next++) bytes[at++] = text.charCodeAt(next)
    this.#length = at
  }

  /** A number from 0, in so many digits at least. */
  digits(number: number, least: number): void {
    if (number > 9 || least > 1) {
      const rest = Math.floor(number / 10)
      this.digits(rest, least - 1)
      this.byte(ZERO + (number - rest * 10))
    } else this.byte(ZERO + number)
  }

  /** A string of JSON; false, and nothing is written, where characters would need care. */
  plainText(text: string): boolean {
    this.#room(text.length + 2)
    const bytes = this.#bytes
    let at = this.#length
    bytes[at++] = QUOTE
    for (let next = 0; next < text.length; next++) {
      const code = text.charCodeAt(next)
      if (code < FIRST_SHOWN || code > LAST_ASCII || code === QUOTE || code === BACKSLASH) return false
      bytes[at++] = code
    }
    bytes[at++] = QUOTE
    this.#length = at
    return true
  }

  /** JSON, of any characters. */
  wide(text: string): void {
    this.#room(text.length * 3)
    this.#length += this.#bytes.write(text, this.#length)
  }

  /** Bytes of UTF-8 as a string of JSON, as `JSON.stringify` writes it. */
  quoted(source: Buffer, from: number, to: number): void {
    this.#room(to - from + 2)
    const bytes = this.#bytes
    let at = this.#length
    bytes[at++] = QUOTE
    for (let next = from; next < to; next++) {
      const byte = source[next] ?? 0
      if (byte < FIRST_SHOWN || byte === QUOTE || byte === BACKSLASH) {
        this.wide(JSON.stringify(source.toString('utf8', from, to)))
        return
      }
      bytes[at++] = byte
    }
    bytes[at++] = QUOTE
    this.#length = at
  }

  /**
   * As `quoted`; true when every byte of it is shown as it is, and none is a comma: then they stand in `copy` too, from there on. What is there is else
   * of no use.
   */
  quotedTwice(source: Buffer, from: number, to: number, copy: Uint8Array, start: number): boolean {
    this.#room(to - from + 2)
    const bytes = this.#bytes
    let at = this.#length
    let second = start
    let isBare = to > from
    bytes[at++] = QUOTE
    for (let next = from; next < to; next++) {
      const byte = source[next] ?? 0
      if (byte < FIRST_SHOWN || byte === QUOTE || byte === BACKSLASH) {
        this.wide(JSON.stringify(source.toString('utf8', from, to)))
        return false
      }
      if (byte === COMMA) isBare = false
      bytes[at++] = byte
      copy[second++] = byte
    }
    bytes[at++] = QUOTE
    this.#length = at
    return isBare
  }

  #room(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}

const FIRST_BYTES = 16 * 1024
const MOST_KEPT = 512 * 1024

const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const ZERO = 0x30
/** What is below are control characters. */
const FIRST_SHOWN = 0x20
const LAST_ASCII = 0x7e
