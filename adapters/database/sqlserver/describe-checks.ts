import type { TableDefinition } from '../../../src/core/database/schema.ts'
import type { CatalogueRows } from './catalogue-rows.ts'

type CheckRow = CatalogueRows['checks'][number]

export function checksOf(
  rows: readonly CheckRow[],
  fields: readonly string[],
): NonNullable<TableDefinition['checks']> {
  return rows.map(({ name, definition }) => ({
    name: String(name),
    fields: fieldsMentioned(String(definition), fields),
  }))
}

/** Servers write names in brackets, in quotes or bare. */
export function fieldsMentioned(definition: string, fields: readonly string[]): string[] {
  const plain = definition.replaceAll(/N?'(?:[^']|'')*'/g, "''").toLowerCase()
  return fields.filter((field) => {
    const name = field.toLowerCase().replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    return new RegExp(`(?<![\\w@])[["]?${name}[\\]"]?(?![\\w(])`, 'u').test(plain)
  })
}

/** The fields that are documents: a check has the server look whether their text is JSON, of which it has no type. */
export function jsonFieldsOf(rows: readonly CheckRow[], fields: readonly string[]): Set<string> {
  return new Set(
    rows.flatMap(({ definition }) => {
      const mentioned = fieldsMentioned(String(definition), fields)
      return IS_JSON.test(String(definition)) && mentioned.length === 1 ? mentioned : []
    }),
  )
}

const IS_JSON = /\bisjson\b/i
