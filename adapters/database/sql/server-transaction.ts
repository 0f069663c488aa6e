import type { TransactionOptions } from '../../../src/core/database/adapter.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { Connection } from './connection.ts'
import type { ConnectionPool } from './connection-pool.ts'
import { guarded, type Limits } from './guard.ts'
import { cancelled, outcomeUnknown } from './interruption.ts'
import type { ServerConnection } from './server-connection.ts'
import type { TimeLimit } from './time-limit.ts'
import { NEVER, whenAborted } from './when-aborted.ts'

/** Commits when `work` resolves; rolls back when it rejects or the signal aborts. */
export async function runTransaction<P, C extends ServerConnection<P>, T>(
  pool: ConnectionPool<C>,
  work: (connection: Connection<P>) => Promise<T>,
  options: TransactionOptions & Limits,
): Promise<T> {
  const connection = await takeBegun(pool, options)
  const open = new OpenTransaction<P>(connection, options.time)
  const abort = abortOf(options.signal)
  try {
    const result = await Promise.race([work(open), abort.rejection])
    if (options.signal.aborted) throw cancelled()
    await open.commit()
    return result
  } catch (error) {
    await open.rollback()
    throw error
  } finally {
    abort.forget()
    pool.give(connection)
  }
}

/** A connection that died while it was idle is found out by its first statement: nothing was done yet, so another one is taken. */
async function takeBegun<P, C extends ServerConnection<P>>(
  pool: ConnectionPool<C>,
  options: Limits,
): Promise<C> {
  for (;;) {
    const connection = await pool.take(options.signal)
    try {
      await guarded(connection, () => connection.begin(), options)
      return connection
    } catch (error) {
      const wasAlive = connection.isUsable
      if (wasAlive) await connection.rollback().catch(() => connection.destroy())
      pool.give(connection)
      if (wasAlive || !isLost(error)) throw error
    }
  }
}

export function isLost(error: unknown): boolean {
  return error instanceof AppError && error.code === 'unavailable'
}

/** The records of a transaction: statements one after the other, none after its end. */
class OpenTransaction<P> implements Connection<P> {
  readonly #connection: ServerConnection<P>
  readonly #time: TimeLimit
  #last: Promise<unknown> = Promise.resolve()
  #over = false

  constructor(connection: ServerConnection<P>, time: TimeLimit) {
    this.#connection = connection
    this.#time = time
  }

  read: Connection<P>['read'] = (statement, as, { signal }) =>
    this.#next(() => this.#connection.read(statement, as), signal)

  write: Connection<P>['write'] = async (statements, { signal }) => {
    const results = []
    for (const statement of statements) {
      results.push(await this.#next(() => this.#connection.write(statement), signal))
    }
    return results
  }

  together: Connection<P>['together'] = (work) => work(this)

  async commit(): Promise<void> {
    await this.#close()
    try {
      await guarded(this.#connection, () => this.#connection.commit(), this.#own())
    } catch (error) {
      throw this.#connection.isUsable ? error : outcomeUnknown(error)
    }
  }

  /** Never rejects: a connection that cannot undo is closed, and the server undoes. */
  async rollback(): Promise<void> {
    await this.#close()
    if (!this.#connection.isUsable) return
    try {
      await guarded(this.#connection, () => this.#connection.rollback(), this.#own())
    } catch {
      this.#connection.destroy()
    }
  }

  /** What begins and ends a transaction is not the caller's to cancel. */
  #own() {
    return { signal: NEVER, time: this.#time }
  }

  #next<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const run = () => {
      if (this.#over) throw new AppError('internal', 'The transaction is over.')
      return guarded(this.#connection, work, { signal, time: this.#time })
    }
    const result = this.#last.then(run, run)
    this.#last = result
    return result
  }

  /** Refuses further statements and waits for the one that runs. */
  async #close(): Promise<void> {
    this.#over = true
    await this.#last.catch(() => {})
  }
}

/** `work` may be waiting for something else than the database: its end is not waited for. */
function abortOf(signal: AbortSignal): { rejection: Promise<never>; forget: () => void } {
  let forget = () => {}
  const rejection = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(cancelled())
    else forget = whenAborted(signal, () => reject(cancelled()))
  })
  rejection.catch(() => {})
  return { rejection, forget: () => forget() }
}
