import * as z from 'zod'

const word = z.string().nullish()

/** A field of a table (docs/schema.md). */
const fieldDescription = z.object({
  name: z.string(),
  alias: word,
  label: word,
  description: word,
  type: z.string(),
  db_type: word,
  length: z.number().nullish(),
  precision: z.number().nullish(),
  scale: z.number().nullish(),
  default: z.unknown(),
  required: z.boolean().nullish(),
  allow_null: z.boolean().nullish(),
  auto_increment: z.boolean().nullish(),
  is_primary_key: z.boolean().nullish(),
  is_unique: z.boolean().nullish(),
  is_index: z.boolean().nullish(),
  is_foreign_key: z.boolean().nullish(),
  ref_table: word,
  ref_field: word,
  ref_on_delete: word,
  picklist: z.unknown(),
  is_virtual: z.boolean().nullish(),
  is_aggregate: z.boolean().nullish(),
})
export type FieldDescription = z.infer<typeof fieldDescription>

const relationDescription = z.object({
  name: z.string(),
  alias: word,
  label: word,
  type: z.enum(['belongs_to', 'has_one', 'has_many', 'many_many']),
  field: z.string(),
  ref_service_id: z.number().nullish(),
  ref_table: z.string(),
  ref_field: z.string(),
  junction_table: word,
  is_virtual: z.boolean(),
})
export type RelationDescription = z.infer<typeof relationDescription>

const constraint = z.object({
  constraint_type: z.string(),
  constraint_name: z.string(),
  column_name: z.array(z.string()),
  referenced_table_name: word,
  referenced_column_name: z.array(z.string()).nullish(),
  delete_rule: word,
})
export type Constraint = z.infer<typeof constraint>

/** A table or view, whole. */
export const tableDescription = z.object({
  name: z.string(),
  alias: word,
  label: word,
  plural: word,
  description: word,
  is_view: z.boolean(),
  primary_key: z.union([z.array(z.string()), z.string()]).nullish(),
  field: z.array(fieldDescription),
  related: z.array(relationDescription),
  constraints: z.record(z.string(), constraint).nullish(),
})
export type TableDescription = z.infer<typeof tableDescription>

/** A table as the list of tables has it. */
export const tableSummary = z.object({
  name: z.string(),
  alias: word,
  label: word,
  description: word,
  is_view: z.boolean().nullish(),
})
export type TableSummary = z.infer<typeof tableSummary>

/** What requests and answers call it. */
export function calledName({
  name,
  alias,
}: {
  readonly name: string
  readonly alias?: string | null | undefined
}): string {
  return alias ?? name
}

/** Fields of the key, in its order; none for most views. */
export function keyOf({ primary_key: key }: TableDescription): readonly string[] {
  if (key === null || key === undefined || key === '') return []
  return typeof key === 'string' ? [key] : key
}
