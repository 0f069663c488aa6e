import { type Field, type SimpleType, type ValueClass, valueClassOf } from '../../core/database/schema.ts'
import { onlyValuesOf } from '../../operations/database/values.ts'
import type { JsonSchema } from './json-schema.ts'

/** What is known of a value: a field, a parameter or a result. */
type ValueFacts = Pick<Field, 'type' | 'dbType'> &
  Partial<Pick<Field, 'length' | 'allowNull' | 'isGenerated' | 'values' | 'description'>>

/** Values of a field as they stand in records. */
export function fieldSchema(field: ValueFacts): JsonSchema {
  const values = onlyValuesOf(field)
  const schema: JsonSchema = {
    ...(BY_TYPE[field.type] ?? BY_CLASS[valueClassOf(field.type)]),
    ...(values && { enum: [...values] }),
    ...lengthOf(field),
    ...(field.isGenerated && { readOnly: true }),
    ...(field.description !== undefined && { description: field.description }),
  }
  return field.allowNull ? orNull(schema) : schema
}

/** Undefined where anything goes already. */
export function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: values } = schema
  if (type === undefined) return schema
  return {
    ...schema,
    type: [...(Array.isArray(type) ? type : [type]), 'null'],
    ...(Array.isArray(values) && { enum: [...values, null] }),
  }
}

/** The forms values have on the wire (docs/rest.md, "Values"). */
const BY_CLASS: Readonly<Record<ValueClass, JsonSchema>> = {
  integer: { type: 'integer' },
  boolean: { type: 'boolean' },
  // A text when a number would lose digits.
  decimal: { type: ['number', 'string'] },
  float: { type: 'number' },
  text: { type: 'string' },
  binary: { type: 'string', contentEncoding: 'base64' },
  date: { type: 'string' },
  time: { type: 'string' },
  timestamp: { type: 'string' },
  json: {},
}

const BY_TYPE: Partial<Readonly<Record<SimpleType, JsonSchema>>> = {
  // A text beyond 2^53.
  bigid: { type: ['integer', 'string'] },
  bigint: { type: ['integer', 'string'] },
  uuid: { type: 'string', format: 'uuid' },
  date: { type: 'string', format: 'date' },
  array: { type: 'array' },
}

/** Characters. Engines count bytes for binary types. */
function lengthOf({ type, length }: ValueFacts): JsonSchema {
  return length !== undefined && length > 0 && type === 'string' ? { maxLength: length } : {}
}
