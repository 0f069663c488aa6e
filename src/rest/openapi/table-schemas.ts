import type { Field } from '../../core/database/schema.ts'
import type { Verb } from '../../core/policy.ts'
import type { UsableTable } from '../../operations/database/describe-service.ts'
import { schemaRef } from './describe-call.ts'
import type { DocumentNames } from './document-names.ts'
import { fieldSchema } from './field-schema.ts'
import { type JsonSchema, listOf, objectOf } from './json-schema.ts'

/** Names of the schemas of a table's records: as they are read, added and changed. */
export interface TableSchemas {
  readonly record: string
  readonly create: string
  readonly update: string
}

export function nameTableSchemas(service: string, table: string, names: DocumentNames): TableSchemas {
  return {
    record: names.schema(service, table),
    create: names.schema(service, table, 'create'),
    update: names.schema(service, table, 'update'),
  }
}

/** The schemas of a table, by their names; `all` has the names of the other tables. */
export function tableSchemas(
  table: UsableTable,
  own: TableSchemas,
  all: ReadonlyMap<string, TableSchemas>,
): Record<string, JsonSchema> {
  const writes = (...wanted: readonly Verb[]) =>
    [...table.verbs, ...table.recordVerbs].some((verb) => wanted.includes(verb))
  const writable = table.schema?.fields.filter(({ isGenerated }) => !isGenerated) ?? []
  const required = writable.filter(isRequired).map(({ name }) => name)
  return {
    [own.record]: recordSchema(table, all),
    ...(writes('POST') && { [own.create]: objectOf(propertiesOf(writable), required) }),
    ...(writes('PUT', 'PATCH') && { [own.update]: objectOf(propertiesOf(writable)) }),
  }
}

/** `fields` may leave out any of them, and groups add their aggregates. */
function recordSchema(table: UsableTable, all: ReadonlyMap<string, TableSchemas>): JsonSchema {
  const relations = table.schema?.relations.flatMap(({ name, type, refTable, isReadable }) => {
    const other = all.get(refTable)
    if (!other || !isReadable) return []
    const isOne = type === 'belongs_to' || type === 'has_one'
    const record = schemaRef(other.record)
    return [[name, isOne ? { oneOf: [record, { type: 'null' }] } : listOf(record)] as const]
  })
  return described(
    table,
    objectOf({ ...propertiesOf(table.schema?.fields ?? []), ...Object.fromEntries(relations ?? []) }),
  )
}

function described({ description }: UsableTable, schema: JsonSchema): JsonSchema {
  return description === undefined ? schema : { ...schema, description }
}

function propertiesOf(fields: readonly Field[]): Record<string, JsonSchema> {
  return Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)]))
}

function isRequired({ allowNull, default: value, autoIncrement }: Field): boolean {
  return !allowNull && value === undefined && !autoIncrement
}
