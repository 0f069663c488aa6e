export type CatalogueRow<K extends string> = Readonly<Record<K, string | number | null>>

/** What the catalogue's statements answer; each list is sorted by table, then by position. */
export interface CatalogueRows {
  readonly sources: readonly CatalogueRow<'name' | 'type' | 'without_rowid' | 'sql'>[]
  readonly columns: readonly CatalogueRow<
    'source' | 'name' | 'type' | 'not_null' | 'default' | 'key_position' | 'hidden'
  >[]
  readonly foreignKeys: readonly CatalogueRow<
    'source' | 'id' | 'ref_table' | 'field' | 'ref_field' | 'on_update' | 'on_delete'
  >[]
  readonly indexes: readonly CatalogueRow<'source' | 'name' | 'is_unique' | 'origin' | 'partial' | 'field'>[]
  readonly statistics: readonly CatalogueRow<'source' | 'stat'>[]
}

/** Groups in the order of their first rows. */
export function grouped<R>(
  rows: readonly R[],
  keyOf: (row: R) => string | number | null,
): Map<string | number | null, R[]> {
  const groups = new Map<string | number | null, R[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}
