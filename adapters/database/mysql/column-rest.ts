import type { CallOptions, SchemaChange } from '../../../src/core/database/adapter.ts'
import type { ColumnRest } from './change-table.ts'
import type { NewTables } from './column-definition.ts'
import { pathOf } from './dialect.ts'
import { type CatalogueConnection, readOwn } from './read-own.ts'

const COLUMNS = {
  name: 'c.column_name',
  collation: 'c.collation_name',
  extra: 'c.extra',
  comment: 'c.column_comment',
}

/** A column is changed by writing its whole definition again: what of it the house has no words for is read from the catalogue. */
export async function columnRest(
  connection: CatalogueConnection,
  change: SchemaChange,
  { otherDatabase }: NewTables,
  options: CallOptions,
): Promise<ColumnRest> {
  if (change.kind !== 'change_table' || change.change.length === 0) return () => ''
  const path = pathOf(change.table.name, otherDatabase)
  const table = path.at(-1) ?? ''
  const database = path.length > 1 ? [path[0] ?? ''] : []
  const rows = await readOwn(
    connection,
    {
      columns: COLUMNS,
      from: `from information_schema.columns c
        where c.table_schema = ${database.length > 0 ? '?' : 'database()'} and c.table_name = ?`,
      parameters: [...database, table],
    },
    options,
  )
  const byName = new Map(rows.map((row) => [String(row.name).toLowerCase(), row]))
  return (field, hasNewType) => {
    const row = byName.get(field.toLowerCase())
    if (!row) return ''
    const moves = /on update current_timestamp(\(\d*\))?/i.exec(String(row.extra ?? ''))?.[0]
    const comment = String(row.comment ?? '')
    return [
      // A collation goes with text: of another type nothing is known here.
      ...(hasNewType || row.collation === null ? [] : [`collate ${word(String(row.collation))}`]),
      ...(hasNewType || moves === undefined ? [] : [moves]),
      ...(comment === '' ? [] : [`comment x'${Buffer.from(comment).toString('hex')}'`]),
    ]
      .map((part) => ` ${part}`)
      .join('')
  }
}

/** The catalogue's own word: letters, digits and underscores. */
function word(name: string): string {
  return name.replaceAll(/\W/g, '')
}
