import type { ForeignKey } from '../../../src/core/database/schema.ts'
import { type CatalogueRows, type DescribedDatabase, grouped, sourceOf } from './catalogue-rows.ts'

export interface Index {
  readonly name: string
  readonly unique: boolean
  /** Empty when a part of the index is an expression or the beginning of a text only. */
  readonly fields: readonly string[]
}

/** The name that MySQL and MariaDB give every primary key. */
const PRIMARY = 'PRIMARY'

export function indexesOf(rows: readonly CatalogueRows['indexes'][number][]): Index[] {
  return [...grouped(rows, ({ name }) => String(name)).entries()].map(([name, parts]) => ({
    name,
    unique: Number(parts[0]?.non_unique) === 0,
    fields: parts.every(({ field, prefix }) => field !== null && prefix === null)
      ? parts.map(({ field }) => String(field))
      : [],
  }))
}

export function primaryKeyOf(indexes: readonly Index[]): readonly string[] {
  return indexes.find(({ name }) => name === PRIMARY)?.fields ?? []
}

export function uniqueKeysOf(indexes: readonly Index[]): (readonly string[])[] {
  return indexes
    .filter(({ name, unique, fields }) => unique && name !== PRIMARY && fields.length > 0)
    .map(({ fields }) => fields)
}

export function indexedFieldsOf(indexes: readonly Index[]): string[] {
  return [...new Set(indexes.filter(({ unique }) => !unique).flatMap(({ fields }) => fields[0] ?? []))]
}

/** By table. A key that points into another database is left out: its table is none of the service. */
export function foreignKeysByTable({
  server,
  foreignKeys,
  foreignKeyRules,
}: CatalogueRows): Map<string, ForeignKey[]> {
  const rules = new Map(foreignKeyRules.map((rule) => [identityOf(rule), rule]))
  const within = foreignKeys.filter(({ ref_schema }) => isSame(String(ref_schema), server))
  const keys = new Map<string, ForeignKey[]>()
  for (const [identity, parts] of grouped(within, identityOf)) {
    const [first] = parts
    if (!first) continue
    const rule = rules.get(identity)
    const key = {
      name: String(first.name),
      fields: parts.map(({ field }) => String(field)),
      refTable: `${server.prefix}${first.ref_table}`,
      refFields: parts.map(({ ref_field }) => String(ref_field)),
      onUpdate: String(rule?.on_update ?? 'NO ACTION'),
      onDelete: String(rule?.on_delete ?? 'NO ACTION'),
    }
    const source = sourceOf(first)
    keys.set(source, [...(keys.get(source) ?? []), key])
  }
  return keys
}

function identityOf(row: CatalogueRows['foreignKeyRules' | 'foreignKeys'][number]): string {
  return `${row.source}\u0000${row.name}`
}

/** Servers that fold the case of names may spell a database otherwise than its configuration does. */
function isSame(database: string, server: DescribedDatabase): boolean {
  return database.toLowerCase() === server.database.toLowerCase()
}
