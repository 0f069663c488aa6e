import type {
  Aggregate,
  DeleteQuery,
  Each,
  InsertQuery,
  Order,
  SelectQuery,
  SelectResult,
  UpdateQuery,
  WriteResult,
} from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import type { Row, Value } from '../../../src/core/database/value.ts'
import { toJsonText } from '../../../src/core/exact-json.ts'
import { type Grouped, group } from './aggregate.ts'
import { type Columns, columnType, compareCells, keyOf, type StoredRow, toCell, toJson } from './cell.ts'
import { changeRows, checkConstraints, type RowChanges } from './constraints.ts'
import { joinedRows } from './join.ts'
import { matcher } from './matches.ts'
import { cellFor } from './order-cell.ts'
import { shownAs } from './shown.ts'
import { type Database, defaultCell, findTable, type StoredTable, withTable } from './tables.ts'

/** The steps of a SELECT in SQL's own order: where, group, having, order, fields, distinct, offset, limit. */
export function selectRows(database: Database, query: SelectQuery): SelectResult {
  const table = findTable(database, query.table.name)
  const shown = shownAs(query.table, table.columns)
  const matches = matcher(query.where, shown.columns, database)
  const origin = new Map(
    joinedRows(database, table.rows, query.joins ?? [], shown.stored)
      .filter((row) => matches(shown.compared(row)))
      .map((row) => [shown.plain(row), row] as const),
  )
  const found: Grouped = { columns: shown.columns, rows: [...origin.keys()] }
  const { groupBy = [], aggregates = [], orderBy = [], offset = 0 } = query
  const isGrouped = groupBy.length > 0 || aggregates.length > 0
  const { columns, rows } = isGrouped ? group(found, groupBy, aggregates) : found
  const fields = [...query.fields, ...aggregates.map(({ alias }) => alias)]
  const sorted = rows
    .filter(matcher(query.having, comparedWith(columns, aggregates), database))
    .toSorted(byOrder(orderBy, columns, database))
  const different = query.distinct ? firstOfEach(sorted, fields) : sorted
  const chosen = query.each ? different.filter(withinEach(query.each)) : different
  if (query.countOnly) return answer([{ count: chosen.length }], query)
  const page = chosen.slice(offset, offset + query.limit).map((row) => {
    const stored = isGrouped ? undefined : origin.get(row)
    return toRow(stored ? shown.read(stored) : row, fields, columns)
  })
  return answer(page, query)
}

function answer(rows: readonly Row[], { as }: SelectQuery): SelectResult {
  return as === 'json' ? { json: toJsonText(rows), count: rows.length } : { rows }
}

/** A write: the database after it, and what the caller gets. */
export interface Written {
  readonly database: Database
  readonly result: WriteResult
}

export function insertRows(database: Database, query: InsertQuery): Written {
  const { onConflict } = query
  let after = database
  const written: StoredRow[] = []
  for (const values of onConflict ? query.rows : []) {
    const upserted = upsertRow(after, query.table, values, onConflict ?? [])
    after = upserted.database
    written.push(upserted.row)
  }
  if (!onConflict) {
    const appended = appendRows(database, query.table, query.rows)
    after = appended.database
    written.push(...appended.rows)
  }
  return finish(database, after, written, query)
}

export function updateRows(database: Database, query: UpdateQuery): Written {
  const table = findTable(database, query.table.name)
  const shown = shownAs(query.table, table.columns)
  const set = shown.written(toCells(shown.columns, query.set), 'update')
  const matches = matcher(query.where, shown.columns, database)
  const matching = table.rows.filter((row) => matches(shown.compared(row)))
  const [counter] = query.raises === undefined ? [] : shown.stored([query.raises])
  const changes = new Map(matching.map((row) => [row, { ...row, ...set, ...raised(row, counter) }]))
  return finish(database, changeRows(database, query.table.name, changes), [...changes.values()], query)
}

function raised(row: StoredRow, counter: string | undefined): StoredRow {
  if (counter === undefined) return {}
  const before = row[counter]
  return { [counter]: (typeof before === 'bigint' ? before : 0n) + 1n }
}

export function deleteRows(database: Database, query: DeleteQuery): Written {
  const table = findTable(database, query.table.name)
  const shown = shownAs(query.table, table.columns)
  const matches = matcher(query.where, shown.columns, database)
  const doomed = table.rows.filter((row) => matches(shown.compared(row)))
  const changes: RowChanges = new Map(doomed.map((row) => [row, null]))
  return finish(database, changeRows(database, query.table.name, changes), doomed, query)
}

