import type { Row } from '../../../src/core/database/value.ts'
import type { Statement } from './connection.ts'
import type { ConnectionPool } from './connection-pool.ts'
import { guarded, type Limits } from './guard.ts'
import type { ServerConnection } from './server-connection.ts'
import type { TimeLimit } from './time-limit.ts'
import { NEVER } from './when-aborted.ts'

/** Rows held in memory at a time. */
const PART_ROWS = 1000

/** Rows as of one moment, in parts; the connection is busy until the iteration ends. */
export async function* streamRows<P, C extends ServerConnection<P>>(
  pool: ConnectionPool<C>,
  statement: Statement<P>,
  limits: Limits,
): AsyncGenerator<readonly Row[]> {
  const connection = await pool.take(limits.signal)
  const guard = <T>(work: () => Promise<T>) => guarded(connection, work, limits)
  try {
    await guard(() => connection.begin())
    const parts = connection.stream(statement, PART_ROWS)[Symbol.asyncIterator]()
    try {
      for (;;) {
        const next = await guard(() => parts.next())
        if (next.done) break
        yield next.value
      }
    } finally {
      await ended(connection, limits.time, async () => {
        await parts.return?.()
      })
    }
  } finally {
    await ended(connection, limits.time, () => connection.rollback())
    pool.give(connection)
  }
}

/** What ends a stream is not the reader's to cancel, and takes no longer than a statement may. Never rejects. */
async function ended<P>(
  connection: ServerConnection<P>,
  time: TimeLimit,
  work: () => Promise<void>,
): Promise<void> {
  if (!connection.isUsable) return
  try {
    await guarded(connection, work, { signal: NEVER, time })
  } catch {
    connection.destroy()
  }
}
