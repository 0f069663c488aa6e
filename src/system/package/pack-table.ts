import type { FieldExtras, RelationExtras, TableExtras, VirtualRelation } from '../../core/database/extras.ts'
import { present } from '../write/table-writer.ts'
import type { PackagedField, PackagedRelation, PackagedTable, PackagedWords } from './packaged-table.ts'

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
}: PackagedWords) {
  return {
    alias,
    label,
    description,
    alwaysFetch: always_fetch,
    flatten,
    flattenDropPrefix: flatten_drop_prefix,
  }
}

function mapped<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}

/** What is kept is compared by its text. */
function absentLeftOut(extras: object): TableExtras {
  // JSON leaves absent members out; the type of what it gives back is that of what it was given.
  return JSON.parse(JSON.stringify(extras)) as TableExtras
}
