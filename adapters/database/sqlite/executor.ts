import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { RowsAsBytes } from '../../../src/core/database/rows-together.ts'
import { type Connection, ownStatement } from '../sql/connection.ts'
import { cancelled } from '../sql/interruption.ts'
import { allowManyListeners } from '../sql/many-listeners.ts'
import type { Parameter } from './protocol.ts'
import { type SqliteStatement, selectResult, togetherResult, writeResults } from './request.ts'
import type { Seat, Turn } from './seat.ts'

/** Statements outside of transactions, and transactions. */
export interface Executor extends Connection<Parameter> {
  /** Rows and those that belong to them. Undefined when they are to be read one by one. */
  readTogether(
    first: SqliteStatement,
    related: readonly SqliteStatement[],
    options: CallOptions,
  ): Promise<RowsAsBytes | undefined>
  /** Commits when `work` resolves, rolls back when it rejects or the signal aborts. */
  transaction<T>(work: (connection: Connection<Parameter>) => Promise<T>, options: CallOptions): Promise<T>
  /**
   * The same on a connection that lets tables be made anew: foreign keys are not enforced, and a rename leaves the words of views,
   * triggers and keys alone. Whoever uses it checks them before the end.
   */
  rebuilding(work: (connection: Connection<Parameter>) => Promise<void>, options: CallOptions): Promise<void>
  /** Waits for what is under way. */
  close(): Promise<void>
}

export function createExecutor(seat: Seat): Executor {
  const executor: Executor = {
    together: (work, options) => executor.transaction(work, options),
    async read(statement, as, { signal }) {
      return selectResult(await seat.read(statement, signal), statement.text, as)
    },
    async readTogether(first, related, { signal }) {
      return togetherResult(await seat.readTogether([first, ...related], signal), first.text)
    },
    async write(statements, { signal }) {
      const turn = await seat.take(signal)
      try {
        return writeResults(await turn.run('atomic', statements, signal), statements[0]?.text)
      } finally {
        turn.release()
      }
    },
    async transaction(work, { signal }) {
      const turn = await seat.take(signal)
      const abort = whenAborted(signal, turn.abandon)
      try {
        await runOwn(turn, BEGIN, signal)
        const result = await Promise.race([work(inTransaction(turn)), abort.rejection])
        await runOwn(turn, COMMIT, signal)
        return result
      } catch (error) {
        await turn.run('write', [ROLLBACK], NEVER).catch(turn.abandon)
        throw error
      } finally {
        abort.forget()
        turn.release()
      }
    },
    async rebuilding(work, { signal }) {
      const turn = await seat.take(signal)
      try {
        for (const setting of UNCHECKED) await runOwn(turn, setting, signal)
        await runOwn(turn, BEGIN, signal)
        await work(inTransaction(turn))
        await runOwn(turn, COMMIT, signal)
      } catch (error) {
        await turn.run('write', [ROLLBACK], NEVER).catch(() => {})
        throw error
      } finally {
        // A connection that cannot be set back is not used again.
        for (const setting of CHECKED) await runOwn(turn, setting, NEVER).catch(turn.abandon)
        turn.release()
      }
    },
    close: () => seat.close(),
  }
  return executor
}

/** Neither has an effect inside of a transaction. */
const UNCHECKED = ['PRAGMA foreign_keys = OFF', 'PRAGMA legacy_alter_table = ON'].map((sql) =>
  ownStatement<Parameter>(sql),
)
const CHECKED = ['PRAGMA legacy_alter_table = OFF', 'PRAGMA foreign_keys = ON'].map((sql) =>
  ownStatement<Parameter>(sql),
)

const BEGIN = ownStatement<Parameter>('BEGIN IMMEDIATE')
const COMMIT = ownStatement<Parameter>('COMMIT')
const ROLLBACK = ownStatement<Parameter>('ROLLBACK')
/** What undoes is never cancelled. */
const NEVER = new AbortController().signal

async function runOwn(turn: Turn, statement: SqliteStatement, signal: AbortSignal): Promise<void> {
  writeResults(await turn.run('write', [statement], signal), statement.text)
}

function inTransaction(turn: Turn): Connection<Parameter> {
  const connection: Connection<Parameter> = {
    together: (work) => work(connection),
    async read(statement, as, { signal }) {
      return selectResult(await turn.run('read', [statement], signal), statement.text, as)
    },
    async write(statements, { signal }) {
      return writeResults(await turn.run('nested', statements, signal), statements[0]?.text)
    },
  }
  return connection
}

/** `work` may be waiting for something else than the database: its end is not waited for. */
function whenAborted(
  signal: AbortSignal,
  stop: () => void,
): { rejection: Promise<never>; forget: () => void } {
  let onAbort = () => {}
  const rejection = new Promise<never>((_, reject) => {
    onAbort = () => {
      stop()
      reject(cancelled())
    }
  })
  rejection.catch(() => {})
  allowManyListeners(signal)
  signal.addEventListener('abort', onAbort)
  return { rejection, forget: () => signal.removeEventListener('abort', onAbort) }
}
