import { EXTRA_TYPES, SIMPLE_TYPES } from '../../core/database/schema.ts'
import { schemaRef } from './describe-call.ts'
import { type JsonSchema, listOf, objectOf, oneOfWords, TEXT } from './json-schema.ts'

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

const FIELD_CHANGE: Readonly<Record<string, JsonSchema>> = {
  new_name: TEXT,
  name: TEXT,
  type: oneOfWords([...SIMPLE_TYPES, ...EXTRA_TYPES]),
  length: NUMBER_OR_NONE,
  precision: NUMBER_OR_NONE,
  scale: NUMBER_OR_NONE,
  default: {},
  allow_null: FLAG,
  is_primary_key: FLAG,
  is_unique: FLAG,
  is_index: FLAG,
  ref_table: TEXT_OR_NONE,
  ref_field: TEXT_OR_NONE,
  ref_on_update: TEXT_OR_NONE,
  ref_on_delete: TEXT_OR_NONE,
  alias: TEXT_OR_NONE,
  label: TEXT_OR_NONE,
  description: TEXT_OR_NONE,
  picklist: { type: ['array', 'null'], items: TEXT },
  validation: { type: ['object', 'null'] },
  db_function: { type: ['array', 'null'], items: { type: 'object' } },
  is_virtual: FLAG,
  is_aggregate: FLAG,
}

const TABLE_CHANGE: Readonly<Record<string, JsonSchema>> = {
  name: TEXT,
  alias: TEXT_OR_NONE,
  label: TEXT_OR_NONE,
  plural: TEXT_OR_NONE,
  description: TEXT_OR_NONE,
  name_field: TEXT_OR_NONE,
  version_field: TEXT_OR_NONE,
  new_name: TEXT,
  field: listOf(schemaRef('FieldChange')),
  related: listOf(schemaRef('RelationChange')),
}

/** For `#/components/schemas`. */
export const DESCRIPTIONS: Readonly<Record<string, JsonSchema>> = {
  FieldChange: objectOf(FIELD_CHANGE, []),
  RelationChange: objectOf(
    {
      ...RELATION,
      is_virtual: FLAG,
      ref_service: TEXT_OR_NONE,
      junction_field: TEXT_OR_NONE,
      junction_ref_field: TEXT_OR_NONE,
      alias: TEXT_OR_NONE,
      always_fetch: FLAG,
    },
    [],
  ),
  TableChange: objectOf(TABLE_CHANGE, []),
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
