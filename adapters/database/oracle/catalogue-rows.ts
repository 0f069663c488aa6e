import type {
  columnForms,
  constraintForms,
  Forms,
  indexForms,
  keyFieldForms,
  tableForms,
  viewForms,
} from './catalogue-statements.ts'

/** A row of the catalogue under the names that the statement gives its columns. */
export type CatalogueRow<K extends string> = Readonly<Record<K, string | null>>

type RowOf<F> = F extends Forms<infer K> ? CatalogueRow<K> : never

/** What the catalogue's statements answer; lists of parts are sorted by their position. */
export interface CatalogueRows {
  /** Whose names are bare. */
  readonly defaultOwner: string
  /** A NUMBER of one digit is a number. */
  readonly numbersOnly: boolean
  readonly tables: readonly RowOf<typeof tableForms>[]
  readonly views: readonly RowOf<typeof viewForms>[]
  readonly columns: readonly ColumnRow[]
  readonly constraints: readonly ConstraintRow[]
  /** Fields of constraints; also of those that others refer to. */
  readonly keyFields: readonly RowOf<typeof keyFieldForms>[]
  readonly indexes: readonly RowOf<typeof indexForms>[]
  readonly tableComments: readonly CatalogueRow<'owner' | 'source' | 'comment'>[]
  readonly columnComments: readonly CatalogueRow<'owner' | 'source' | 'field' | 'comment'>[]
}

export type ColumnRow = RowOf<ReturnType<typeof columnForms>>
export type ConstraintRow = RowOf<ReturnType<typeof constraintForms>>

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
