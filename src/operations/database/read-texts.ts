import { type DatabaseSchema, type Relation, type Table, valueClassOf } from '../../core/database/schema.ts'
import type { Json } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { fromJsonText } from '../../core/from-json-text.ts'
import { findByName } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import type { InputRecord } from './inputs.ts'
import { relationNamed, visibleRelations } from './relations.ts'

/**
 * A record of texts alone, as CSV, XML and forms have them: what stands for a JSON field is read as JSON, and so are records under
 * other names. Throws `bad_request`.
 */
export function readTexts(table: Table, record: InputRecord): InputRecord {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      if (typeof value !== 'string') return [name, value]
      const field = findByName(table.fieldByName, name)
      if (!field) return [name, recordsIn(value)]
      return [name, valueClassOf(field.type) === 'json' ? jsonIn(field.name, value) : value]
    }),
  )
}

interface Texts {
  readonly as_texts?: boolean | undefined
  readonly records: readonly InputRecord[]
}

/** A request with its records read, where they are texts. */
export function withTextsRead<R extends Texts>(request: R, table: Table, scope: Scope): R {
  if (!request.as_texts) return request
  const read = (record: InputRecord) => recordRead(table, record, scope)
  return { ...request, records: request.records.map(read) }
}

interface Scope {
  readonly schema: DatabaseSchema
  readonly context: OperationContext
}

function recordRead(table: Table, given: InputRecord, scope: Scope): InputRecord {
  const record = readTexts(table, given)
  const isElement = (name: string) =>
    typeof given[name] === 'object' && given[name] !== null && !findByName(table.fieldByName, name)
  const names = Object.keys(given).filter(isElement)
  if (names.length === 0) return record
  const relations = visibleRelations(scope.schema, table, scope.context)
  const read = names.map((name) => [
    name,
    relatedRead(relationNamed(relations, name), given[name] ?? null, scope),
  ])
  return { ...record, ...Object.fromEntries(read) }
}

/**
 * Related records that stand in a record as elements do: their values are texts as well, and one alone cannot be told from a list
 * of one. Those of a cell are JSON already.
 */
function relatedRead(relation: Relation | undefined, value: Json, scope: Scope): Json {
  const target = relation && findByName(scope.schema.tableByName, relation.refTable)
  if (!target || relation.refService !== undefined) return value
  const one = (item: Json) => (isRecord(item) ? recordRead(target, item, scope) : item)
  if (Array.isArray(value)) return value.map(one)
  const isToMany = relation.type === 'has_many' || relation.type === 'many_many'
  return isToMany && value !== null ? [one(value)] : one(value)
}

function isRecord(json: Json): json is InputRecord {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function jsonIn(field: string, text: string): Json {
  try {
    return fromJsonText(text)
  } catch (cause) {
    throw new AppError('bad_request', `Field '${field}' must be valid JSON.`, {
      hint: 'In CSV, XML and forms the values of JSON fields are JSON: text stands in quotation marks.',
      cause,
      context: { field },
    })
  }
}

/** Related records in a cell, as answers in CSV have them; any other text is what it is. */
function recordsIn(text: string): Json {
  if (!/^\s*[[{]/.test(text)) return text
  try {
    return fromJsonText(text)
  } catch {
    return text
  }
}
