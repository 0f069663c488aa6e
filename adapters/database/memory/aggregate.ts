import type { Aggregate, AggregateFunction } from '../../../src/core/database/query.ts'
import type { ValueClass } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { type Cell, type Columns, columnType, compareCells, keyOf, type StoredRow } from './cell.ts'

export interface Grouped {
  readonly columns: Columns
  readonly rows: readonly StoredRow[]
}

/** One row per group, with the fields grouped by and every aggregate under its alias; one row in all without groups. */
export function group(
  { columns, rows }: Grouped,
  groupBy: readonly string[],
  aggregates: readonly Aggregate[],
): Grouped {
  const groups = new Map<string, StoredRow[]>(groupBy.length === 0 ? [['[]', []]] : [])
  for (const row of rows) {
    const key = keyOf(row, groupBy)
    const members = groups.get(key)
    if (members) members.push(row)
    else groups.set(key, [row])
  }
  return {
    columns: new Map([
      ...groupBy.map((field): [string, ValueClass] => [field, columnType(columns, field)]),
      ...aggregates.map((aggregate): [string, ValueClass] => [
        aggregate.alias,
        resultType(aggregate, columns),
      ]),
    ]),
    rows: [...groups.values()].map((members) =>
      Object.fromEntries([
        ...groupBy.map((field) => [field, members[0]?.[field] ?? null]),
        ...aggregates.map((aggregate) => [aggregate.alias, compute(aggregate, members, columns)]),
      ]),
    ),
  }
}

function resultType({ function: name, field }: Aggregate, columns: Columns): ValueClass {
  if (name === 'COUNT' && field === '*') return 'integer'
  const type = columnType(columns, field)
  if (name === 'COUNT' || name === 'COUNT_DISTINCT') return 'integer'
  if (name === 'MIN' || name === 'MAX') return type
  if (type !== 'integer' && type !== 'decimal' && type !== 'float') {
    throw new AppError('bad_request', `${name} takes a number; '${field}' is ${type}.`, {
      context: { field },
    })
  }
  return name === 'AVG' ? 'float' : type
}

function compute(aggregate: Aggregate, rows: readonly StoredRow[], columns: Columns): Cell {
  const { function: name, field, distinct } = aggregate
  if (field === '*') return BigInt(rows.length)
  const given = rows.map((row) => row[field] ?? null).filter((cell) => cell !== null)
  const cells = distinct
    ? [...new Map(given.map((cell) => [keyOf({ cell }, ['cell']), cell])).values()]
    : given
  const result = COMPUTE[name](cells)
  // What adding doubles leaves beyond the 15 digits that a decimal has here is no part of the sum.
  const isDecimal = columnType(columns, field) === 'decimal' && typeof result === 'number'
  return isDecimal ? Number(result.toPrecision(15)) : result
}

/** Nulls are already left out: an empty list gives COUNT 0 and null for the rest. */
const COMPUTE: Record<AggregateFunction, (cells: readonly Exclude<Cell, null>[]) => Cell> = {
  COUNT: (cells) => BigInt(cells.length),
  COUNT_DISTINCT: (cells) => BigInt(new Set(cells.map((cell) => keyOf({ cell }, ['cell']))).size),
  SUM: (cells) => (cells.length === 0 ? null : sum(cells)),
  AVG: (cells) => (cells.length === 0 ? null : Number(sum(cells)) / cells.length),
  MIN: (cells) => cells.toSorted(compareCells)[0] ?? null,
  MAX: (cells) => cells.toSorted(compareCells).at(-1) ?? null,
}

/** Integers add up without loss. */
function sum(cells: readonly Cell[]): bigint | number {
  const integers = cells.filter((cell) => typeof cell === 'bigint')
  if (integers.length === cells.length) return integers.reduce((total, cell) => total + cell, 0n)
  return cells.reduce((total: number, cell) => total + Number(cell), 0)
}
