import { z } from 'zod'

type JsonSchema = { readonly [keyword: string]: unknown }

export interface ObjectSchema {
  readonly type: 'object'
  readonly properties: JsonSchema
  readonly required?: string[]
}

/**
 * A zod object as JSON Schema 2020-12, which is MCP's default dialect and so needs no `$schema`. What tells a model
 * nothing (lower bounds and defaults of 0, lower bounds of 1, open and closed objects, the definition of "any JSON", which keys of an answer are
 * always there) is left out: models read the list of tools, checking is zod's work.
 */
export function wireSchema(schema: z.ZodObject, io: 'input' | 'output'): ObjectSchema {
  const { properties, required } = z.toJSONSchema(schema, { io })
  const shape = { type: 'object' as const, properties: mapped(properties ?? {}, terse) }
  return io === 'input' && required ? { ...shape, required } : shape
}

const SILENT = new Set(['propertyNames', 'additionalProperties', 'minLength', 'minItems'])

function terse(schema: unknown): unknown {
  if (!isSchema(schema)) return schema
  const entries = Object.entries(schema).flatMap(([keyword, value]): [string, unknown][] => {
    if (SILENT.has(keyword) || isSilentNumber(keyword, value, schema)) return []
    if (keyword === 'properties' && isSchema(value))
      return Object.keys(value).length > 0 ? [[keyword, mapped(value, terse)]] : []
    if (keyword === 'items')
      return isSchema(value) && Object.keys(value).length === 0 ? [] : [[keyword, terse(value)]]
    if (keyword === 'anyOf' && Array.isArray(value)) return [unionOf(value.map(terse))]
    return [[keyword, value]]
  })
  return Object.fromEntries(entries)
}

/** `anyOf` of plain types is a list of types. */
function unionOf(options: readonly unknown[]): [string, unknown] {
  const types = options.flatMap((option) => {
    const plain = isSchema(option) && Object.keys(option).length === 1
    return plain && typeof option.type === 'string' ? [option.type] : []
  })
  return types.length === options.length ? ['type', types] : ['anyOf', options]
}

function isSilentNumber(keyword: string, value: unknown, { maximum }: JsonSchema): boolean {
  if (keyword === 'default') return value === 0
  // A range is told with both ends.
  if (keyword === 'minimum' && value === 1) return maximum === undefined || isSilentMaximum(maximum)
  if (keyword === 'minimum') return value === 0 || value === Number.MIN_SAFE_INTEGER
  return keyword === 'maximum' && isSilentMaximum(value)
}

function isSilentMaximum(value: unknown): boolean {
  return value === Number.MAX_SAFE_INTEGER
}

function mapped(object: JsonSchema, change: (value: unknown) => unknown): JsonSchema {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]))
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
