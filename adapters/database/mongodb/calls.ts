import { setMaxListeners } from 'node:events'
import type { ClientSession, Collection, Db, MongoClient } from 'mongodb'
import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { whenAborted } from '../sql/when-aborted.ts'
import type { ServerFacts } from './capabilities.ts'
import { toAppError } from './errors.ts'
import { createStopper } from './stopper.ts'
import type { StoredDocument } from './stored-document.ts'

/** What every command of one call is given. */
interface CommandOptions {
  readonly session?: ClientSession
  readonly maxTimeMS: number
}

/** The database, for the time of one call. */
export interface Call {
  readonly db: Db
  readonly options: CommandOptions
  /** For commands that only read: the driver stops waiting at once. */
  readonly reading: CommandOptions & { readonly signal: AbortSignal }
  collection(name: string): Collection<StoredDocument>
}

export interface Calls {
  /** The name of the database. */
  readonly database: string
  readonly facts: ServerFacts
  /**
   * Runs commands until they end or the signal aborts, which stops them on the server. Within a transaction's session, or one of
   * their own. Throws only AppError.
   */
  run<T>(options: CallOptions, work: (call: Call) => Promise<T>, about?: About): Promise<T>
  /** A session of its own for several calls; undefined where the server has none. */
  openSession(options?: { readonly snapshot?: boolean }): ClientSession | undefined
  /** Ends on the server what runs in a session. */
  stop(session: ClientSession): void
  /** For commands that are not run by `run`. */
  collection(name: string): Collection<StoredDocument>
  ping(options: CallOptions): Promise<void>
  close(): Promise<void>
}

interface About {
  readonly table?: Table
  /** A transaction's. */
  readonly session?: ClientSession | undefined
}

interface CallsParts {
  readonly client: MongoClient
  /** Another client of the same server, to stop what the connections of the first are busy with. */
  readonly another: () => MongoClient
  readonly database: string
  readonly facts: ServerFacts
  /** Longest that one command may run on the server. */
  readonly limitMs: number
}

export function createCalls({ client, another, database, facts, limitMs }: CallsParts): Calls {
  const db = client.db(database)
  const openSession = (options = {}) => (facts.hasSessions ? client.startSession(options) : undefined)
  const stopper = createStopper(another)
  let running = 0
  let whenIdle = () => {}
  let isClosed = false

  async function run<T>(
    { signal }: CallOptions,
    work: (call: Call) => Promise<T>,
    about: About = {},
  ): Promise<T> {
    if (isClosed) throw new AppError('unavailable', 'The database is closed.')
    if (signal.aborted) throw cancelled()
    running++
    const own = about.session ? undefined : openSession()
    const session = about.session ?? own
    const stopping = new AbortController()
    setMaxListeners(0, stopping.signal)
    const forget = whenAborted(signal, () => {
      if (session) stopper.stop(session)
      stopping.abort(signal.reason)
    })
    const options = { maxTimeMS: limitMs, ...(session && { session }) }
    try {
      return await work({
        db,
        options,
        reading: { ...options, signal: stopping.signal },
        collection: (name) => db.collection<StoredDocument>(name),
      })
    } catch (error) {
      if (signal.aborted && !(error instanceof AppError)) throw cancelled(error)
      throw toAppError(error, about.table)
    } finally {
      forget()
      await own?.endSession().catch(() => {})
      if (--running === 0) whenIdle()
    }
  }

  return {
    database,
    facts,
    run,
    openSession,
    stop: (session) => stopper.stop(session),
    collection: (name) => db.collection<StoredDocument>(name),
    async ping(options) {
      await run(options, ({ reading }) => db.command({ ping: 1 }, reading))
    },
    async close() {
      if (isClosed) return
      isClosed = true
      if (running > 0)
        await new Promise<void>((resolve) => {
          whenIdle = resolve
        })
      await Promise.all([stopper.close(), client.close()])
    },
  }
}

export function cancelled(cause?: unknown): AppError {
  return new AppError('timeout', 'The request was cancelled.', cause === undefined ? {} : { cause })
}
