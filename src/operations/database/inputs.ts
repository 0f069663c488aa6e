import { z } from 'zod'

/** Parts that the inputs of several operations share. Names are the wire's. */
export const tableName = z.string().min(1)
export const fieldList = z.array(z.string().min(1))
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
export const recordId = z.union([
  z.string(),
  z.number(),
  z.record(z.string(), z.union([z.string(), z.number()])),
])
export const record = z.record(z.string(), z.json())

/** A filter with the values of its `:named` parameters. */
export const filterInput = {
  filter: z.string().optional(),
  params: z.record(z.string(), scalar).optional(),
}

const relatedOptions = z.strictObject({
  fields: fieldList.optional(),
  filter: z.string().optional(),
  limit: z.int().min(1).optional(),
  order: z.string().optional(),
})

/** Which fields and related records an answer carries. */
export const answerInput = {
  fields: fieldList.optional(),
  related: fieldList.optional(),
  related_options: z.record(z.string(), relatedOptions).optional(),
  id_field: fieldList.optional(),
  /** Unknown names in `related` and in records are ignored, as the dreamfactory wire does, instead of refused. */
  lenient: z.boolean().optional(),
}

/** How a write over several records ends when one fails; by default everything is rolled back. */
export const batchInput = {
  continue: z.boolean().optional(),
  rollback: z.boolean().optional(),
}

export type RecordId = z.infer<typeof recordId>
export type InputRecord = z.infer<typeof record>
export type RelatedOptions = z.infer<typeof relatedOptions>
