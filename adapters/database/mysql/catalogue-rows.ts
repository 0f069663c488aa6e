/** A row of the catalogue under the names that the statement gives its columns. */
export type CatalogueRow<K extends string> = Readonly<Record<K, string | number | null>>

/** What the catalogue's statements answer; each list is sorted by table, then by position. */
export interface CatalogueRows {
  readonly server: DescribedDatabase
  readonly tables: readonly CatalogueRow<'name' | 'kind' | 'comment' | 'row_estimate' | 'engine'>[]
  readonly columns: readonly CatalogueRow<ColumnName>[]
  readonly indexes: readonly CatalogueRow<'source' | 'name' | 'non_unique' | 'field' | 'prefix'>[]
  readonly foreignKeys: readonly CatalogueRow<
    'source' | 'name' | 'field' | 'ref_schema' | 'ref_table' | 'ref_field'
  >[]
  readonly foreignKeyRules: readonly CatalogueRow<'source' | 'name' | 'on_update' | 'on_delete'>[]
  readonly checks: readonly CatalogueRow<'source' | 'name' | 'clause'>[]
  /** The texts of views, where the server knows JSON columns only by their checks. */
  readonly views: readonly CatalogueRow<'name' | 'definition'>[]
}

type ColumnName =
  | 'source'
  | 'name'
  | 'default'
  | 'nullable'
  | 'data_type'
  | 'column_type'
  | 'extra'
  | 'comment'
export type ColumnRow = CatalogueRows['columns'][number]

/** Where MariaDB and MySQL describe the same thing differently, and which database is described. */
export interface DescribedDatabase {
  readonly isMariaDb: boolean
  /** The database that is described. */
  readonly database: string
  /** Goes before the names of tables and routines: empty in the connection's own database, else `database.`. */
  readonly prefix: string
}

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

export function sourceOf({ source }: CatalogueRow<'source'>): string {
  return String(source)
}
