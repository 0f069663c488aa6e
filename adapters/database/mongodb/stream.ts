import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { SelectQuery } from '../../../src/core/database/query.ts'
import type { Row } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import { whenAborted } from '../sql/when-aborted.ts'
import { type Calls, cancelled } from './calls.ts'
import { compileSelect } from './compile.ts'
import { toAppError } from './errors.ts'
import { openCursor } from './open-cursor.ts'
import { rowOf } from './output.ts'

/** Rows in one part: four times as many hold some 40 MB more of documents of 2 kB, and are no faster. */
const PART_ROWS = 250

/**
 * Rows as the caller takes them, in order and as of one moment: that of a snapshot where the server has them, else that at which it
 * had sorted. Without an order, a server that stands alone gives what it comes across.
 */
export async function* streamRows(
  calls: Calls,
  query: Omit<SelectQuery, 'as'>,
  { signal }: CallOptions,
): AsyncGenerator<readonly Row[]> {
  if (signal.aborted) throw cancelled()
  if (query.limit === 0) return
  const { hasTransactions, version } = calls.facts
  const hasSnapshots = hasTransactions && version[0] >= 5
  const { pipeline, outputs } = compileSelect(query, { sortsFirst: !hasSnapshots })
  const session = calls.openSession({ snapshot: hasSnapshots })
  const options = { batchSize: PART_ROWS, signal, ...(session && { session }) }
  const { cursor, shape } = openCursor(calls.collection(query.table.name), pipeline, options)
  let leave = (_: unknown) => {}
  const left = new Promise<never>((_, reject) => {
    leave = reject
  })
  left.catch(() => {})
  const forget = whenAborted(signal, () => {
    if (session) calls.stop(session)
    leave(cancelled())
  })
  const letGo = async () => {
    await cursor.close().catch(() => {})
    await session?.endSession().catch(() => {})
  }
  try {
    // The server may take its time to stop: nobody waits for it.
    while (await Promise.race([cursor.hasNext(), left]))
      yield cursor.readBufferedDocuments(PART_ROWS).map((document) => rowOf(shape(document), outputs))
  } catch (error) {
    if (signal.aborted && !(error instanceof AppError)) throw cancelled(error)
    throw toAppError(error, query.table)
  } finally {
    forget()
    const ended = letGo()
    if (!signal.aborted) await ended
  }
}
