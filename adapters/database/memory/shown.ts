import type { Expression } from '../../../src/core/database/expression.ts'
import { type Field, type Table, valueClassOf } from '../../../src/core/database/schema.ts'
import { findByName } from '../../../src/core/names.ts'
import type { Cell, Columns, StoredRow } from './cell.ts'
import { evaluate } from './evaluate.ts'

/** A stored table as a query's schema has it: by the names that callers use, with what is computed. */
export interface Shown {
  readonly columns: Columns
  /** As it is stored, with virtual fields; the same row where nothing has another name or a function. */
  plain(row: StoredRow): StoredRow
  /** As it is read. */
  read(row: StoredRow): StoredRow
  /** As it is compared. */
  compared(row: StoredRow): StoredRow
  /** As it is stored, from values by the names that callers use. */
  written(values: StoredRow, use: 'insert' | 'update'): StoredRow
  /** Names of columns. */
  stored(names: readonly string[]): readonly string[]
}

export function shownAs(table: Table, columns: Columns): Shown {
  const isPlain = table.fields.every(({ column, expressions }) => column === undefined && !expressions)
  if (isPlain) {
    const same = (row: StoredRow) => row
    return { columns, plain: same, read: same, compared: same, written: same, stored: (names) => names }
  }
  const columnOf = (name: string) => findByName(table.fieldByName, name)?.column ?? name
  return {
    columns: new Map(table.fields.map(({ name, type }) => [name, valueClassOf(type)])),
    plain: (row) => rowThrough(table, row, undefined),
    read: (row) => rowThrough(table, row, 'select'),
    compared: (row) => rowThrough(table, row, 'filter'),
    written: (values, use) =>
      Object.fromEntries(
        Object.entries(values).map(([name, cell]) => {
          const field = findByName(table.fieldByName, name)
          const expression = field?.expressions?.[use]
          return [columnOf(name), expression ? computed(expression, values, cell) : cell]
        }),
      ),
    stored: (names) => names.map(columnOf),
  }
}

type Use = 'select' | 'filter' | undefined

function rowThrough({ fields }: Table, row: StoredRow, use: Use): StoredRow {
  return Object.fromEntries(fields.map((field) => [field.name, cellThrough(field, row, use)]))
}

function cellThrough(field: Field, row: StoredRow, use: Use): Cell {
  const { name, column = name, expressions, isVirtual } = field
  const own = use && expressions?.[use]
  const expression = own ?? (isVirtual ? expressions?.select : undefined)
  const cell = row[column] ?? null
  return expression ? computed(expression, row, cell) : cell
}

function computed(expression: Expression, row: StoredRow, value: Cell): Cell {
  return evaluate(expression, { column: (name) => row[name] ?? null, value })
}
