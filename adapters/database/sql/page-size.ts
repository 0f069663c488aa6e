import { sql } from 'kysely'
import type { Fragment } from './dialect.ts'

/** How many rows a select takes: a number of its text, or the value of a slot. */
export type PageSize = { readonly rows: number } | { readonly slot: number }

/**
 * True for the sizes that pages usually have, and one more, which tells whether there are more rows. They stand in the text:
 * PostgreSQL takes a size it does not know for a tenth of the table, and then plans the statement again for every use, which
 * is half the time of a short read.
 */
export function isUsual(rows: number): boolean {
  return USUAL.has(rows) || USUAL.has(rows - 1)
}

const USUAL: ReadonlySet<number> = new Set([
  1, 2, 3, 5, 10, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100, 150, 200, 250, 300, 400, 500, 750, 1000, 2000,
  5000, 10_000,
])

export function pageSizeSql(size: PageSize): Fragment {
  return 'rows' in size ? sql.raw(String(size.rows)) : sql.val(size.slot)
}
