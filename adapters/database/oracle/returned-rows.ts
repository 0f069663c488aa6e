import type { Row } from '../../../src/core/database/value.ts'
import { MAX_ANSWER_BYTES } from '../sql/answer-size.ts'
import type { ResultColumn } from '../sql/connection.ts'
import { isLargeText, spelledAs } from './column-kind.ts'
import { decodeRow } from './decode.ts'
import type { Bind, Driver, DriverType } from './driver.ts'
import { AnswerSize, readCells } from './fetch-rows.ts'

/** Longest text or bytes of PL/SQL, in bytes (Database PL/SQL Language Reference, "PL/SQL Data Types"). */
export const LONGEST_TEXT = 32_767

/** Places that `returning … into` fills, in order of the columns. `longest` is what a text of SQL may have there, in bytes. */
export function outBinds(columns: readonly ResultColumn[], driver: Driver, longest: number): readonly Bind[] {
  return columns.map((column) => {
    const type = typeOf(column, driver)
    const sized = type === driver.DB_TYPE_VARCHAR || type === driver.DB_TYPE_RAW
    return { dir: driver.BIND_OUT, type, ...(sized && { maxSize: sizeOf(column, longest) }) }
  })
}

/** In bytes: no larger than the column, as a place that is longer than a text of SQL is one for a LONG. */
function sizeOf(column: ResultColumn, longest: number): number {
  if (SHORT.has(column.type)) return SHORT_BYTES
  const [, declared] = /^N?(?:VARCHAR2?|CHAR|RAW)\((\d+)/.exec(column.dbType) ?? []
  return declared === undefined ? longest : Math.min(Number(declared) * MOST_OF_LETTER, longest)
}

/** What is written as text: the longest is a moment with its offset, or a number of 40 digits. */
const SHORT: ReadonlySet<ResultColumn['type']> = new Set([
  'integer',
  'decimal',
  'boolean',
  'date',
  'timestamp',
  'time',
])
const SHORT_BYTES = 200
/** Bytes of UTF-8. */
const MOST_OF_LETTER = 4

/** Numbers are returned as text, digit for digit. */
function typeOf(column: ResultColumn, driver: Driver): DriverType {
  const spelled = spelledAs(column)
  if (isLargeText(column)) return driver.DB_TYPE_CLOB
  if (spelled === 'BLOB') return driver.DB_TYPE_BLOB
  if (spelled === 'RAW') return driver.DB_TYPE_RAW
  if (spelled === 'BOOLEAN') return driver.DB_TYPE_BOOLEAN
  return column.type === 'float' ? driver.DB_TYPE_BINARY_DOUBLE : driver.DB_TYPE_VARCHAR
}

/**
 * The rows that a write returned. Of one execution the driver gives a list of values for each place, of several such lists for each of
 * them, in order.
 */
export async function returnedRows(
  out: readonly unknown[],
  columns: readonly ResultColumn[],
): Promise<readonly Row[]> {
  const size = new AnswerSize(MAX_ANSWER_BYTES)
  const rows: Row[] = []
  for (const lists of executionsOf(out)) {
    const count = Math.max(0, ...lists.map((list) => list.length))
    for (let at = 0; at < count; at++) {
      const cells = columns.map((_, place) => lists[place]?.[at] ?? null)
      rows.push(decodeRow(await readCells(cells, size), columns))
    }
  }
  return rows
}

function executionsOf(out: readonly unknown[]): readonly (readonly (readonly unknown[])[])[] {
  const lists = out.filter(isList)
  const isOfSeveral = lists.some((list) => list.some(isList))
  return isOfSeveral ? lists.map((execution) => execution.filter(isList)) : [lists]
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}
