/**
 * Reading of one row of the binary protocol (dev.mysql.com/doc/dev/mysql-server, Binary Protocol Resultset). Each function reads
 * one value, which is not null, and moves behind it.
 */
export interface RowCursor {
  readonly bytes: Buffer
  at: number
}

export function readSmall(row: RowCursor, size: 1 | 2 | 4, isUnsigned: boolean): number {
  const { bytes, at } = row
  row.at += size
  switch (size) {
    case 1:
      return isUnsigned ? bytes.readUInt8(at) : bytes.readInt8(at)
    case 2:
      return isUnsigned ? bytes.readUInt16LE(at) : bytes.readInt16LE(at)
    case 4:
      return isUnsigned ? bytes.readUInt32LE(at) : bytes.readInt32LE(at)
  }
}

/** A number where no digit is lost, else all of them. */
export function readBig(row: RowCursor, isUnsigned: boolean): number | string {
  const { bytes, at } = row
  row.at += 8
  const high = isUnsigned ? bytes.readUInt32LE(at + 4) : bytes.readInt32LE(at + 4)
  const number = high * 2 ** 32 + bytes.readUInt32LE(at)
  if (Number.isSafeInteger(number)) return number
  return (isUnsigned ? bytes.readBigUInt64LE(at) : bytes.readBigInt64LE(at)).toString()
}

export function readFloat(row: RowCursor): number {
  row.at += 4
  return row.bytes.readFloatLE(row.at - 4)
}

export function readDouble(row: RowCursor): number {
  row.at += 8
  return row.bytes.readDoubleLE(row.at - 8)
}

/** How long the bytes are that follow. */
export function readLength(row: RowCursor): number {
  const { bytes, at } = row
  const first = bytes[at] ?? 0
  if (first < 0xfb) {
    row.at = at + 1
    return first
  }
  const size = first === 0xfc ? 2 : first === 0xfd ? 3 : 8
  row.at = at + 1 + size
  return size === 8 ? Number(bytes.readBigUInt64LE(at + 1)) : bytes.readUIntLE(at + 1, size)
}

/** A date and what the server sent of a time of day: it leaves zeros at the end out. */
export interface Moment {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly micros: number
}

export function readMoment(row: RowCursor): Moment {
  const { bytes, at } = row
  const length = bytes[at] ?? 0
  row.at = at + 1 + length
  const byte = (from: number, least: number) => (length >= least ? (bytes[at + from] ?? 0) : 0)
  return {
    year: length >= 4 ? bytes.readUInt16LE(at + 1) : 0,
    month: byte(3, 4),
    day: byte(4, 4),
    hour: byte(5, 7),
    minute: byte(6, 7),
    second: byte(7, 7),
    micros: length >= 11 ? bytes.readUInt32LE(at + 8) : 0,
  }
}

export interface Span {
  readonly isNegative: boolean
  readonly hours: number
  readonly minutes: number
  readonly seconds: number
  readonly micros: number
}

export function readSpan(row: RowCursor): Span {
  const { bytes, at } = row
  const length = bytes[at] ?? 0
  row.at = at + 1 + length
  if (length < 8) return { isNegative: false, hours: 0, minutes: 0, seconds: 0, micros: 0 }
  return {
    isNegative: bytes[at + 1] === 1,
    hours: bytes.readUInt32LE(at + 2) * 24 + (bytes[at + 6] ?? 0),
    minutes: bytes[at + 7] ?? 0,
    seconds: bytes[at + 8] ?? 0,
    micros: length >= 12 ? bytes.readUInt32LE(at + 9) : 0,
  }
}
