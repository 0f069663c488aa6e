import type { Driver, DriverResultSet, DriverType } from './driver.ts'

/**
 * Has the moments of a cursor come as the bytes that the server sends. The driver makes dates of them, in the time zone of the process and
 * cut to milliseconds, and its converters get those. With a column that the driver asks the server to convert (large objects, documents) all
 * types are sent back, and then these would not fit: such a cursor keeps its dates.
 */
export function keepMoments(set: DriverResultSet, driver: Driver): void {
  const { metaData } = set
  if (metaData.some(({ dbTypeName }) => CONVERTED.test(dbTypeName))) return
  // Nothing public asks for them in another form; a driver that has other insides goes on giving dates.
  const { _impl: inside } = set as { readonly _impl?: Inside }
  for (const [at, { dbTypeName }] of metaData.entries()) {
    const column = inside?.statement?.queryVars?.[at]
    if (column && MOMENTS.has(dbTypeName)) column.type = driver.DB_TYPE_RAW
  }
}

interface Inside {
  readonly statement?: { readonly queryVars?: readonly { type: DriverType }[] }
}

const CONVERTED = /LOB|JSON|VECTOR|LONG/
/** Not those in the session's own zone: what is sent of them is in the database's. */
const MOMENTS: ReadonlySet<string> = new Set(['DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE'])

/**
 * A moment as the server sends it (Call Interface Programmer's Guide, "DATE"): century and year plus 100, month, day, and hour, minute and
 * second plus 1; then nanoseconds; then the hours of a zone plus 20 and its minutes plus 60, before which all is in UTC.
 */
export function momentOfBytes(bytes: Buffer): string {
  const [century = 100, year = 100, month = 1, day = 1, hour = 1, minute = 1, second = 1] = bytes
  const full = (century - 100) * 100 + year - 100
  const fraction = bytes.length < 11 ? '' : `.${String(bytes.readUInt32BE(7)).padStart(9, '0')}`
  const [zone, zoneMinute = 60] = bytes.subarray(11)
  if (zone === undefined)
    return `${padded(full, 4)}-${padded(month)}-${padded(day)} ${padded(hour - 1)}:${padded(minute - 1)}:${padded(second - 1)}${fraction}`
  // A region is sent as a number that only the server knows: then it is UTC that is told.
  const offset = zone & 0x80 ? 0 : (zone - 20) * 60 + zoneMinute - 60
  const at = new Date(0)
  at.setUTCFullYear(full, month - 1, day)
  at.setUTCHours(hour - 1, minute - 1 + offset, second - 1)
  return `${inUtc(at)}${fraction}${offsetText(offset)}`
}

/** A moment that the driver made a date of. One with a zone is that moment; the others are what the clock of the process shows. */
export function momentOfDate(date: Date, dbType: string): string {
  const fraction = `.${padded(date.getMilliseconds(), 3)}`
  if (dbType.endsWith('TIME ZONE')) return `${inUtc(date)}${fraction}+00:00`
  const day = `${padded(date.getFullYear(), 4)}-${padded(date.getMonth() + 1)}-${padded(date.getDate())}`
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => padded(part)).join(':')
  return `${day} ${time}${fraction}`
}

/** An interval that the driver made an object of, as the server writes it; nothing for another value. */
export function intervalText(value: object): string | undefined {
  if ('months' in value && 'years' in value)
    return signed(
      [Number(value.years), Number(value.months)],
      ([years = 0, months = 0]) => `${padded(years)}-${padded(months)}`,
    )
  if (!('days' in value && 'hours' in value && 'minutes' in value && 'seconds' in value)) return undefined
  const nanoseconds = 'fseconds' in value ? Number(value.fseconds) : 0
  const parts = [value.days, value.hours, value.minutes, value.seconds, nanoseconds].map(Number)
  return signed(parts, ([days = 0, hours = 0, minutes = 0, seconds = 0, rest = 0]) => {
    const fraction = rest === 0 ? '' : `.${padded(rest, 9).replace(/0+$/, '')}`
    return `${padded(days)} ${padded(hours)}:${padded(minutes)}:${padded(seconds)}${fraction}`
  })
}

function signed(parts: readonly number[], write: (parts: readonly number[]) => string): string {
  const sign = parts.some((part) => part < 0) ? '-' : '+'
  return `${sign}${write(parts.map(Math.abs))}`
}

function inUtc(date: Date): string {
  const day = `${padded(date.getUTCFullYear(), 4)}-${padded(date.getUTCMonth() + 1)}-${padded(date.getUTCDate())}`
  return `${day} ${[date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map((part) => padded(part)).join(':')}`
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${padded(Math.floor(size / 60))}:${padded(size % 60)}`
}

function padded(part: number, digits = 2): string {
  return String(part).padStart(digits, '0')
}
