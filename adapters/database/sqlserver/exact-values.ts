/** A value as the driver's parser gives it, and where the next one begins. */
interface Parsed {
  readonly value: unknown
  readonly offset: number
}

/** What of a column decides the form of its values (MS-TDS §2.2.5.5). */
interface ColumnForm {
  readonly type: { readonly name: string }
  readonly scale?: number | undefined
}

interface ValueReader {
  readValue(buffer: Buffer, offset: number, column: ColumnForm, options: unknown): Parsed
}

/** The parts of the driver's parser that are used: values, and what is thrown when the rest of one is not here yet. */
export interface DriverParser {
  readonly values: ValueReader
  readonly NotEnoughDataError: new (length: number) => Error
}

const IS_EXACT = Symbol('reads exactly')

/**
 * Has the driver give decimals, money, dates and times as text with every digit. By itself it makes doubles and `Date` objects of them:
 * a decimal of 38 digits keeps 15, a moment loses its zone. The driver has no setting for this; its parser is asked for each value
 * by name, so it is replaced there, once.
 */
export function readExactly({ values, NotEnoughDataError }: DriverParser): void {
  const original = values.readValue
  if (Reflect.has(original, IS_EXACT)) return
  const exact: ValueReader['readValue'] = (buffer, offset, column, options) => {
    const read = READERS[column.type.name]
    if (!read) return original.call(values, buffer, offset, column, options)
    const { lengthBytes, text } = read
    const start = offset + (lengthBytes === undefined ? 1 : 0)
    const need = (end: number) => {
      if (buffer.length < end) throw new NotEnoughDataError(end)
    }
    need(start)
    const length = lengthBytes ?? buffer.readUInt8(offset)
    need(start + length)
    const bytes = buffer.subarray(start, start + length)
    return { value: length === 0 ? null : text(bytes, column.scale ?? 0), offset: start + length }
  }
  values.readValue = Object.assign(exact, { [IS_EXACT]: true })
}

interface Reader {
  /** Bytes of every value; absent where a byte before it tells. */
  readonly lengthBytes?: number
  text(bytes: Buffer, scale: number): string
}

const READERS: Readonly<Record<string, Reader>> = {
  NumericN: { text: decimalText },
  DecimalN: { text: decimalText },
  Money: { lengthBytes: 8, text: moneyText },
  SmallMoney: { lengthBytes: 4, text: moneyText },
  MoneyN: { text: moneyText },
  Date: { text: (bytes) => dayText(bytes.readUIntLE(0, 3)) },
  Time: { text: (bytes, scale) => clockText(BigInt(bytes.readUIntLE(0, bytes.length)), scale) },
  DateTime2: { text: momentText },
  DateTimeOffset: { text: offsetText },
  DateTime: { lengthBytes: 8, text: oldMomentText },
  SmallDateTime: { lengthBytes: 4, text: oldMomentText },
  DateTimeN: { text: oldMomentText },
}

/** A byte for the sign, 1 for plus, and the digits as a number, lowest byte first. */
function decimalText(bytes: Buffer, scale: number): string {
  const digits = BigInt(`0x${Buffer.from(bytes.subarray(1)).reverse().toString('hex')}`)
  return scaled(bytes[0] === 1 ? digits : -digits, scale)
}

/** Ten-thousandths: of eight bytes the upper four come first. */
function moneyText(bytes: Buffer): string {
  if (bytes.length === 4) return scaled(BigInt(bytes.readInt32LE(0)), 4)
  return scaled((BigInt(bytes.readInt32LE(0)) << 32n) | BigInt(bytes.readUInt32LE(4)), 4)
}

function scaled(number: bigint, scale: number): string {
  const digits = (number < 0n ? -number : number).toString().padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return number < 0n ? `-${text}` : text
}

const DAY_MS = 86_400_000
/** 1970-01-01, counted from 0001-01-01 and from 1900-01-01. */
const EPOCH_FROM_YEAR_1 = 719_162
const EPOCH_FROM_1900 = 25_567

function dayText(days: number): string {
  return new Date((days - EPOCH_FROM_YEAR_1) * DAY_MS).toISOString().slice(0, 10)
}

/** `ticks` of 10^-scale seconds since midnight. */
function clockText(ticks: bigint, scale: number): string {
  const unit = 10n ** BigInt(scale)
  const seconds = Number(ticks / unit)
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60]
  const clock = parts.map((part) => String(Math.floor(part)).padStart(2, '0')).join(':')
  return scale === 0 ? clock : `${clock}.${String(ticks % unit).padStart(scale, '0')}`
}

function momentText(bytes: Buffer, scale: number): string {
  const timeBytes = bytes.length - 3
  const ticks = BigInt(bytes.readUIntLE(0, timeBytes))
  return `${dayText(bytes.readUIntLE(timeBytes, 3))} ${clockText(ticks, scale)}`
}

/** Day and time are those of Greenwich; the last two bytes are the minutes east of it. */
function offsetText(bytes: Buffer, scale: number): string {
  const timeBytes = bytes.length - 5
  const minutes = bytes.readInt16LE(bytes.length - 2)
  const day = 86_400n * 10n ** BigInt(scale)
  const there = BigInt(bytes.readUIntLE(0, timeBytes)) + BigInt(minutes * 60) * 10n ** BigInt(scale)
  const shift = there < 0n ? -1 : there >= day ? 1 : 0
  const days = bytes.readUIntLE(timeBytes, 3) + shift
  const east = Math.abs(minutes)
  const zone = [east / 60, east % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':')
  return `${dayText(days)} ${clockText(there - BigInt(shift) * day, scale)} ${minutes < 0 ? '-' : '+'}${zone}`
}

/** `datetime`: days since 1900 and three-hundredths of a second; `smalldatetime`: days and minutes. */
function oldMomentText(bytes: Buffer): string {
  if (bytes.length === 4)
    return `${dayText(bytes.readUInt16LE(0) + EPOCH_FROM_YEAR_1 - EPOCH_FROM_1900)} ${clockText(BigInt(bytes.readUInt16LE(2) * 60), 0)}`
  const milliseconds = BigInt(Math.round((bytes.readInt32LE(4) * 10) / 3))
  return `${dayText(bytes.readInt32LE(0) + EPOCH_FROM_YEAR_1 - EPOCH_FROM_1900)} ${clockText(milliseconds, 3)}`
}
