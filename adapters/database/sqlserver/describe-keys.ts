import type { ForeignKey } from '../../../src/core/database/schema.ts'
import { type CatalogueRows, grouped, isTrue } from './catalogue-rows.ts'

export interface Index {
  readonly name: string
  readonly isPrimary: boolean
  readonly isUnique: boolean
  readonly fields: readonly string[]
}

/** Indexes of some rows only are left out, unless these are the rows that have a value: a unique key of fields that may be null. */
export function indexesOf(rows: readonly CatalogueRows['indexes'][number][]): Index[] {
  return [...grouped(rows, ({ name }) => String(name))].flatMap(([name, parts]) => {
    const fields = parts.map(({ field }) => String(field))
    const filter = parts[0]?.filter ?? null
    if (filter !== null && !isOfPresent(String(filter), fields)) return []
    return {
      name,
      isPrimary: isTrue(parts[0]?.is_primary ?? false),
      isUnique: isTrue(parts[0]?.is_unique ?? false),
      fields,
    }
  })
}

/** `([email] IS NOT NULL)`, `([a] IS NOT NULL AND [b] IS NOT NULL)`: nothing but that fields of the index are there. */
function isOfPresent(filter: string, fields: readonly string[]): boolean {
  const known = new Set(fields.map((field) => field.toLowerCase()))
  const terms = filter.replaceAll(/[()]/g, ' ').split(/\band\b/i)
  return terms.every((term) => {
    const name = /^\s*[["]?(.*?)[\]"]?\s+is\s+not\s+null\s*$/i.exec(term)?.[1]
    return name !== undefined && known.has(name.toLowerCase())
  })
}

export function primaryKeyOf(indexes: readonly Index[]): readonly string[] {
  return indexes.find(({ isPrimary }) => isPrimary)?.fields ?? []
}

export function uniqueKeysOf(indexes: readonly Index[]): (readonly string[])[] {
  return indexes.filter(({ isUnique, isPrimary }) => isUnique && !isPrimary).map(({ fields }) => fields)
}

export function indexedFieldsOf(indexes: readonly Index[]): string[] {
  return [...new Set(indexes.filter(({ isUnique }) => !isUnique).flatMap(({ fields }) => fields[0] ?? []))]
}

/** By the id of the table that has them. */
export function foreignKeysByTable(
  { foreignKeys }: Pick<CatalogueRows, 'foreignKeys'>,
  nameOf: ReadonlyMap<string, string>,
): Map<string, ForeignKey[]> {
  const keys = new Map<string, ForeignKey[]>()
  for (const parts of grouped(foreignKeys, ({ id, name }) => `${id}\u0000${name}`).values()) {
    const [first] = parts
    const refTable = first && nameOf.get(String(first.ref_id))
    if (!first || refTable === undefined) continue
    const key = {
      name: String(first.name),
      fields: parts.map(({ field }) => String(field)),
      refTable,
      refFields: parts.map(({ ref_field }) => String(ref_field)),
      onUpdate: ruleOf(first.on_update),
      onDelete: ruleOf(first.on_delete),
    }
    keys.set(String(first.id), [...(keys.get(String(first.id)) ?? []), key])
  }
  return keys
}

/** `NO_ACTION` → `NO ACTION` */
function ruleOf(description: unknown): string {
  return String(description ?? 'NO_ACTION')
    .replaceAll('_', ' ')
    .toUpperCase()
}
