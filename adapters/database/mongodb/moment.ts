import type { SimpleType } from '../../../src/core/database/schema.ts'

const MOMENT =
  /^(\d{4}-\d{2})(-\d{2})?(?:[T ](\d{1,2})(:\d{2})?(:\d{2})?(?:\.(\d{1,9}))?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i

/** Text of a date, or a date and time, as the moment that is stored; without a zone it is UTC. Undefined for what is none, or too exact. */
export function momentOf(text: string): Date | undefined {
  const parts = MOMENT.exec(text.trim())
  if (!parts) return undefined
  const [, month, day = '-01', hour = '0', minute = ':00', second = ':00', fraction = '', zone = 'Z'] = parts
  // Dates have milliseconds.
  if (/[^0]/.test(fraction.slice(3))) return undefined
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0')
  const offset = /^[+-]\d{2}$/.test(zone)
    ? `${zone}:00`
    : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2').toUpperCase()
  const moment = new Date(
    `${month}${day}T${hour.padStart(2, '0')}${minute}${second}.${milliseconds}${offset}`,
  )
  return Number.isNaN(moment.getTime()) ? undefined : moment
}

/** As the wire has it: `YYYY-MM-DD HH:MM:SS` in UTC, with milliseconds where there are any; of a date the day. */
export function momentText(moment: Date, type: SimpleType | undefined): string {
  if (Number.isNaN(moment.getTime())) return 'Invalid Date'
  const iso = moment.toISOString()
  if (type === 'date') return iso.slice(0, iso.indexOf('T'))
  return iso.replace('T', ' ').replace(/(\.000)?Z$/, '')
}
