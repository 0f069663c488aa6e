import type { CallOptions, TransactionOptions } from '../../../src/core/database/adapter.ts'
import type { SelectQuery, SelectResult, WriteResult } from '../../../src/core/database/query.ts'
import type { Row } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import { createBriefReads } from './brief-reads.ts'
import type { Connection, ReadOptions, Statement } from './connection.ts'
import { type ConnectionPool, createConnectionPool } from './connection-pool.ts'
import { guarded } from './guard.ts'
import { cancelled, closed, outcomeUnknown, readOnly } from './interruption.ts'
import { createPlaces } from './places.ts'
import type { ServerConnection, ServerConnector } from './server-connection.ts'
import { streamRows } from './server-stream.ts'
import { isLost, runTransaction } from './server-transaction.ts'
import { createTimeLimit } from './time-limit.ts'
import { NEVER, whenAborted } from './when-aborted.ts'

interface ServerOptions<P, C extends ServerConnection<P>> {
  /** Opens connections that the database itself keeps from writing. */
  readonly read: ServerConnector<P, C>
  /** Absent for a service that is read-only: then no connection that could write is ever opened. */
  readonly write: ServerConnector<P, C> | undefined
  /** Most connections of each mode. */
  readonly poolSize: number
  readonly connectTimeoutMs: number
  readonly statementTimeoutMs: number
  /** Its connections take several reads together. */
  readonly takesSeveral?: boolean
}

/** For several reads by key together; those that take longer are read one by one. */
const PATIENCE_MS = 250

/** Statements and transactions on a database server: reads on read-only connections, writes on others. */
export interface ServerExecutor<P, C extends ServerConnection<P>> extends Connection<P> {
  transaction<T>(work: (connection: Connection<P>) => Promise<T>, options: TransactionOptions): Promise<T>
  stream(statement: Statement<P>, options: CallOptions): AsyncIterable<readonly Row[]>
  /** Work with one connection of a mode: calls of routines, changes of the schema. */
  use<T>(mode: 'read' | 'write', work: (connection: C) => Promise<T>, options: CallOptions): Promise<T>
  /** Waits for what is under way. */
  close(): Promise<void>
}

