import type { Sent } from './double.ts'

/**
 * What a message asks to run: a text as it is (MS-TDS §2.2.6.7), or `sp_executesql` with its parameters (§2.2.6.6), of the types that the
 * adapter binds.
 */
export function readOrder(type: number, body: Buffer): Sent {
  const start = body.readUInt32LE(0)
  if (type === SQL_BATCH) return { sql: body.subarray(start).toString('ucs2'), as: 'text', parameters: [] }
  const bytes = new Bytes(body, start)
  if (bytes.short() !== BY_NUMBER || bytes.short() !== SP_EXECUTESQL)
    throw new Error('No other call is known.')
  bytes.short()
  const all: Sent['parameters'][number][] = []
  while (!bytes.isAtEnd) {
    bytes.take(bytes.byte() * 2)
    bytes.byte()
    all.push(readValue(bytes))
  }
  const [statement, , ...parameters] = all
  return { sql: String(statement?.value), as: 'statement', parameters }
}

const SQL_BATCH = 1
const BY_NUMBER = 0xffff
const SP_EXECUTESQL = 10

/** MS-TDS §2.2.5.4 and §2.2.5.5 */
function readValue(bytes: Bytes): Sent['parameters'][number] {
  const type = bytes.byte()
  switch (type) {
    case 0x26:
      bytes.byte()
      return { type: 'BigInt', value: bytes.sized((data) => data.readBigInt64LE()) }
    case 0x6d:
      bytes.byte()
      return { type: 'Float', value: bytes.sized((data) => data.readDoubleLE()) }
    case 0x6a: {
      bytes.take(2)
      const scale = bytes.byte()
      const digitsOf = (data: Buffer) => {
        const digits = BigInt(`0x${Buffer.from(data.subarray(1)).reverse().toString('hex')}`)
        return { digits: data[0] === 1 ? digits : -digits, scale }
      }
      return { type: 'Decimal', value: bytes.sized(digitsOf) }
    }
    case 0xe7: {
      const isLarge = bytes.short() === LARGE
      bytes.take(5)
      return { type: 'NVarChar', value: bytes.long(isLarge)?.toString('ucs2') ?? null }
    }
    case 0xa5:
      return { type: 'VarBinary', value: bytes.long(bytes.short() === LARGE) ?? null }
    default:
      throw new Error(`A parameter of the type ${type.toString(16)} is not known.`)
  }
}

const LARGE = 0xffff

class Bytes {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  take(length: number): Buffer {
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  byte(): number {
    return this.take(1).readUInt8()
  }

  short(): number {
    return this.take(2).readUInt16LE()
  }

  /** A value whose length stands in a byte before it; null has none. */
  sized<T>(read: (data: Buffer) => T): T | null {
    const data = this.take(this.byte())
    return data.length === 0 ? null : read(data)
  }

  /** A length of two bytes, or pieces that end with an empty one. */
  long(isLarge: boolean): Buffer | undefined {
    if (!isLarge) {
      const length = this.short()
      return length === LARGE ? undefined : this.take(length)
    }
    if (this.take(8).equals(NO_VALUE)) return undefined
    const pieces: Buffer[] = []
    for (let length = this.take(4).readUInt32LE(); length > 0; length = this.take(4).readUInt32LE())
      pieces.push(this.take(length))
    return Buffer.concat(pieces)
  }
}

const NO_VALUE = Buffer.alloc(8, 0xff)
