import { AppError } from '../../../src/core/errors.ts'

/**
 * A moment as the server writes it, `YYYY-MM-DD HH:MM:SS`. One that names an offset is moved into the session's time zone:
 * that is the zone in which the server takes and gives all dates and times. Text that is no moment stays for the server to refuse.
 */
export function momentInZone(text: string, zone: string, use: 'store' | 'compare'): string | null {
  const [, day = '', clock = '', offset] = MOMENT.exec(text) ?? []
  if (day === '') return text
  if (clock === '') return day
  const local = `${day} ${clock}`
  if (offset === undefined) return local
  const from = minutesOf(offset)
  const to = minutesOf(zone)
  if (from !== undefined && from === to) return local
  const moved = from === undefined || to === undefined ? undefined : shifted(day, clock, to - from)
  if (moved !== undefined) return moved
  if (use === 'compare') return null
  throw new AppError('bad_request', 'A time with an offset cannot be stored here.', {
    hint: 'Give the time without an offset, in the time zone of the connection.',
  })
}

const MOMENT =
  /^\s*(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[-+]\d{2}:?\d{2})?)?\s*$/i

/** Minutes east of Greenwich; nothing for a zone that has a name. */
function minutesOf(offset: string): number | undefined {
  if (/^(Z|UTC)$/i.test(offset)) return 0
  const [, sign, hours, minutes] = /^([-+])(\d{1,2}):?(\d{2})$/.exec(offset) ?? []
  return hours === undefined ? undefined : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

/** Fractions of a second are not touched. */
function shifted(day: string, clock: string, minutes: number): string | undefined {
  const [hour = '', minute = '', second = '00'] = clock.split(':')
  const [whole = '', fraction] = second.split('.')
  const at = Date.parse(`${day}T${hour.padStart(2, '0')}:${minute}:${whole}Z`)
  if (Number.isNaN(at)) return undefined
  const moved = new Date(at + minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ')
  return fraction === undefined ? moved : `${moved}.${fraction}`
}
