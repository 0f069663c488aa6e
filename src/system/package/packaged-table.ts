import { z } from 'zod'
import { FUNCTION_USES } from '../../core/database/extras.ts'
import { EXTRA_TYPES, SIMPLE_TYPES } from '../../core/database/schema.ts'
import type { Json } from '../../core/database/value.ts'

const text = z.string().max(1_000).optional()
const yes = z.literal(true).optional()
const anyJson = z.custom<Json>((value) => z.json().safeParse(value).success, 'must be JSON')
const names = z.array(z.string().min(1))
const serviceName = z.string().min(1).max(64).optional()

const relationWords = {
  alias: text,
  label: text,
  description: text,
  always_fetch: yes,
  flatten: yes,
  flatten_drop_prefix: yes,
}
const relation = z.strictObject(relationWords)

const virtualRelation = z.strictObject({
  ...relationWords,
  type: z.enum(['belongs_to', 'has_one', 'has_many', 'many_many']),
  fields: names,
  /** Left out: the same service. */
  ref_service: serviceName,
  ref_table: z.string().min(1),
  ref_fields: names,
  junction: z
    .strictObject({ service: serviceName, table: z.string().min(1), fields: names, ref_fields: names })
    .optional(),
})

const field = z.strictObject({
  alias: text,
  label: text,
  description: text,
  picklist: z.array(z.string()).optional(),
  validation: z.record(z.string(), anyJson).optional(),
  functions: z.array(z.strictObject({ uses: z.array(z.enum(FUNCTION_USES)), text: z.string() })).optional(),
  extra_type: z.enum(EXTRA_TYPES).optional(),
  client_info: anyJson.optional(),
  virtual: z.strictObject({ type: z.enum(SIMPLE_TYPES), is_aggregate: yes }).optional(),
})

/** What is kept of a table beside its database: aliases, labels, rules, computed fields, declared relations. */
export const packagedTable = z.strictObject({
  alias: text,
  label: text,
  plural: text,
  description: text,
  name_field: text,
  version_field: text,
  fields: z.record(z.string(), field).default({}),
  relations: z.record(z.string(), relation).default({}),
  virtual_relations: z.array(virtualRelation).default([]),
})
export type PackagedTable = z.output<typeof packagedTable>
export type PackagedField = z.output<typeof field>
export type PackagedRelation = z.output<typeof virtualRelation>
export type PackagedWords = z.output<typeof relation>

/** Services that relations of a table lead to. */
export function servicesOf({ virtual_relations }: PackagedTable): readonly string[] {
  return virtual_relations.flatMap(({ ref_service, junction }) =>
    [ref_service, junction?.service].flatMap((name) => name ?? []),
  )
}

/** Two tables of a service with one alias, or one with the name of another. */
export function aliasProblems(
  tables: Readonly<Record<string, PackagedTable>>,
  at: string,
): readonly string[] {
  const taken = new Set(Object.keys(tables).map((name) => name.toLowerCase()))
  return Object.entries(tables).flatMap(([name, { alias }]) => {
    const word = alias?.toLowerCase()
    if (word === undefined || word === name.toLowerCase()) return []
    if (taken.has(word))
      return [`${at}.tables.${name}.alias: '${alias}' is the name or alias of another table.`]
    taken.add(word)
    return []
  })
}
