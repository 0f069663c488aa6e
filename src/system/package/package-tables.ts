import { z } from 'zod'
import {
  type FieldExtras,
  FUNCTION_USES,
  type RelationExtras,
  type TableExtras,
  type VirtualRelation,
} from '../../core/database/extras.ts'
import { EXTRA_TYPES, SIMPLE_TYPES } from '../../core/database/schema.ts'
import type { Json } from '../../core/database/value.ts'
import { present } from '../write/table-writer.ts'

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
type PackagedField = z.output<typeof field>
type PackagedRelation = z.output<typeof virtualRelation>

/** Services by name. A relation that leads to a service that is gone is left out. */
export function packTable(
  { fields, relations, virtualRelations, nameField, versionField, ...words }: TableExtras,
  nameOf: (serviceId: number) => string | undefined,
): PackagedTable {
  const isGone = (id: number | undefined) => id !== undefined && nameOf(id) === undefined
  return {
    ...words,
    ...present({ name_field: nameField, version_field: versionField }),
    fields: mapped(fields, packField),
    relations: mapped(relations, packWords),
    virtual_relations: virtualRelations
      .filter(({ refServiceId, junction }) => !isGone(refServiceId) && !isGone(junction?.serviceId))
      .map((one) => packRelation(one, nameOf)),
  }
}

function packField({
  extraType,
  clientInfo,
  virtual,
  picklist,
  functions,
  ...rest
}: FieldExtras): PackagedField {
  return {
    ...rest,
    ...(rest.validation && { validation: { ...rest.validation } }),
    ...(picklist && { picklist: [...picklist] }),
    ...(functions && { functions: functions.map((one) => ({ ...one, uses: [...one.uses] })) }),
    ...(extraType && { extra_type: extraType }),
    ...(clientInfo !== undefined && { client_info: clientInfo }),
    ...(virtual && {
      virtual: { type: virtual.type, ...(virtual.isAggregate && { is_aggregate: true as const }) },
    }),
  }
}

function packWords({ alias, label, description, alwaysFetch, flatten, flattenDropPrefix }: RelationExtras) {
  return {
    ...(alias !== undefined && { alias }),
    ...(label !== undefined && { label }),
    ...(description !== undefined && { description }),
    ...(alwaysFetch && { always_fetch: alwaysFetch }),
    ...(flatten && { flatten }),
    ...(flattenDropPrefix && { flatten_drop_prefix: flattenDropPrefix }),
  }
}

function packRelation(
  one: VirtualRelation,
  nameOf: (serviceId: number) => string | undefined,
): PackagedRelation {
  const { type, fields, refServiceId, refTable, refFields, junction } = one
  const service = (id: number | undefined) => (id === undefined ? undefined : nameOf(id))
  const there = service(refServiceId)
  const between = service(junction?.serviceId)
  return {
    ...packWords(one),
    type,
    fields: [...fields],
    ...(there !== undefined && { ref_service: there }),
    ref_table: refTable,
    ref_fields: [...refFields],
    ...(junction && {
      junction: {
        ...(between !== undefined && { service: between }),
        table: junction.table,
        fields: [...junction.fields],
        ref_fields: [...junction.refFields],
      },
    }),
  }
}

/** The other way round; `idOf` knows every service that is named. */
export function unpackTable(
  { fields, relations, virtual_relations, name_field, version_field, ...words }: PackagedTable,
  idOf: (service: string) => number,
): TableExtras {
  return absentLeftOut({
    ...words,
    nameField: name_field,
    versionField: version_field,
    fields: mapped(fields, unpackField),
    relations: mapped(relations, unpackWords),
    virtualRelations: virtual_relations.map(({ ref_service, ref_table, ref_fields, junction, ...rest }) => ({
      ...unpackWords(rest),
      type: rest.type,
      fields: rest.fields,
      refServiceId: ref_service === undefined ? undefined : idOf(ref_service),
      refTable: ref_table,
      refFields: ref_fields,
      junction: junction && {
        serviceId: junction.service === undefined ? undefined : idOf(junction.service),
        table: junction.table,
        fields: junction.fields,
        refFields: junction.ref_fields,
      },
    })),
  })
}

function unpackField({ extra_type, client_info, virtual, ...rest }: PackagedField) {
  return {
    ...rest,
    extraType: extra_type,
    clientInfo: client_info,
    virtual: virtual && { type: virtual.type, isAggregate: virtual.is_aggregate },
  }
}

function unpackWords({
  alias,
  label,
  description,
  always_fetch,
  flatten,
  flatten_drop_prefix,
}: z.output<typeof relation>) {
  return {
    alias,
    label,
    description,
    alwaysFetch: always_fetch,
    flatten,
    flattenDropPrefix: flatten_drop_prefix,
  }
}

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

function mapped<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}

/** What is kept is compared by its text. */
function absentLeftOut(extras: object): TableExtras {
  // JSON leaves absent members out; the type of what it gives back is that of what it was given.
  return JSON.parse(JSON.stringify(extras)) as TableExtras
}
