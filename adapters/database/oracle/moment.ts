import { AppError } from '../../../src/core/errors.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import { spelledAs } from './column-kind.ts'

interface Place {
  readonly kind: ColumnKind
  /** Of the session: an offset, or a name. */
  readonly zone: string
  readonly use: 'store' | 'compare'
}

/**
 * A date or moment as the formats of `moment-sql.ts` read it. A column with a time zone keeps the offset that is given; for the others a
 * moment with an offset is moved into the session's zone. Text that is no moment stays for the server to refuse.
 */
export function momentText(text: string, { kind, zone, use }: Place): string | null {
  const [, day = '', time = '', offset] = MOMENT.exec(text) ?? []
  if (day === '') return use === 'compare' ? null : text
  const spelled = spelledAs(kind)
  if (kind.type === 'date') return day
  const [clock = '00:00:00', fraction = ''] = padded(time).split('.')
  const whole = spelled.startsWith('TIMESTAMP')
    ? `${day} ${clock}.${fraction.slice(0, DIGITS).padEnd(DIGITS, '0')}`
    : `${day} ${clock}`
  if (spelled.endsWith('TIME ZONE')) return `${whole} ${offset === undefined ? zone : offsetText(offset)}`
  if (offset === undefined) return whole
  const moved = movedTo(zone, { day, clock, offset })
  if (moved !== undefined) return whole.replace(`${day} ${clock}`, moved)
  if (use === 'compare') return null
  throw new AppError('bad_request', 'A time with an offset cannot be stored here.', {
    hint: 'Give the time without an offset, in the time zone of the connection.',
  })
}

/** Of a second. */
const DIGITS = 9
const MOMENT =
  /^\s*(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[-+]\d{2}(?::?\d{2})?)?)?\s*$/i

function padded(time: string): string {
  if (time === '') return '00:00:00'
  const [hour = '', minute = '', second = '00'] = time.split(':')
  return `${hour.padStart(2, '0')}:${minute}:${second}`
}

function offsetText(offset: string): string {
  const minutes = minutesOf(offset) ?? 0
  const size = Math.abs(minutes)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

/** Minutes east of Greenwich; nothing for a zone that has a name. */
function minutesOf(offset: string): number | undefined {
  if (/^(Z|UTC|GMT)$/i.test(offset)) return 0
  const [, sign, hours, minutes = '0'] = /^([-+])(\d{1,2})(?::?(\d{2}))?$/.exec(offset) ?? []
  return hours === undefined ? undefined : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

function movedTo(
  zone: string,
  { day, clock, offset }: { readonly day: string; readonly clock: string; readonly offset: string },
): string | undefined {
  const from = minutesOf(offset)
  const to = minutesOf(zone)
  const at = Date.parse(`${day}T${clock}Z`)
  if (from === undefined || to === undefined || Number.isNaN(at)) return undefined
  return new Date(at + (to - from) * 60_000).toISOString().slice(0, 19).replace('T', ' ')
}