function finish(
  before: Database,
  after: Database,
  written: readonly StoredRow[],
  query: InsertQuery | UpdateQuery | DeleteQuery,
): Written {
  checkConstraints(before, after)
  const shown = shownAs(query.table, findTable(after, query.table.name).columns)
  const rows =
    query.returning.length === 0
      ? []
      : written.map((row) => toRow(shown.read(row), query.returning, shown.columns))
  return { database: after, result: { affected: written.length, rows } }
}

type Values = { readonly [field: string]: Value }

function appendRows(database: Database, of: Table, inputs: readonly Values[]) {
  const table = findTable(database, of.name)
  const shown = shownAs(of, table.columns)
  let { nextId } = table
  const rows = inputs.map((values) => {
    const given = shown.written(toCells(shown.columns, values), 'insert')
    const row = Object.fromEntries(
      table.definition.fields.map((field) => {
        if (Object.hasOwn(given, field.name) && !(field.autoIncrement && given[field.name] === null)) {
          return [field.name, given[field.name] ?? null]
        }
        return [field.name, field.autoIncrement ? nextId : defaultCell(field)]
      }),
    )
    nextId = nextIdAfter(table, row, nextId)
    return row
  })
  return { database: withTable(database, { ...table, rows: [...table.rows, ...rows], nextId }), rows }
}

function nextIdAfter({ definition }: StoredTable, row: StoredRow, nextId: bigint): bigint {
  const field = definition.fields.find(({ autoIncrement }) => autoIncrement)
  const id = field && row[field.name]
  return typeof id === 'bigint' && id >= nextId ? id + 1n : nextId
}

function upsertRow(database: Database, of: Table, values: Values, onConflictNames: readonly string[]) {
  const table = findTable(database, of.name)
  const shown = shownAs(of, table.columns)
  const given = shown.written(toCells(shown.columns, values), 'insert')
  const onConflict = shown.stored(onConflictNames)
  const hasKey = onConflict.every((field) => (given[field] ?? null) !== null)
  const key = keyOf(given, onConflict)
  const existing = hasKey ? table.rows.find((row) => keyOf(row, onConflict) === key) : undefined
  if (!existing) {
    const appended = appendRows(database, of, [values])
    return { database: appended.database, row: appended.rows[0] ?? given }
  }
  const row = { ...existing, ...given }
  return { database: changeRows(database, of.name, new Map([[existing, row]])), row }
}

function toCells(columns: Columns, values: Values): StoredRow {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, toCell(field, columnType(columns, field), value)]),
  )
}

function byOrder(
  orderBy: readonly Order[],
  columns: Columns,
  database: Database,
): (left: StoredRow, right: StoredRow) => number {
  const orders = orderBy.map((order) => ({ ...order, cell: cellFor(order, columns, database) }))
  return (left, right) => {
    for (const { cell, direction, nulls } of orders) {
      const [a, b] = [cell(left), cell(right)]
      const order = compareCells(a, b)
      if (order === 0) continue
      if (nulls && (a === null || b === null)) return (a === null) === (nulls === 'first') ? -1 : 1
      return direction === 'asc' ? order : -order
    }
    return 0
  }
}

function firstOfEach(rows: readonly StoredRow[], fields: readonly string[]): StoredRow[] {
  const seen = new Set<string>()
  return rows.filter((row) => seen.size < seen.add(keyOf(row, fields)).size)
}

/** A count is compared with a fraction as numbers are, where a field of integers takes none. */
function comparedWith(columns: Columns, aggregates: readonly Aggregate[]): Columns {
  const isWhole = ({ alias }: Aggregate) => columns.get(alias) === 'integer'
  return new Map([...columns, ...aggregates.filter(isWhole).map(({ alias }) => [alias, 'decimal'] as const)])
}

/** For rows that come in their order. */
function withinEach({ by, limit, offset = 0 }: Each): (row: StoredRow) => boolean {
  const seen = new Map<string, number>()
  return (row) => {
    const key = keyOf(row, by)
    const before = seen.get(key) ?? 0
    seen.set(key, before + 1)
    return before >= offset && before < offset + limit
  }
}

function toRow(row: StoredRow, fields: readonly string[], columns: Columns): Row {
  return Object.fromEntries(
    fields.map((field) => [field, toJson(columnType(columns, field), row[field] ?? null)]),
  )
}
