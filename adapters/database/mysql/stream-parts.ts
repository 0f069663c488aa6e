import type { Query } from 'mysql2'
import type { DriverColumn } from './driver-answer.ts'

interface Part {
  readonly rows: readonly (readonly unknown[])[]
  readonly columns: readonly DriverColumn[]
}

/** The rows of a running statement in parts, as the driver gives them. While nobody takes them the socket is not read. */
export async function* streamParts(command: Query, partRows: number): AsyncGenerator<Part> {
  let columns: readonly DriverColumn[] = []
  // The stream hears of errors too, but not after its end: without a listener that would be the end of the process.
  command.on('error', () => {})
  command.on('fields', (described: DriverColumn[]) => {
    columns = described
  })
  let rows: unknown[][] = []
  for await (const row of command.stream({ highWaterMark: partRows })) {
    rows.push(row)
    if (rows.length < partRows) continue
    yield { rows, columns }
    rows = []
  }
  if (rows.length > 0) yield { rows, columns }
}
