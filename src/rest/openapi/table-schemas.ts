import type { Field } from '../../core/database/schema.ts'
import type { Verb } from '../../core/policy.ts'
import type { UsableTable } from '../../operations/database/describe-service.ts'
import { schemaRef } from './describe-call.ts'
import type { DocumentNames } from './document-names.ts'
import { fieldSchema } from './field-schema.ts'
import { type JsonSchema, listOf, objectOf } from './json-schema.ts'
import { relationSchema } from './related-parameter.ts'

/** Names of the schemas of a table's records: as they are read, added and changed. */
export interface TableSchemas {
  readonly record: string
  readonly create: string
  readonly update: string
  /** What may be read along; absent where nothing may. */
  readonly relation?: string
}

export function nameTableSchemas(service: string, table: UsableTable, names: DocumentNames): TableSchemas {
  const { name } = table
  return {
    record: names.schema(service, name),
    create: names.schema(service, name, 'create'),
    update: names.schema(service, name, 'update'),
    ...(relationsOf(table).length > 0 && { relation: names.schema(service, name, 'relation') }),
  }
}

function relationsOf({ schema }: UsableTable): string[] {
  return schema?.relations.flatMap(({ name, isReadable }) => (isReadable ? [name] : [])) ?? []
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
    ...(own.relation && { [own.relation]: relationSchema(['*', ...relationsOf(table)]) }),
    ...(writes('PUT', 'PATCH') && { [own.update]: objectOf(propertiesOf(writable)) }),
  }
}

/** `fields` may leave out any of them, and groups add their aggregates. */
function recordSchema(table: UsableTable, all: ReadonlyMap<string, TableSchemas>): JsonSchema {
  const relations = table.schema?.relations.flatMap(({ name, type, refTable, isReadable, isElsewhere }) => {
    const other = all.get(refTable)
    if (!other || !isReadable || isElsewhere) return []
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