export function createServerExecutor<P, C extends ServerConnection<P>>(
  options: ServerOptions<P, C>,
): ServerExecutor<P, C> {
  const { poolSize: size, connectTimeoutMs, statementTimeoutMs } = options
  const time = createTimeLimit(statementTimeoutMs)
  // Nothing that takes long is to hold up what was sent with it.
  const patience = createTimeLimit(Math.min(PATIENCE_MS, statementTimeoutMs))
  const poolOf = (connector: ServerConnector<P, C>) =>
    createConnectionPool({ connector, size, connectTimeoutMs })
  const readers = poolOf(options.read)
  const writers = options.write && poolOf(options.write)
  // Who reads a stream may be slow, and keeps a connection as long: half of them are left to other reads.
  const streams = createPlaces(Math.max(1, Math.floor(size / 2)), connectTimeoutMs)
  let underWay = 0
  const whenQuiet: (() => void)[] = []
  let isClosed = false

  /** Counts what is under way; nothing begins after the end. */
  function counted<T>(work: () => Promise<T>): Promise<T> {
    return isClosed ? Promise.reject(closed()) : held(work())
  }

  function held<T>(running: Promise<T>): Promise<T> {
    underWay++
    running.then(ended, ended)
    return running
  }

  function ended(): void {
    underWay--
    if (underWay === 0) for (const quiet of whenQuiet.splice(0)) quiet()
  }

  function on<T>(
    pool: ConnectionPool<C>,
    work: (connection: C) => Promise<T>,
    { signal }: CallOptions,
    limit = time,
  ): Promise<T> {
    const run = (connection: C) => {
      const done = () => pool.give(connection)
      return guarded(connection, () => work(connection), { signal, time: limit, done })
    }
    const taken = pool.take(signal)
    return taken instanceof Promise ? taken.then(run) : run(taken)
  }

  const brief = createBriefReads<P>(async (statements) => {
    let used: C | undefined
    const run = async (connection: C) => {
      used = connection
      const started = performance.now()
      const found = await connection.readTogether?.(statements)
      return performance.now() - started < patience.limitMs ? found : undefined
    }
    try {
      return await held(on(readers, run, { signal: NEVER }, patience))
    } catch (error) {
      // Each is read alone then, and hears what is wrong with it there.
      if (used) return undefined
      throw error
    }
  })

  async function readBriefly(
    statement: Statement<P>,
    as: SelectQuery['as'],
    callOptions: ReadOptions,
  ): Promise<SelectResult> {
    if (callOptions.signal.aborted) throw cancelled()
    const found = await orCancelled(brief.read(statement), callOptions.signal)
    return found ?? read(statement, as, callOptions)
  }

  /** A read that lost its connection did nothing: it is done once more on another one. */
  function read(
    statement: Statement<P>,
    as: SelectQuery['as'],
    callOptions: ReadOptions,
  ): Promise<SelectResult> {
    let used: C | undefined
    const run = (connection: C) => {
      used = connection
      return connection.read(statement, as, callOptions.lines)
    }
    return on(readers, run, callOptions).then(
      (result) => {
        // The answer may have been on its way when the order to stop went out.
        if (callOptions.signal.aborted) throw cancelled()
        return result
      },
      (error: unknown) => {
        if (!isLost(error) || !used || used.isUsable) throw error
        return on(readers, run, callOptions)
      },
    )
  }

  /** One statement commits by itself: if its connection is lost, so is the knowledge of what became of it. */
  async function writeOne(statement: Statement<P>, callOptions: CallOptions): Promise<WriteResult> {
    let used: C | undefined
    const run = (connection: C) => {
      used = connection
      return connection.write(statement)
    }
    try {
      return await on(requireWriters(), run, callOptions)
    } catch (error) {
      throw used && !used.isUsable ? outcomeUnknown(error) : error
    }
  }

  function requireWriters(): ConnectionPool<C> {
    if (!writers) throw readOnly()
    return writers
  }

  const executor: ServerExecutor<P, C> = {
    read: (statement, as, callOptions) => {
      const way = options.takesSeveral && callOptions.isBrief && as === 'json' ? readBriefly : read
      return counted(() => way(statement, as, callOptions))
    },
    write: (statements, callOptions) => {
      const [first] = statements
      if (!first || statements.length > 1)
        return executor.together((connection) => connection.write(statements, callOptions), callOptions)
      return counted(() =>
        untilItStands(async () => [await writeOne(first, callOptions)], { ...callOptions, retry: true }),
      )
    },
    together: (work, callOptions) => executor.transaction(work, { ...callOptions, retry: true }),
    transaction: (work, callOptions) =>
      counted(() =>
        untilItStands(
          async () => runTransaction(requireWriters(), work, { ...callOptions, time }),
          callOptions,
        ),
      ),
    async *stream(statement, callOptions) {
      let end = () => {}
      const whole = new Promise<void>((resolve) => {
        end = resolve
      })
      if (isClosed) throw closed()
      void counted(() => whole)
      try {
        const leave = await streams.take(callOptions.signal)
        try {
          yield* streamRows(readers, statement, { ...callOptions, time })
        } finally {
          leave()
        }
      } finally {
        end()
      }
    },
    use: (mode, work, callOptions) =>
      counted(async () => on(mode === 'read' ? readers : requireWriters(), work, callOptions)),
    async close() {
      isClosed = true
      if (underWay > 0) await new Promise<void>((resolve) => whenQuiet.push(resolve))
      await Promise.all([readers.close(), writers?.close()])
    },
  }
  return executor
}

/** What others wait for too is not stopped: whoever cancels is let go. */
function orCancelled<T>(found: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = whenAborted(signal, () => reject(cancelled()))
    found.then(resolve, reject).finally(forget)
  })
}

/** A deadlock's victim and a transaction that others overtook were undone as a whole: they may be tried again. */
async function untilItStands<T>(attempt: () => Promise<T>, options: TransactionOptions): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      if (!options.retry || tries >= MOST_TRIES || options.signal.aborted || !wasGivenUp(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, Math.random() * FIRST_PAUSE_MS * 2 ** tries))
    }
  }
}

const MOST_TRIES = 5
const FIRST_PAUSE_MS = 5

function wasGivenUp(error: unknown): boolean {
  return error instanceof AppError && error.code === 'conflict' && error.retryable
}
