import { createHash } from 'node:crypto'
import type { CallOptions } from '../../../src/core/database/adapter.ts'
import { AppError } from '../../../src/core/errors.ts'
import { firstTaken } from './less.ts'
import { pathOf, quoted, quotedPath, storedName } from './names.ts'
import { type CatalogueConnection, readDefaultOwner, readOwn } from './read-own.ts'
import type { ServerFacts } from './server-facts.ts'

/** A table in the database: by its own names. */
export interface TablePlace {
  readonly owner: string
  readonly name: string
  /** SQL of it. */
  readonly sql: string
  /** SQL before the names of its indexes: nothing where a bare name is its owner's. */
  readonly indexPrefix: string
  readonly isThere: boolean
  readonly server: ServerFacts
  /** The column of a name that callers use; what it would be called, where there is none. */
  columnOf(shown: string): string
}

/** What places are looked up with. */
export interface PlaceSearch {
  readonly connection: CatalogueConnection
  readonly server: ServerFacts
  readonly options: CallOptions
}

/** Where a table of a name that callers use stands, or would stand. */
export async function placeOf(
  { connection, server, options }: PlaceSearch,
  shown: string,
): Promise<TablePlace> {
  const [given, ...rest] = pathOf(shown)
  const isQualified = rest.length > 0
  const defaultOwner = await readDefaultOwner(connection, options)
  const owner = isQualified ? (given ?? '') : defaultOwner
  const folded = (isQualified ? rest[0] : given) ?? ''
  const exact = shown.includes('\u0000') ? folded : shown.slice(isQualified ? shown.indexOf('.') + 1 : 0)
  const parameters = [owner, exact, folded]
  const readings = COLUMNS_FROM.map(
    (from) => () => readOwn(connection, { columns: COLUMNS, from, parameters }, options),
  )
  const rows = await firstTaken(readings, options)
  const name = rows.some((row) => row.source === exact) ? exact : folded
  const columns = new Set(rows.filter(({ source }) => source === name).map(({ field }) => String(field)))
  return {
    owner,
    name,
    sql: quotedPath([owner, name]),
    indexPrefix: owner === defaultOwner ? '' : `${quoted(owner)}.`,
    isThere: columns.size > 0,
    server,
    columnOf: (field) => (columns.has(field) ? field : storedName(field)),
  }
}

export async function existingPlace(search: PlaceSearch, shown: string): Promise<TablePlace> {
  const place = await placeOf(search, shown)
  if (place.isThere) return place
  throw new AppError('not_found', 'The table is not there any more: the database was changed.', {
    hint: 'The schema has been read again: describe the table, then correct the request.',
    retryable: true,
  })
}

export const COLUMNS = { source: 'table_name', field: 'column_name' }
/** Hidden columns have names too; a server whose dictionary does not tell them has the others. */
export const COLUMNS_FROM = ['all_tab_cols', 'all_tab_columns'].map(
  (view) => `from ${view} where owner = :1 and table_name in (:2, :3)`,
)

/** A name for a key or an index, the same each time; 30 bytes are what the oldest servers take. */
export function keyName(
  kind: 'FK' | 'IX' | 'UK',
  { owner, name }: TablePlace,
  fields: readonly string[],
): string {
  const text = [owner, name, ...fields].join('\u0000')
  return `${kind}_${createHash('sha256').update(text).digest('hex').slice(0, 20).toUpperCase()}`
}
