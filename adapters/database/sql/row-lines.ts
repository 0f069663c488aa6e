import type { CellLines } from '../../../src/core/database/cell-lines.ts'
import type { RowsAsJson } from '../../../src/core/database/query.ts'
import type { JsonBytes } from './json-bytes.ts'

/** Of the rows that are written as JSON so many are wanted, and those as lines too. */
export class RowLines {
  /** Rows in the text. */
  readonly wanted: number
  readonly #cells: CellLines

  constructor(wanted: number, cells: CellLines) {
    this.wanted = wanted
    this.#cells = cells
    cells.start()
  }

  row(): void {
    this.#cells.row()
  }

  /** The cell that was written last, which began there. */
  cell(out: JsonBytes, from: number): void {
    this.#cells.value(out.bytes, from, out.length)
  }

  /** Writes bytes of UTF-8 as the next cell, to both. */
  quoted(out: JsonBytes, source: Buffer, from: number, to: number): void {
    const cells = this.#cells
    const start = cells.roomFor(to - from)
    const before = out.length
    if (out.quotedTwice(source, from, to, cells.bytes, start)) cells.took(start + to - from)
    else cells.value(out.bytes, before, out.length)
  }

  /** What is told beside the text, of so many rows that were read. */
  result(count: number): Pick<RowsAsJson, 'shown' | 'lines'> {
    return { shown: Math.min(count, this.wanted), lines: this.#cells.text() }
  }
}
