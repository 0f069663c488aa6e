import * as z from 'zod'

/** Lists of the API come in `resource`. */
export function listOf<T>(record: z.ZodType<T>): z.ZodType<{ readonly resource: readonly T[] }> {
  return z.object({ resource: z.array(record) })
}

/** A record of which only some fields are known beforehand. */
export const anyRecord = z.record(z.string(), z.unknown())
export type AnyRecord = Readonly<Record<string, unknown>>
