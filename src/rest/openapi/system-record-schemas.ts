import { z } from 'zod'
import type { Json } from '../../core/database/value.ts'
import type { SystemRelation } from '../../system/system-api.ts'
import type { SystemResource } from '../../system/system-resource.ts'
import { fieldSchema } from './field-schema.ts'
import { isJsonObject, type JsonSchema, listOf, objectOf } from './json-schema.ts'

/** What is stored otherwise than it is shown may be anything. */
export function shownRecord(
  { table, hidden, opaque, shows }: SystemResource,
  relations: readonly SystemRelation[],
): JsonSchema {
  const stored = table.fields
    .filter(({ name }) => !hidden.has(name))
    .map((field) => [field.name, opaque.has(field.name) ? {} : fieldSchema(field)] as const)
  const shown = Object.keys(shows).map((name) => [name, {}] as const)
  const related = relations.map(({ name, type, resource }) => {
    const description = `With related=${name}: of ${resource}.`
    return [name, isToMany(type) ? { ...listOf(RECORD), description } : { ...OR_NULL, description }] as const
  })
  return {
    ...objectOf(Object.fromEntries([...stored, ...shown, ...related])),
    ...(table.description !== undefined && { description: table.description }),
  }
}

const RECORD: JsonSchema = { type: 'object' }
const OR_NULL: JsonSchema = { type: ['object', 'null'] }

function isToMany(type: SystemRelation['type']): boolean {
  return type === 'has_many' || type === 'many_many'
}

/** What a new record needs is told in words: changes need none of it. */
export function givenRecord(
  resource: SystemResource,
  relations: readonly SystemRelation[],
  resources: readonly SystemResource[],
): JsonSchema {
  const children = relations.flatMap(({ name, type, resource: of }) => {
    const child = type === 'has_many' ? resources.find((one) => one.name === of) : undefined
    if (!child) return []
    const id = { type: 'integer', description: 'Of the one to change; without it a new one.' } as const
    return [[name, listOf(objectOf({ id, ...givenFields(child) }))] as const]
  })
  const needs = resource.required.length > 0 ? `A new record needs ${resource.required.join(', ')}.` : ''
  return {
    ...objectOf({ ...givenFields(resource), ...Object.fromEntries(children) }),
    ...(needs !== '' && { description: needs }),
  }
}

function givenFields({ accepts, table }: SystemResource): Readonly<Record<string, JsonSchema>> {
  const types = new Map(table.fields.map(({ name, type }) => [name, type]))
  return Object.fromEntries(
    Object.entries(accepts).map(([name, rule]) => [name, types.get(name) === 'json' ? {} : ruleSchema(rule)]),
  )
}

/** What a rule makes of a value is told, but where that is anybody's guess what it takes. */
function ruleSchema(rule: z.ZodType): JsonSchema {
  const schemas = (['output', 'input'] as const).map((io) => withoutDialect(rule, io))
  return schemas.find((schema) => Object.keys(schema).length > 0) ?? {}
}

function withoutDialect(rule: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, $defs, ...schema } = z.toJSONSchema(rule, { io, unrepresentable: 'any' })
  if ($defs) return {}
  const plain: Json = JSON.parse(JSON.stringify(schema))
  return isJsonObject(plain) ? plain : {}
}
