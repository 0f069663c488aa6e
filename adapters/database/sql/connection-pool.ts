import { Pool, TimeoutError } from 'tarn'
import { createShelf } from './connection-shelf.ts'
import { allBusy, cancelled } from './interruption.ts'
import { allowManyListeners } from './many-listeners.ts'
import type { ServerConnection, ServerConnector } from './server-connection.ts'

interface PoolOptions<P, C extends ServerConnection<P>> {
  readonly connector: ServerConnector<P, C>
  /** Most connections at a time. */
  readonly size: number
  /** Longest that opening a connection, or waiting for a free one, may take. */
  readonly connectTimeoutMs: number
}

/** Connections of one mode, opened on demand and let go when idle. */
export interface ConnectionPool<C> {
  /**
   * A usable connection in the mode of the pool, at once where there is one. Rejects with `unavailable`, or `timeout` when the
   * signal aborts first.
   */
  take(signal: AbortSignal): C | Promise<C>
  /** Gives it back; one that is not usable any more is closed. */
  give(connection: C): void
  close(): Promise<void>
}

export function createConnectionPool<P, C extends ServerConnection<P>>(
  options: PoolOptions<P, C>,
): ConnectionPool<C> {
  const { connector, size, connectTimeoutMs } = options
  const waiting = new Set<(error: unknown) => void>()
  const ready = createShelf<C>(IDLE_MS, (connection) => pool.release(connection))
  let refusal: unknown
  const pool = new Pool<C>({
    create: connect,
    destroy: (connection) => (connection.isUsable ? connection.end() : connection.destroy()),
    validate: (connection) => connection.isUsable,
    min: 0,
    max: size,
    acquireTimeoutMillis: connectTimeoutMs,
    createTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: IDLE_MS,
    createRetryIntervalMillis: RETRY_MS,
  })

  /** While no connection lives, nobody waits for the time limit to hear that there is none to be had. */
  async function connect(): Promise<C> {
    try {
      const connection = await connector.connect(AbortSignal.timeout(connectTimeoutMs))
      refusal = undefined
      return connection
    } catch (error) {
      refusal = error
      if (pool.numUsed() + pool.numFree() === 0) for (const fail of [...waiting]) fail(error)
      throw error
    }
  }

  function acquire(signal: AbortSignal): Promise<C> {
    if (signal.aborted) return Promise.reject(cancelled())
    return new Promise((resolve, reject) => {
      const pending = pool.acquire()
      let reason: unknown
      const fail = (error: unknown) => {
        reason = error
        pending.abort()
      }
      const stop = () => fail(cancelled())
      const settled = () => {
        waiting.delete(fail)
        signal.removeEventListener('abort', stop)
      }
      waiting.add(fail)
      allowManyListeners(signal)
      signal.addEventListener('abort', stop)
      pending.promise.then(
        (connection) => {
          settled()
          resolve(connection)
        },
        (error: unknown) => {
          settled()
          reject(reason ?? whyNone(error))
        },
      )
    })
  }

  /** What opening last failed with says more than that the time is up. */
  function whyNone(error: unknown): unknown {
    return error instanceof TimeoutError ? (refusal ?? allBusy(connectTimeoutMs, error)) : error
  }

  function discard(connection: C): void {
    connection.destroy()
    pool.release(connection)
  }

  async function takeVerified(
    first: C | undefined,
    verdictOfFirst: boolean | Promise<boolean> | undefined,
    signal: AbortSignal,
  ): Promise<C> {
    let connection = first ?? (await acquire(signal))
    let verdict = verdictOfFirst ?? isAsOpened(connector, connection)
    while (!(typeof verdict === 'boolean' ? verdict : await inTime(verdict, signal))) {
      discard(connection)
      connection = ready.take() ?? (await acquire(signal))
      verdict = isAsOpened(connector, connection)
    }
    return connection
  }

  return {
    take(signal) {
      const connection = ready.take()
      const verdict = connection && isAsOpened(connector, connection)
      return connection && verdict === true ? connection : takeVerified(connection, verdict, signal)
    },
    give(connection) {
      if (connection.isUsable && waiting.size === 0 && ready.put(connection)) return
      pool.release(connection)
    },
    async close() {
      ready.close()
      await pool.destroy()
    },
  }
}

/** An idle connection is closed after twice as long. */
const IDLE_MS = 30_000
const RETRY_MS = 100

/** Longest that a session may take to be made as it was. A server that does not answer is not waited for. */
const VERIFY_MS = 3000

function isAsOpened<P, C extends ServerConnection<P>>(
  connector: ServerConnector<P, C>,
  connection: C,
): boolean | Promise<boolean> {
  try {
    return connector.verify(connection)
  } catch {
    return false
  }
}

/** False when it fails, the time is up or the signal aborts first. */
function inTime(verdict: Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const giveUp = () => resolve(false)
    if (signal.aborted) giveUp()
    const timer = setTimeout(giveUp, VERIFY_MS)
    allowManyListeners(signal)
    signal.addEventListener('abort', giveUp)
    verdict.then(resolve, giveUp).finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
    })
  })
}
