import type { Connection, Query } from 'mysql2'
import { PART_BYTES } from '../sql/answer-size.ts'
import type { DriverColumn } from './driver-answer.ts'

interface Part {
  readonly rows: readonly (readonly unknown[])[]
  readonly columns: readonly DriverColumn[]
}

/** The rows of a running statement in parts, as the driver gives them. While nobody takes them the socket is not read. */
export async function* streamParts(
  driver: Connection,
  command: Query,
  partRows: number,
): AsyncGenerator<Part> {
  let columns: readonly DriverColumn[] = []
  // The stream hears of errors too, but not after its end: without a listener that would be the end of the process.
  command.on('error', () => {})
  command.on('fields', (described: DriverColumn[]) => {
    columns = described
  })
  let rows: unknown[][] = []
  let size = 0
  const source = command.stream({ highWaterMark: ROWS_AHEAD })
  // That the connection is lost is told to the connection, and not to a statement without a callback.
  const lost = (error: Error) => source.destroy(error)
  driver.on('error', lost)
  try {
    for await (const row of source) {
      rows.push(row)
      size += sizeOf(row)
      if (rows.length < partRows && size < PART_BYTES) continue
      yield { rows, columns }
      rows = []
      size = 0
    }
    if (rows.length > 0) yield { rows, columns }
  } finally {
    driver.off('error', lost)
  }
}

/** Rows that the driver reads before they are asked for. */
const ROWS_AHEAD = 64

/** Of what can be long in it: texts and bytes. */
function sizeOf(row: readonly unknown[]): number {
  let size = 0
  for (const value of row) if (typeof value === 'string' || value instanceof Uint8Array) size += value.length
  return size
}
