import type { Join } from '../../../src/core/database/query.ts'
import { keyOf, type StoredRow } from './cell.ts'
import { joinedKey } from './evaluate.ts'
import { matcher } from './matches.ts'
import { shownAs } from './shown.ts'
import { type Database, findTable } from './tables.ts'

/** Rows with the columns of the rows they are joined with, under keys that no column has. `own` are columns of the rows by the names of callers. */
export function joinedRows(
  database: Database,
  rows: readonly StoredRow[],
  joins: readonly Join[],
  own: (names: readonly string[]) => readonly string[],
): readonly StoredRow[] {
  return joins.reduce((joined, join) => joinOne(database, joined, join, own), rows)
}

function joinOne(
  database: Database,
  rows: readonly StoredRow[],
  join: Join,
  stored: (names: readonly string[]) => readonly string[],
): readonly StoredRow[] {
  const { alias, from, table, fields, refFields, where } = join
  const other = findTable(database, table.name)
  const shown = shownAs(table, other.columns)
  const matches = matcher(where, shown.columns, database)
  const columns = shown.stored(refFields)
  const byKey = new Map(
    other.rows.filter((row) => matches(shown.compared(row))).map((row) => [keyOf(row, columns), row]),
  )
  const own = from === undefined ? stored(fields) : fields.map((name) => joinedKey(from, name))
  return rows.map((row) => {
    const hasKey = own.every((name) => (row[name] ?? null) !== null)
    const found = hasKey ? byKey.get(keyOf(row, own)) : undefined
    const beside = Object.entries(found ?? {}).map(([name, cell]) => [joinedKey(alias, name), cell] as const)
    return { ...row, ...Object.fromEntries(beside) }
  })
}
