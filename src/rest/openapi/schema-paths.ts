import type { Verb } from '../../core/policy.ts'
import type { UsableTable } from '../../operations/database/describe-service.ts'
import { describeTable } from '../../operations/database/describe-table.ts'
import { describeCall, inPath, NAMES, type Paths, schemaRef } from './describe-call.ts'
import { type JsonSchema, objectOf, oneOfWords, TEXT, wrapped } from './json-schema.ts'
import { queryParameters } from './parameters.ts'
import type { PathContext } from './table-paths.ts'

/** `_schema/{table}`, its fields and relations; none for callers who may not read them. */
export function schemaPaths({ name, isView, schema }: UsableTable, context: PathContext): Paths {
  const { capabilities, names, prefix, service, tag } = context
  if (!schema || !describeTable.needs.every((capability) => capabilities.has(capability))) return {}
  const path = `${prefix}/_schema/${encodeURIComponent(name)}`
  const get = (
    word: string,
    summary: string,
    answer: JsonSchema,
    parameters: readonly JsonSchema[] = [],
  ) => ({
    get: describeCall({
      id: names.operation('describe', service, name, word),
      tag,
      summary: `${summary} ${name}`,
      parameters: [...parameters, ...queryParameters('refresh')],
      answer,
    }),
  })
  const may = (verb: Verb) => schema.verbs.includes(verb) && !isView
  const write = (
    verb: Verb,
    word: string,
    summary: string,
    parts: Partial<Parameters<typeof describeCall>[0]>,
  ) =>
    may(verb) && {
      [verb.toLowerCase()]: describeCall({
        id: names.operation(verb.toLowerCase(), service, name, `Schema${word}`),
        tag,
        summary: `${summary} ${name}`,
        answer: NAMES,
        ...parts,
      }),
    }
  const fields = inPath('field_name', oneOfWords(schema.fields.map((field) => field.name)))
  const relations = schema.relations.map((relation) => relation.name)
  return {
    [path]: {
      ...get('', 'Describe', schemaRef('TableSchema')),
      ...write('PATCH', '', 'Change the table', {
        body: schemaRef('TableChange'),
        parameters: [FORCE],
        answer: NAMED,
      }),
      ...write('PUT', '', 'Change the table, and drop what is not listed, of', {
        body: schemaRef('TableChange'),
        parameters: [FORCE],
        answer: NAMED,
      }),
      ...write('DELETE', '', 'Drop the table', { parameters: [FORCE], answer: DONE }),
    },
    [`${path}/_field`]: {
      ...get('Fields', 'Describe the fields of', wrapped(schemaRef('FieldSchema'))),
      ...write('POST', 'Fields', 'Add or change fields of', {
        body: wrapped(schemaRef('FieldChange')),
        parameters: [FORCE],
      }),
    },
    [`${path}/_field/{field_name}`]: {
      ...get('Field', 'Describe a field of', schemaRef('FieldSchema'), [fields]),
      ...write('PATCH', 'Field', 'Change a field of', {
        body: schemaRef('FieldChange'),
        parameters: [fields, FORCE],
        answer: NAMED,
      }),
      ...write('DELETE', 'Field', 'Drop a field of', { parameters: [fields, FORCE], answer: DONE }),
    },
    [`${path}/_related`]: {
      ...get('Relations', 'Describe the relations of', wrapped(schemaRef('RelationSchema'))),
      ...write('POST', 'Relations', 'Declare relations of', { body: wrapped(schemaRef('RelationChange')) }),
    },
    ...(relations.length > 0 && {
      [`${path}/_related/{related_name}`]: get(
        'Relation',
        'Describe a relation of',
        schemaRef('RelationSchema'),
        [inPath('related_name', oneOfWords(relations))],
      ),
    }),
  }
}

const FORCE: JsonSchema = {
  name: 'force',
  in: 'query',
  description: 'Values and rows may be lost.',
  schema: { type: 'boolean' },
}
const NAMED: JsonSchema = objectOf({ name: TEXT }, ['name'])
const DONE: JsonSchema = objectOf({ success: { type: 'boolean' } }, ['success'])

/** `POST _schema`, for who may make tables. */
export function createTablesCall({ names, service, tag }: PathContext): JsonSchema {
  return describeCall({
    id: names.operation('create', service, 'Tables'),
    tag,
    summary: 'Make tables, or add to those that are there',
    parameters: [FORCE],
    body: wrapped(schemaRef('TableChange')),
    answer: NAMES,
  })
}

/** What a service can be asked for by anybody who reaches it. */
export function listingPaths(groups: readonly string[], { names, prefix, service, tag }: PathContext): Paths {
  const get = (word: string, summary: string) => ({
    get: describeCall({
      id: names.operation('list', service, word),
      tag,
      summary,
      parameters: queryParameters('refresh'),
      answer: NAMES,
    }),
  })
  return {
    [`${prefix}/`]: get('Resources', 'List what the service has'),
    ...Object.fromEntries(
      groups.map((group) => [`${prefix}/${group}`, get(`${group}Names`, LISTINGS[group] ?? '')]),
    ),
  }
}

const LISTINGS: Readonly<Record<string, string>> = {
  _table: 'List the tables',
  _schema: 'List the tables that can be described',
  _proc: 'List the procedures',
  _func: 'List the functions',
}
