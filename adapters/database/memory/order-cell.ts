import type { Order, Through } from '../../../src/core/database/query.ts'
import { type Cell, type Columns, columnType, compareCells, keyOf, type StoredRow } from './cell.ts'
import { matcher } from './matches.ts'
import { shownAs } from './shown.ts'
import { type Database, findTable } from './tables.ts'

/** What a row is ordered by: a cell of its own, or one of the row that it leads to. */
export function cellFor(
  { by, through }: Pick<Order, 'by' | 'through'>,
  columns: Columns,
  database: Database,
): (row: StoredRow) => Cell {
  if (through) return cellBehind(by, through, columns, database)
  columnType(columns, by)
  return (row) => row[by] ?? null
}

function cellBehind(
  by: string,
  { table, fields, refFields, where, next }: Through,
  columns: Columns,
  database: Database,
): (row: StoredRow) => Cell {
  for (const field of fields) columnType(columns, field)
  const other = findTable(database, table.name)
  const shown = shownAs(table, other.columns)
  const matches = matcher(where, shown.columns, database)
  const cell = cellFor({ by, ...(next && { through: next }) }, shown.columns, database)
  const found = other.rows.filter((row) => matches(shown.compared(row))).map(shown.plain)
  const first = new Map<string, StoredRow>()
  for (const row of found.toSorted(byKey(table.primaryKey)).reverse()) first.set(keyOf(row, refFields), row)
  return (row) => {
    if (fields.some((field) => (row[field] ?? null) === null)) return null
    const behind = first.get(keyOf(row, fields))
    return behind ? cell(behind) : null
  }
}

function byKey(key: readonly string[]): (left: StoredRow, right: StoredRow) => number {
  return (left, right) => {
    for (const field of key) {
      const order = compareCells(left[field] ?? null, right[field] ?? null)
      if (order !== 0) return order
    }
    return 0
  }
}
