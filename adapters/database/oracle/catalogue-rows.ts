import type { COLUMNS, CONSTRAINTS, INDEXES, KEY_FIELDS, TABLES, VIEWS } from './catalogue-statements.ts'

/** A row of the catalogue under the names that the statement gives its columns. */
export type CatalogueRow<K extends string> = Readonly<Record<K, string | null>>

type RowOf<C> = CatalogueRow<Extract<keyof C, string>>

/** What the catalogue's statements answer; lists of parts are sorted by their position. */
export interface CatalogueRows {
  /** Whose names are bare. */
  readonly defaultOwner: string
  /** A NUMBER of one digit is a number. */
  readonly numbersOnly: boolean
  readonly tables: readonly RowOf<typeof TABLES>[]
  readonly views: readonly RowOf<typeof VIEWS>[]
  readonly columns: readonly ColumnRow[]
  readonly constraints: readonly ConstraintRow[]
  /** Fields of constraints; also of those that others refer to. */
  readonly keyFields: readonly RowOf<typeof KEY_FIELDS>[]
  readonly indexes: readonly RowOf<typeof INDEXES>[]
  readonly tableComments: readonly CatalogueRow<'owner' | 'source' | 'comment'>[]
  readonly columnComments: readonly CatalogueRow<'owner' | 'source' | 'field' | 'comment'>[]
}

export type ColumnRow = RowOf<typeof COLUMNS>
export type ConstraintRow = RowOf<typeof CONSTRAINTS>

/** Groups in the order of their first rows. */
export function grouped<R>(rows: readonly R[], keyOf: (row: R) => string): Map<string, R[]> {
  const groups = new Map<string, R[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}

/** Owner and table, as one key. */
export function tableOf({ owner, source }: CatalogueRow<'owner' | 'source'>): string {
  return `${owner}\u0000${source}`
}
