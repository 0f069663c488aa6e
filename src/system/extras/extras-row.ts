import { z } from 'zod'
import { FUNCTION_USES, type TableExtras } from '../../core/database/extras.ts'
import { EXTRA_TYPES, SIMPLE_TYPES } from '../../core/database/schema.ts'

const text = z.string().optional()
const yes = z.literal(true).optional()
const names = z.array(z.string())

const relationWords = {
  alias: text,
  label: text,
  description: text,
  alwaysFetch: yes,
  flatten: yes,
  flattenDropPrefix: yes,
}

const junction = z.strictObject({
  serviceId: z.int().optional(),
  table: z.string(),
  fields: names,
  refFields: names,
})

const virtualRelation = z.strictObject({
  ...relationWords,
  type: z.enum(['belongs_to', 'has_one', 'has_many', 'many_many']),
  fields: names,
  refServiceId: z.int().optional(),
  refTable: z.string(),
  refFields: names,
  junction: junction.optional(),
})

const field = z.strictObject({
  alias: text,
  label: text,
  description: text,
  picklist: names.optional(),
  validation: z.record(z.string(), z.json()).optional(),
  functions: z.array(z.strictObject({ uses: z.array(z.enum(FUNCTION_USES)), text: z.string() })).optional(),
  extraType: z.enum(EXTRA_TYPES).optional(),
  clientInfo: z.json().optional(),
  virtual: z.strictObject({ type: z.enum(SIMPLE_TYPES), isAggregate: yes }).optional(),
})

const tableExtras = z.strictObject({
  alias: text,
  label: text,
  plural: text,
  description: text,
  nameField: text,
  versionField: text,
  fields: z.record(z.string(), field),
  relations: z.record(z.string(), z.strictObject(relationWords)),
  virtualRelations: z.array(virtualRelation),
})

/** A row as the system database gives it. */
export const extrasRow = z
  .object({ id: z.int(), service_id: z.int(), table_name: z.string(), extras: tableExtras })
  .transform((row) => ({
    id: row.id,
    serviceId: row.service_id,
    table: row.table_name,
    extras: withoutAbsent(row.extras),
  }))
export type ExtrasRow = z.infer<typeof extrasRow>

/** Absent members are left out everywhere: what is kept is compared by its text. */
function withoutAbsent(parsed: z.infer<typeof tableExtras>): TableExtras {
  // JSON leaves absent members out; the type of what it gives back is that of what it was given.
  return JSON.parse(JSON.stringify(parsed)) as TableExtras
}
