import type { ForeignKey } from '../../../src/core/database/schema.ts'
import { type CatalogueRows, grouped } from './catalogue-rows.ts'

export interface Index {
  readonly unique: boolean
  readonly partial: boolean
  readonly isPrimaryKey: boolean
  /** Empty when a part of the index is an expression. */
  readonly fields: readonly string[]
}

export function indexesOf(rows: readonly CatalogueRows['indexes'][number][]): Index[] {
  return [...grouped(rows, ({ name }) => name).values()].map((parts) => ({
    unique: parts[0]?.is_unique === 1,
    partial: parts[0]?.partial === 1,
    isPrimaryKey: parts[0]?.origin === 'pk',
    fields: parts.some(({ field }) => field === null) ? [] : parts.map(({ field }) => String(field)),
  }))
}

export function isUniqueKey({ unique, partial, isPrimaryKey, fields }: Index): boolean {
  return unique && !partial && !isPrimaryKey && fields.length > 0
}

/** Names as the tables spell them, by their lower-cased spelling: a foreign key may spell them otherwise. */
export interface Spelling {
  readonly tables: ReadonlyMap<string, string>
  /** By table and field, both lower-cased, with a NUL between. */
  readonly fields: ReadonlyMap<string, string>
}

export function spellings({ sources, columns }: CatalogueRows): Spelling {
  return {
    tables: new Map(sources.map(({ name }) => [String(name).toLowerCase(), String(name)])),
    fields: new Map(
      columns.map(({ source, name }) => [`${source}\u0000${name}`.toLowerCase(), String(name)]),
    ),
  }
}

export function foreignKeysOf(
  rows: readonly CatalogueRows['foreignKeys'][number][],
  spelling: Spelling,
): ForeignKey[] {
  return [...grouped(rows, ({ id }) => id).values()].map((parts) => {
    const [first] = parts
    const refTable = String(first?.ref_table)
    const ofTable = (name: string) => spelling.fields.get(`${refTable}\u0000${name}`.toLowerCase()) ?? name
    return {
      fields: parts.map(({ field }) => String(field)),
      refTable: spelling.tables.get(refTable.toLowerCase()) ?? refTable,
      // Without names the key points at the primary key.
      refFields: parts.flatMap(({ ref_field }) => (ref_field === null ? [] : ofTable(String(ref_field)))),
      onUpdate: String(first?.on_update),
      onDelete: String(first?.on_delete),
    }
  })
}
