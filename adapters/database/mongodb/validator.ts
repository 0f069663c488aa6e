import { z } from 'zod'
import type { Field, TableDefinition } from '../../../src/core/database/schema.ts'
import { BSON_TYPES, type BsonType, storedTypes, typesIn } from './column-type.ts'
import { noteOfField, noteOfTable } from './field-note.ts'
import type { ServerDocument } from './pipeline.ts'

/** The words of `$jsonSchema` that say something of fields; others are the database's own business. */
export interface JsonSchema {
  readonly title?: string | undefined
  readonly description?: string | undefined
  readonly bsonType?: string | readonly string[] | undefined
  readonly type?: string | readonly string[] | undefined
  readonly enum?: readonly unknown[] | undefined
  readonly maxLength?: number | undefined
  readonly required?: readonly string[] | undefined
  readonly properties?: ReadonlyMap<string, JsonSchema> | undefined
  readonly items?: JsonSchema | undefined
  readonly additionalProperties?: unknown
}

const names = z.union([z.string(), z.array(z.string())]).optional()

const jsonSchema: z.ZodType<JsonSchema> = z.object({
  title: z.string().optional(),
  description: z.string().optional(),
  bsonType: names,
  type: names,
  enum: z.array(z.unknown()).optional(),
  maxLength: z.number().optional(),
  required: z.array(z.string()).optional(),
  properties: z.unknown().optional().transform(propertiesIn),
  get items() {
    return jsonSchema.optional()
  },
  additionalProperties: z.unknown().optional(),
})

/** Any name may be one of a property, also one that objects have by themselves. */
function propertiesIn(given: unknown): ReadonlyMap<string, JsonSchema> | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  return new Map(
    Object.entries(given).flatMap(([name, value]) => {
      const read = jsonSchema.safeParse(value)
      return read.success ? [[name, read.data] as const] : []
    }),
  )
}

const validator = z.object({ $jsonSchema: jsonSchema })

/** The schema in a collection's validator; undefined for one of another kind. */
export function schemaIn(given: unknown): JsonSchema | undefined {
  return validator.safeParse(given).data?.$jsonSchema
}

/** Without null. `uuid` is not told apart from other binary by a validator. */
export function typesOf({ bsonType, type }: JsonSchema): readonly BsonType[] {
  const told = [bsonType ?? [], type ?? []].flat()
  const meant = told.flatMap((name) => MEANT[name] ?? [name])
  return BSON_TYPES.filter((one) => meant.includes(one))
}

/** Names of JSON Schema, and names for several. */
const MEANT: Readonly<Record<string, readonly string[]>> = {
  number: ['int', 'long', 'double', 'decimal'],
  boolean: ['bool'],
  integer: ['int', 'long'],
  timestamp: ['other'],
  regex: ['other'],
}

export function allowsNull({ bsonType, type }: JsonSchema): boolean {
  const told = [bsonType ?? [], type ?? []].flat()
  return told.length === 0 || told.includes('null')
}

/** What a new collection requires of its documents. */
export function validatorOf({ fields, primaryKey, description }: TableDefinition): ServerDocument {
  const required = fields
    .filter(({ allowNull, name }) => !allowNull && name !== '_id')
    .map(({ name }) => name)
  return {
    $jsonSchema: {
      bsonType: 'object',
      title: noteOfTable({ primaryKey: [...primaryKey] }),
      ...(description !== undefined && { description }),
      ...(required.length > 0 && { required }),
      properties: Object.fromEntries(fields.map((field) => [field.name, propertyOf(field)])),
    },
  }
}

/** A property that says what a field may hold. */
export function propertyOf(field: Field): ServerDocument {
  const given = typesIn(field.dbType).own
  const types = (given.length > 0 ? given : storedTypes(field.type)).map((type) =>
    type === 'uuid' ? 'binData' : type,
  )
  const { values, length, description } = field
  return {
    bsonType: [...types, ...(field.allowNull ? ['null'] : [])],
    title: noteOfField(field),
    ...(description !== undefined && { description }),
    ...(values !== undefined && { enum: [...values, ...(field.allowNull ? [null] : [])] }),
    ...(length !== undefined && types.includes('string') && { maxLength: length }),
  }
}
