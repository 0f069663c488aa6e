import type { Capability } from '../../core/database/capability.ts'
import type { Operation } from '../../core/operation.ts'
import type { Verb } from '../../core/policy.ts'
import { createRecords } from '../../operations/database/create-records.ts'
import { deleteRecords } from '../../operations/database/delete-records.ts'
import type { UsableTable } from '../../operations/database/describe-service.ts'
import { getRecord } from '../../operations/database/get-record.ts'
import { listRecords } from '../../operations/database/list-records.ts'
import { replaceRecords, updateRecords } from '../../operations/database/update-records.ts'
import { describeCall, inPath, type Paths, schemaRef } from './describe-call.ts'
import type { DocumentNames } from './document-names.ts'
import { fieldSchema } from './field-schema.ts'
import { type JsonSchema, listOf, objectOf, TEXT, wrapped } from './json-schema.ts'
import { queryParameters } from './parameters.ts'
import { relatedParameter } from './related-parameter.ts'
import type { TableSchemas } from './table-schemas.ts'

export interface PathContext {
  /** Of the service. */
  readonly service: string
  readonly tag: string
  /** In front of every path: empty, or `/shop`. */
  readonly prefix: string
  readonly capabilities: ReadonlySet<Capability>
  readonly names: DocumentNames
}

type Needs = Pick<Operation, 'needs'>

/** What answers a verb: the same operations as in `table-records.ts`. */
const OF_TABLE: Readonly<Record<Verb, Needs>> = {
  GET: listRecords,
  POST: createRecords,
  PUT: replaceRecords,
  PATCH: updateRecords,
  DELETE: deleteRecords,
}
const OF_RECORD: Readonly<Partial<Record<Verb, Needs>>> = {
  GET: getRecord,
  PUT: replaceRecords,
  PATCH: updateRecords,
  DELETE: deleteRecords,
}

/** `_table/{table}` and `_table/{table}/{id}` with the verbs the caller has. */
export function tablePaths(table: UsableTable, schemas: TableSchemas, context: PathContext): Paths {
  const path = `${context.prefix}/_table/${encodeURIComponent(table.name)}`
  const usable = (verbs: readonly Verb[], operations: Readonly<Partial<Record<Verb, Needs>>>) =>
    verbs.filter((verb) => {
      const operation = operations[verb]
      if (table.isView && verb !== 'GET') return false
      return operation?.needs.every((capability) => context.capabilities.has(capability)) ?? false
    })
  const hasKey = table.schema === undefined || table.schema.primaryKey.length > 0
  const verbs = usable(table.verbs, OF_TABLE)
  const recordVerbs = hasKey ? usable(table.recordVerbs, OF_RECORD) : []
  return {
    ...pathOf(path, verbs, (verb) => collectionCall(verb, table, schemas, context)),
    ...pathOf(`${path}/{id}`, recordVerbs, (verb) => recordCall(verb, table, schemas, context)),
  }
}

function pathOf(path: string, verbs: readonly Verb[], call: (verb: Verb) => JsonSchema): Paths {
  if (verbs.length === 0) return {}
  return { [path]: Object.fromEntries(verbs.map((verb) => [verb.toLowerCase(), call(verb)])) }
}

function collectionCall(
  verb: Verb,
  { name, verbs }: UsableTable,
  schemas: TableSchemas,
  { names, service, tag }: PathContext,
): JsonSchema {
  const reads = verbs.includes('GET')
  const record = schemaRef(schemas.record)
  const write = {
    tag,
    parameters: [
      ...queryParameters('fields'),
      ...relatedParameter(reads ? schemas.relation : undefined),
      ...queryParameters('continue', 'rollback', 'dry_run', 'confirmation'),
    ],
    answer: wrapped(record),
  }
  // Finding rows by a filter is reading.
  const selection = queryParameters('ids', ...(reads ? (['filter'] as const) : []))
  const id = (word: string) => names.operation(word, service, name)
  switch (verb) {
    case 'GET':
      return describeCall({
        id: id('list'),
        tag,
        summary: `Read records of ${name}`,
        parameters: [...LIST_PARAMETERS, ...relatedParameter(schemas.relation)],
        answer: objectOf({ resource: listOf(record), meta: schemaRef('Meta') }, ['resource']),
        isCsv: true,
      })
    case 'POST':
      return describeCall({
        ...write,
        id: id('create'),
        summary: `Add records to ${name}`,
        description: 'With related records in them, under the names of relations.',
        body: wrapped(schemaRef(schemas.create)),
      })
    case 'PUT':
    case 'PATCH':
      return describeCall({
        ...write,
        id: id(verb === 'PUT' ? 'replace' : 'update'),
        summary: `Change records of ${name}`,
        description:
          'By the keys in the records; with ids or a filter, all of them as the first record says.',
        parameters: [...selection, ...write.parameters, ...queryParameters('allow_related_delete')],
        body: wrapped(schemaRef(schemas.update)),
      })
    case 'DELETE':
      return describeCall({
        ...write,
        id: id('delete'),
        summary: `Delete records of ${name}`,
        parameters: [...selection, ...write.parameters],
      })
  }
}

const LIST_PARAMETERS = queryParameters(
  'fields',
  'filter',
  'order',
  'limit',
  'offset',
  'cursor',
  'ids',
  'id_field',
  'group',
  'having',
  'distinct',
  'include_count',
  'include_schema',
  'continue',
  'refresh',
)

function recordCall(
  verb: Verb,
  table: UsableTable,
  schemas: TableSchemas,
  { names, service, tag }: PathContext,
): JsonSchema {
  const { name } = table
  const reads = table.recordVerbs.includes('GET')
  const words = { GET: 'get', POST: 'create', PUT: 'replace', PATCH: 'update', DELETE: 'delete' } as const
  const summary = { GET: 'Read', POST: 'Add', PUT: 'Change', PATCH: 'Change', DELETE: 'Delete' } as const
  return describeCall({
    id: names.operation(words[verb], service, name, 'ById'),
    tag,
    summary: `${summary[verb]} one record of ${name}`,
    parameters: [
      keyParameter(table),
      ...queryParameters('fields'),
      ...relatedParameter(reads ? schemas.relation : undefined),
      ...queryParameters(...(verb === 'GET' ? [] : (['dry_run', 'confirmation'] as const))),
    ],
    ...(verb === 'PUT' || verb === 'PATCH' ? { body: schemaRef(schemas.update) } : {}),
    answer: schemaRef(schemas.record),
  })
}

function keyParameter({ schema }: UsableTable): JsonSchema {
  const keys = schema?.primaryKey ?? []
  const field = schema?.fields.find(({ name }) => name === keys[0])
  if (keys.length === 1 && field) {
    const { readOnly: _, ...values } = fieldSchema({ ...field, allowNull: false })
    return inPath('id', values, `Its ${field.name}.`)
  }
  return inPath('id', TEXT, keys.length > 1 ? `Its ${keys.join(',')}, with commas between them.` : 'Its key.')
}
