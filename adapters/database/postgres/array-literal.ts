import type { Json } from '../../../src/core/database/value.ts'

/**
 * A JSON array as PostgreSQL writes arrays (postgresql.org/docs/current/arrays.html#ARRAYS-IO): arrays in it are further
 * dimensions, or JSON values where the elements are JSON.
 */
export function arrayLiteral(items: readonly Json[], ofJson: boolean): string {
  return `{${items.map((item) => element(item, ofJson)).join(',')}}`
}

function element(item: Json, ofJson: boolean): string {
  if (item === null) return 'NULL'
  if (ofJson) return quoted(JSON.stringify(item))
  if (Array.isArray(item)) return arrayLiteral(item, ofJson)
  return quoted(typeof item === 'object' ? JSON.stringify(item) : String(item))
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
