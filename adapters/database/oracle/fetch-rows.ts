import type { Row } from '../../../src/core/database/value.ts'
import { MAX_ANSWER_BYTES, PART_BYTES, tooLarge } from '../sql/answer-size.ts'
import type { ResultColumn } from '../sql/connection.ts'
import { decodeRow } from './decode.ts'
import { type Driver, type DriverResultSet, type ExecuteOptions, isLob } from './driver.ts'

/** Rows that the driver asks for at a time. */
const FETCHED_ROWS = 1000

/** Numbers and documents are fetched as text: the driver's own forms of them would lose digits. */
export function fetchOptions(driver: Driver, rows = FETCHED_ROWS): ExecuteOptions {
  return {
    outFormat: driver.OUT_FORMAT_ARRAY,
    fetchArraySize: rows,
    // One more tells that there are no others, without another round trip.
    prefetchRows: rows + 1,
    fetchTypeHandler: ({ dbType }) =>
      dbType === driver.DB_TYPE_NUMBER || dbType === driver.DB_TYPE_JSON || dbType === driver.DB_TYPE_VECTOR
        ? { type: driver.DB_TYPE_VARCHAR }
        : undefined,
  }
}

interface Reading {
  readonly columns: readonly ResultColumn[]
  /** Rows of a part; absent: all rows are one answer, which has a largest size. */
  readonly partRows: number | undefined
}

/** The rows of an open result set, which is closed at the end. Throws `bad_request` for an answer that is too large. */
export async function* readParts(
  resultSet: DriverResultSet,
  { columns, partRows }: Reading,
): AsyncGenerator<readonly Row[]> {
  const size = new AnswerSize(partRows === undefined ? MAX_ANSWER_BYTES : undefined)
  let isOver = false
  try {
    while (!isOver) {
      const wanted = partRows ?? FETCHED_ROWS
      const fetched = await resultSet.getRows(wanted)
      isOver = fetched.length < wanted
      let part: Row[] = []
      for (const cells of fetched) {
        part.push(decodeRow(await readCells(cells, size), columns))
        if (partRows === undefined || size.ofPart < PART_BYTES) continue
        yield part
        part = []
        size.ofPart = 0
      }
      if (part.length > 0) yield part
    }
  } finally {
    // One that broke off is closed as well; what it failed with is told, not that it cannot be closed.
    await resultSet.close().catch(() => {})
  }
}

/** Counts what an answer holds; `most` is its largest size. */
export class AnswerSize {
  ofPart = 0
  readonly #most: number | undefined
  #all = 0

  constructor(most: number | undefined) {
    this.#most = most
  }

  add(size: number): void {
    this.ofPart += size
    this.#all += size
    if (this.#most !== undefined && this.#all > this.#most) throw tooLarge()
  }
}

/** The values of a row: large objects are read when it is known that there is room for them. */
export async function readCells(cells: readonly unknown[], size: AnswerSize): Promise<readonly unknown[]> {
  const read: unknown[] = []
  for (const cell of cells) read.push(await readCell(cell, size))
  return read
}

async function readCell(cell: unknown, size: AnswerSize): Promise<unknown> {
  if (typeof cell === 'string' || Buffer.isBuffer(cell)) size.add(cell.length)
  if (!isLob(cell) || Buffer.isBuffer(cell)) return cell
  try {
    size.add(cell.length)
    if (cell.length > MAX_ANSWER_BYTES) throw tooLarge()
    return cell.length === 0 ? EMPTY : await cell.getData()
  } finally {
    await cell.close().catch(() => {})
  }
}

/** A large object without anything in it: not null. */
const EMPTY = ''
