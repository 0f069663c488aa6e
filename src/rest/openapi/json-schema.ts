import type { Json } from '../../core/database/value.ts'

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 has them. */
export type JsonSchema = { readonly [keyword: string]: Json }

export function isJsonObject(value: Json | undefined): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function objectOf(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema {
  return { type: 'object', ...(required.length > 0 && { required: [...required] }), properties }
}

export function listOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items }
}

/** A list as answers have it: in its wrapper. */
export function wrapped(items: JsonSchema): JsonSchema {
  return objectOf({ resource: listOf(items) }, ['resource'])
}

export const TEXT: JsonSchema = { type: 'string' }

export function oneOfWords(words: readonly string[]): JsonSchema {
  return { type: 'string', enum: [...words] }
}
