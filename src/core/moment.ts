import { z } from 'zod'

const FORM = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?([zZ]|[+-]\d\d:?\d\d)?$/
const WORDS = 'must be a date and time in UTC, such as 2027-01-31 12:00:00, or null'

/** A moment, kept as `YYYY-MM-DD HH:MM:SS` in UTC; without a time zone it is UTC. */
export const moment = z
  .string({ error: WORDS })
  .trim()
  .regex(FORM, WORDS)
  .transform((text) => new Date(/[zZ]$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text.replace(' ', 'T')}Z`))
  .refine((date) => !Number.isNaN(date.getTime()), WORDS)
  .transform((date) => date.toISOString().slice(0, 19).replace('T', ' '))
  .nullable()
