import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { TableDefinition } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { type Connection, ownStatement } from '../sql/connection.ts'
import type { CatalogueRow } from './catalogue-rows.ts'
import { describeTables } from './describe-tables.ts'
import type { Parameter } from './protocol.ts'

/** All tables and views of the file, in six statements however many there are. */
export async function readCatalogue(
  connection: Connection<Parameter>,
  options: CallOptions,
): Promise<TableDefinition[]> {
  const read = async <K extends string>({ sql, columns }: CatalogueQuery<K>): Promise<CatalogueRow<K>[]> => {
    const result = await connection.read(ownStatement(sql, columns), 'rows', options)
    // Texts, numbers and nulls under the names given: the statements are ours, and so is what they ask for.
    return 'rows' in result ? (result.rows as CatalogueRow<K>[]) : []
  }
  const sources = await read(SOURCES)
  const hasStatistics = sources.some(({ statistics }) => statistics === 1)
  return describeTables({
    sources,
    columns: [...(await read(columnsOf(`l.type = 'table'`))), ...(await fragileColumns(sources, read))],
    foreignKeys: await read(FOREIGN_KEYS),
    indexes: await read(INDEXES),
    statistics: hasStatistics ? await read(STATISTICS) : [],
  })
}

interface CatalogueQuery<K extends string> {
  readonly sql: string
  readonly columns: readonly K[]
}
type Read = <K extends string>(query: CatalogueQuery<K>) => Promise<CatalogueRow<K>[]>

/** Tables of the user: not SQLite's own, nor those in which a virtual table keeps its data. */
const OURS = `l.schema = 'main' AND l.type <> 'shadow' AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`

const SOURCES = {
  sql: `SELECT l.name, l.type, l.wr, s.sql, (SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1')
    FROM pragma_table_list l LEFT JOIN sqlite_schema s ON s.name = l.name AND s.type IN ('table', 'view')
    WHERE ${OURS} ORDER BY s.rowid`,
  columns: ['name', 'type', 'without_rowid', 'sql', 'statistics'],
} as const

const COLUMN_NAMES = ['source', 'name', 'type', 'not_null', 'default', 'key_position', 'hidden'] as const
type ColumnName = (typeof COLUMN_NAMES)[number]

function columnsOf(which: string): CatalogueQuery<ColumnName> {
  return {
    sql: `SELECT l.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
      FROM pragma_table_list l JOIN pragma_table_xinfo(l.name, 'main') c
      WHERE ${OURS} AND ${which} ORDER BY l.name, c.cid`,
    columns: COLUMN_NAMES,
  }
}

const FOREIGN_KEYS = {
  // SQLite counts the keys of a table from the last declared.
  sql: `SELECT l.name, f.id, f."table", f."from", f."to", f.on_update, f.on_delete
    FROM pragma_table_list l JOIN pragma_foreign_key_list(l.name, 'main') f
    WHERE ${OURS} AND l.type = 'table' ORDER BY l.name, f.id DESC, f.seq`,
  columns: ['source', 'id', 'ref_table', 'field', 'ref_field', 'on_update', 'on_delete'],
} as const

const INDEXES = {
  sql: `SELECT l.name, i.name, i."unique", i.origin, i.partial, c.name
    FROM pragma_table_list l JOIN pragma_index_list(l.name, 'main') i JOIN pragma_index_info(i.name, 'main') c
    WHERE ${OURS} AND l.type = 'table' ORDER BY l.name, i.seq DESC, c.seqno`,
  columns: ['source', 'name', 'is_unique', 'origin', 'partial', 'field'],
} as const

/** Made by ANALYZE. */
const STATISTICS = { sql: 'SELECT tbl, stat FROM sqlite_stat1', columns: ['source', 'stat'] } as const

/**
 * Columns of views and virtual tables. One whose base table or module is gone fails the statement for all: then each is
 * asked for by itself, and the broken ones are left out.
 */
async function fragileColumns(
  sources: readonly CatalogueRow<'name' | 'type'>[],
  read: Read,
): Promise<CatalogueRow<ColumnName>[]> {
  const fragile = sources.filter(({ type }) => type !== 'table')
  if (fragile.length === 0) return []
  try {
    return await read(columnsOf(`l.type <> 'table'`))
  } catch (error) {
    if (!isAboutTheSchema(error)) throw error
  }
  const found: CatalogueRow<ColumnName>[] = []
  for (const { name } of fragile) {
    try {
      found.push(...(await read(columnsOf(`l.name = '${String(name).replaceAll("'", "''")}'`))))
    } catch (error) {
      if (!isAboutTheSchema(error)) throw error
    }
  }
  return found
}

function isAboutTheSchema(error: unknown): boolean {
  return error instanceof AppError && error.code !== 'timeout' && error.code !== 'unavailable'
}
