import type { Connection as DriverConnection } from 'tedious'
import { columnsOf, type DriverColumn, type Order, requestFor, send, valuesOf } from './ask.ts'
import type { Driver } from './driver.ts'

interface Part {
  readonly columns: readonly DriverColumn[]
  readonly rows: readonly (readonly unknown[])[]
}

/** Rows as they come, in parts: while nobody takes them the server is not read from, so that no more than a part is held. */
export async function* streamRows(
  driver: Driver,
  connection: DriverConnection,
  order: Order,
  partRows: number,
): AsyncGenerator<Part> {
  let columns: readonly DriverColumn[] = []
  let rows: (readonly unknown[])[] = []
  let end: { readonly error?: unknown } | undefined
  let wake = () => {}
  const request = requestFor(driver, order, (error) => {
    end = error ? { error } : {}
    wake()
  })
  request.on('columnMetadata', (given: unknown) => {
    columns = columnsOf(given)
  })
  request.on('row', (row: readonly { readonly value: unknown }[]) => {
    rows.push(valuesOf(row))
    if (rows.length < partRows) return
    request.pause()
    wake()
  })
  send(connection, request, order)
  try {
    while (!end || rows.length > 0) {
      if (!end && rows.length < partRows)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      if (end?.error !== undefined) throw end.error
      const part = rows
      rows = []
      if (part.length > 0) yield { columns, rows: part }
      request.resume()
    }
  } finally {
    if (!end)
      await stopped(
        request,
        () => end !== undefined,
        (settle) => (wake = settle),
      )
  }
}

/** The server is told to stop, and what it had sent is read away: then the connection is as good as before. */
async function stopped(
  request: InstanceType<Driver['Request']>,
  isOver: () => boolean,
  whenOver: (settle: () => void) => void,
): Promise<void> {
  request.cancel()
  request.resume()
  while (!isOver()) await new Promise<void>(whenOver)
}
