import type { UsableTable } from '../../operations/database/describe-service.ts'
import { describeTable } from '../../operations/database/describe-table.ts'
import { describeCall, inPath, NAMES, type Paths, schemaRef } from './describe-call.ts'
import { type JsonSchema, listOf, objectOf, oneOfWords, TEXT, wrapped } from './json-schema.ts'
import { queryParameters } from './parameters.ts'
import type { PathContext } from './table-paths.ts'

/** `_schema/{table}`, its fields and relations; none for callers who may not read them. */
export function schemaPaths({ name, schema }: UsableTable, context: PathContext): Paths {
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
  const fields = inPath('field_name', oneOfWords(schema.fields.map((field) => field.name)))
  const relations = schema.relations.map((relation) => relation.name)
  return {
    [path]: get('', 'Describe', schemaRef('TableSchema')),
    [`${path}/_field`]: get('Fields', 'Describe the fields of', wrapped(schemaRef('FieldSchema'))),
    [`${path}/_field/{field_name}`]: get('Field', 'Describe a field of', schemaRef('FieldSchema'), [fields]),
    [`${path}/_related`]: get('Relations', 'Describe the relations of', wrapped(schemaRef('RelationSchema'))),
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

const FLAG: JsonSchema = { type: 'boolean' }
const NUMBER_OR_NONE: JsonSchema = { type: ['integer', 'null'] }
const TEXT_OR_NONE: JsonSchema = { type: ['string', 'null'] }

const FIELD: Readonly<Record<string, JsonSchema>> = {
  name: TEXT,
  label: TEXT,
  description: TEXT_OR_NONE,
  type: TEXT,
  db_type: TEXT,
  length: NUMBER_OR_NONE,
  precision: NUMBER_OR_NONE,
  scale: NUMBER_OR_NONE,
  default: {},
  required: FLAG,
  allow_null: FLAG,
  auto_increment: FLAG,
  is_primary_key: FLAG,
  is_unique: FLAG,
  is_foreign_key: FLAG,
  ref_table: TEXT_OR_NONE,
  ref_field: TEXT_OR_NONE,
  picklist: { type: ['array', 'null'], items: TEXT },
}

const RELATION: Readonly<Record<string, JsonSchema>> = {
  name: TEXT,
  label: TEXT,
  type: oneOfWords(['belongs_to', 'has_one', 'has_many', 'many_many']),
  field: TEXT,
  ref_table: TEXT,
  ref_field: TEXT,
  junction_table: TEXT_OR_NONE,
}

/** For `#/components/schemas`. */
export const DESCRIPTIONS: Readonly<Record<string, JsonSchema>> = {
  FieldSchema: objectOf(FIELD, Object.keys(FIELD)),
  RelationSchema: objectOf(RELATION, Object.keys(RELATION)),
  TableSchema: objectOf(
    {
      name: TEXT,
      label: TEXT,
      description: TEXT_OR_NONE,
      is_view: FLAG,
      primary_key: listOf(TEXT),
      field: listOf(schemaRef('FieldSchema')),
      related: listOf(schemaRef('RelationSchema')),
      constraints: { type: 'object' },
      access: { type: 'integer' },
    },
    ['name', 'primary_key', 'field', 'related'],
  ),
}
