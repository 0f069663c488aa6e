import type { Json } from '../../../src/core/database/value.ts'
import { toJsonText } from '../../../src/core/exact-json.ts'

/**
 * A JSON array as PostgreSQL writes arrays (postgresql.org/docs/current/arrays.html#ARRAYS-IO): arrays in it are further
 * dimensions, or JSON values where the elements are JSON. `base` is the type of the elements.
 */
export function arrayLiteral(items: readonly Json[], base: string): string {
  // pg_type.typdelim: boxes have commas of their own.
  return `{${items.map((item) => element(item, base)).join(base === 'box' ? ';' : ',')}}`
}

function element(item: Json, base: string): string {
  if (item === null) return 'NULL'
  if (base === 'json' || base === 'jsonb') return quoted(toJsonText(item))
  if (Array.isArray(item)) return arrayLiteral(item, base)
  return quoted(typeof item === 'object' ? JSON.stringify(item) : String(item))
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
