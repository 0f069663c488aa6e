/**
 * Numbers and texts as Oracle Net and the two-task protocol have them. Source: node-oracledb's own reader and writer of them, in its
 * published package (lib/impl/datahandlers/buffer.js).
 */
export class Writer {
  readonly #parts: Buffer[] = []

  /** One byte each. */
  bytes(...values: readonly number[]): this {
    return this.raw(Buffer.from(values))
  }

  raw(buffer: Buffer): this {
    this.#parts.push(buffer)
    return this
  }

  /** Numbers of up to four bytes: how many, then those. */
  numbers(...values: readonly number[]): this {
    for (const value of values) {
      const wide = Buffer.alloc(4)
      wide.writeUInt32BE(value)
      const from = wide.findIndex((byte) => byte !== 0)
      this.raw(value === 0 ? Buffer.from([0]) : Buffer.from([4 - from, ...wide.subarray(from)]))
    }
    return this
  }

  /** With its length before it, in pieces where that does not fit into a byte; null is the length 0. */
  sized(value: string | Buffer | null): this {
    const buffer = typeof value === 'string' ? Buffer.from(value) : value
    if (!buffer || buffer.length === 0) return this.bytes(0)
    if (buffer.length <= 252) return this.bytes(buffer.length).raw(buffer)
    return this.bytes(254).numbers(buffer.length).raw(buffer).numbers(0)
  }

  done(): Buffer {
    return Buffer.concat(this.#parts)
  }
}

export class Reader {
  readonly #buffer: Buffer
  #at = 0

  constructor(buffer: Buffer) {
    this.#buffer = buffer
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#buffer.length
  }

  byte(): number {
    return this.#buffer.readUInt8(this.#at++)
  }

  number(): number {
    const size = this.byte()
    const value = size === 0 ? 0 : this.#buffer.readUIntBE(this.#at, size)
    this.#at += size
    return value
  }

  skip(bytes: number): void {
    this.#at += bytes
  }

  skipNumbers(count: number): void {
    for (let each = 0; each < count; each++) this.number()
  }

  sized(): Buffer | null {
    const size = this.byte()
    if (size === 0 || size === 255) return null
    if (size !== 254) return this.#take(size)
    const parts: Buffer[] = []
    for (let part = this.number(); part > 0; part = this.number()) parts.push(this.#take(part))
    return Buffer.concat(parts)
  }

  #take(size: number): Buffer {
    const part = this.#buffer.subarray(this.#at, this.#at + size)
    this.#at += size
    return part
  }
}

/** `-12.5` as a NUMBER: an exponent of 100, then two digits a byte. */
export function numberBytes(text: string): Buffer {
  const isNegative = text.startsWith('-')
  const [whole = '', decimals = ''] = text.replace('-', '').split('.')
  const left = whole.replace(/^0+/, '')
  const padded = (left.length % 2 ? '0' : '') + left
  const right = decimals + (decimals.length % 2 ? '0' : '')
  const pairs = `${padded}${right}`.match(/\d\d/g)?.map(Number) ?? []
  const lead = pairs.findIndex((pair) => pair !== 0)
  if (lead < 0) return Buffer.from([0x80])
  const digits = pairs.slice(lead)
  while (digits.at(-1) === 0) digits.pop()
  const exponent = padded.length / 2 - 1 - lead
  return isNegative
    ? Buffer.from([62 - exponent, ...digits.map((digit) => 101 - digit), 102])
    : Buffer.from([193 + exponent, ...digits.map((digit) => digit + 1)])
}

/** `2024-02-29 12:30:45.123456789 +02:00`: 7, 11 or 13 bytes, the moment of the last in UTC. */
export function momentBytes(text: string): Buffer {
  const [, day = '', clock = '', fraction, sign, hours = '0', minutes = '0'] =
    /^(\S+) (\d\d:\d\d:\d\d)(?:\.(\d+))?(?: ([-+])(\d\d):(\d\d))?$/.exec(text) ?? []
  const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  const at = new Date(Date.parse(`${day}T${clock}Z`) - (sign === undefined ? 0 : offset * 60_000))
  const year = at.getUTCFullYear()
  const bytes = [
    Math.floor(year / 100) + 100,
    (year % 100) + 100,
    at.getUTCMonth() + 1,
    at.getUTCDate(),
    at.getUTCHours() + 1,
    at.getUTCMinutes() + 1,
    at.getUTCSeconds() + 1,
  ]
  if (fraction === undefined) return Buffer.from(bytes)
  const nanoseconds = Buffer.alloc(4)
  nanoseconds.writeUInt32BE(Number(fraction.padEnd(9, '0')))
  const zone = sign === undefined ? [] : [Math.trunc(offset / 60) + 20, (offset % 60) + 60]
  return Buffer.from([...bytes, ...nanoseconds, ...zone])
}

/** `+02 03:04:05.5`: each part with what is added so that none is below zero. */
export function intervalBytes(text: string): Buffer {
  const [, sign, days = '0', hours, minutes, seconds, fraction = ''] =
    /^([-+])(\d+) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?$/.exec(text) ?? []
  const by = sign === '-' ? -1 : 1
  const bytes = Buffer.alloc(11)
  bytes.writeUInt32BE(0x80000000 + by * Number(days), 0)
  bytes.set(
    [hours, minutes, seconds].map((part) => by * Number(part) + 60),
    4,
  )
  bytes.writeUInt32BE(0x80000000 + by * Number(fraction.padEnd(9, '0')), 7)
  return bytes
}
