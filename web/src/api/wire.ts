import * as z from 'zod'

/** Lists of the API come in `resource`. */
export function listOf<T>(record: z.ZodType<T>): z.ZodType<{ readonly resource: readonly T[] }> {
  return z.object({ resource: z.array(record) })
}

/** A record of which only some fields are known beforehand. */
export const anyRecord = z.record(z.string(), z.unknown())
export type AnyRecord = Readonly<Record<string, unknown>>

/** With `include_count=true`. */
export function countedListOf<T>(
  record: z.ZodType<T>,
): z.ZodType<{ readonly resource: readonly T[]; readonly meta: { readonly count: number } }> {
  return z.object({ resource: z.array(record), meta: z.object({ count: z.number() }) })
}
