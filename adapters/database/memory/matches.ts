import type { Comparison, ExistsFilter, Filter, TextMatch } from '../../../src/core/database/query.ts'
import {
  type Cell,
  type Columns,
  columnType,
  compareCells,
  keyOf,
  type StoredRow,
  toComparedCell,
} from './cell.ts'
import { shownAs } from './shown.ts'
import { type Database, findTable } from './tables.ts'

/** SQL's three values: null is unknown. */
type Truth = boolean | null
type Test = (row: StoredRow) => Truth

/** Whether a row is among those the filter wants: unknown is not. Throws `bad_request` for a wrong name or value. */
export function matcher(
  filter: Filter | undefined,
  columns: Columns,
  database: Database,
): (row: StoredRow) => boolean {
  if (!filter) return () => true
  const test = compile(filter, columns, database)
  return (row) => test(row) === true
}

function compile(filter: Filter, columns: Columns, database: Database): Test {
  switch (filter.op) {
    case 'and':
    case 'or':
      return all(
        filter.op,
        filter.all.map((part) => compile(part, columns, database)),
      )
    case 'not': {
      const test = compile(filter.filter, columns, database)
      return (row) => not(test(row))
    }
    case 'exists':
      return existsTest(filter, columns, database)
    case 'is_null':
      columnType(columns, filter.field)
      return (row) => cellOf(row, filter.field) === null
    case 'in': {
      const wanted = filter.values.map((value) =>
        toComparedCell(filter.field, columnType(columns, filter.field), value),
      )
      if (wanted.length === 0) return () => false
      return known(filter.field, (cell) => wanted.some((other) => compareCells(cell, other) === 0))
    }
    case 'like':
      return textTest(columns, filter.field, (text) => like(text, foldAscii(filter.pattern)))
    case 'contains':
    case 'starts_with':
    case 'ends_with': {
      const find = FIND[filter.op]
      return textTest(columns, filter.field, (text) => find(text, foldAscii(filter.value)))
    }
    default: {
      const holds = HOLDS[filter.op]
      const wanted = toComparedCell(filter.field, columnType(columns, filter.field), filter.value)
      return known(filter.field, (cell) => holds(compareCells(cell, wanted)))
    }
  }
}

/** A null equals nothing. */
function existsTest(
  { table, fields, refFields, where }: ExistsFilter,
  columns: Columns,
  database: Database,
): Test {
  for (const field of fields) columnType(columns, field)
  const other = findTable(database, table.name)
  const shown = shownAs(table, other.columns)
  for (const field of refFields) columnType(shown.columns, field)
  const matches = matcher(where, shown.columns, database)
  const found = other.rows.filter((row) => matches(shown.compared(row))).map(shown.plain)
  const keys = new Set(found.filter(isWhole(refFields)).map((row) => keyOf(row, refFields)))
  return (row) => isWhole(fields)(row) && keys.has(keyOf(row, fields))
}

function isWhole(fields: readonly string[]): (row: StoredRow) => boolean {
  return (row) => fields.every((field) => cellOf(row, field) !== null)
}

/** `and` is false as soon as one part is false, `or` true as soon as one is true; else unknown if any part is. */
function all(op: 'and' | 'or', tests: readonly Test[]): Test {
  const decisive = op === 'or'
  return (row) => {
    const truths = tests.map((test) => test(row))
    if (truths.includes(decisive)) return decisive
    return truths.includes(null) ? null : !decisive
  }
}

function not(truth: Truth): Truth {
  return truth === null ? null : !truth
}

/** A comparison with null is unknown. */
function known(field: string, test: (cell: Exclude<Cell, null>) => boolean): Test {
  return (row) => {
    const cell = cellOf(row, field)
    return cell === null ? null : test(cell)
  }
}

function textTest(columns: Columns, field: string, test: (folded: string) => boolean): Test {
  columnType(columns, field)
  return known(field, (cell) => test(foldAscii(String(cell))))
}

const HOLDS: Record<Comparison, (order: number) => boolean> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

const FIND: Record<TextMatch, (text: string, value: string) => boolean> = {
  contains: (text, value) => text.includes(value),
  starts_with: (text, value) => text.startsWith(value),
  ends_with: (text, value) => text.endsWith(value),
}

function foldAscii(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** `%` any run, `_` one character (code point). After a mismatch, the last `%` takes one character more. */
function like(text: string, pattern: string): boolean {
  const [chars, parts] = [[...text], [...pattern]]
  let [at, part, lastPercent, resumeAt] = [0, 0, -1, 0]
  while (at < chars.length) {
    if (parts[part] === '%') {
      lastPercent = part++
      resumeAt = at
    } else if (part < parts.length && (parts[part] === '_' || parts[part] === chars[at])) {
      at++
      part++
    } else if (lastPercent >= 0) {
      part = lastPercent + 1
      at = ++resumeAt
    } else {
      return false
    }
  }
  return parts.slice(part).every((rest) => rest === '%')
}

function cellOf(row: StoredRow, field: string): Cell {
  return row[field] ?? null
}
