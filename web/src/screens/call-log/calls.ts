import * as z from 'zod'
import { utcText } from '../../api/moment.ts'

export const call = z.object({
  id: z.number(),
  created_date: z.string(),
  door: z.string(),
  caller: z.string(),
  acted_by: z.string().nullable(),
  role: z.string().nullable(),
  service: z.string().nullable(),
  operation: z.string().nullable(),
  resource: z.string().nullable(),
  verb: z.string().nullable(),
  /** `ok`, `refused`, `failed`, or `dropped` for a count of calls that were not kept. */
  outcome: z.string(),
  status: z.number(),
  code: z.string().nullable(),
  reason: z.string().nullable(),
  rule: z.string().nullable(),
  duration_us: z.number(),
  row_count: z.number().nullable(),
  byte_count: z.number().nullable(),
  token_count: z.number().nullable(),
  request_id: z.string().nullable(),
})
export type Call = z.infer<typeof call>

/** What the list is narrowed to; each absent for everything. */
export interface CallFilter {
  readonly outcome?: string | undefined
  readonly service?: string | undefined
  readonly door?: string | undefined
  /** A part of the caller's name: `agent`. */
  readonly caller?: string | undefined
  /** Hours back from now. */
  readonly hours?: string | undefined
}

/** In the filter language of the API; values stand in quotes, and quotes in them are doubled. */
export function filterText({ outcome, service, door, caller, hours }: CallFilter, now: number): string {
  const equal = Object.entries({ outcome, service, door }).flatMap(([field, value]) =>
    value ? [`(${field} = ${quoted(value)})`] : [],
  )
  const since = hours ? [`(created_date >= ${quoted(utcText(new Date(now - Number(hours) * HOUR_MS)))})`] : []
  const named = caller ? [`(caller contains ${quoted(caller)})`] : []
  return [...equal, ...named, ...since].join(' and ')
}

const HOUR_MS = 3_600_000

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
