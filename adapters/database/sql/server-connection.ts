import type { SelectQuery, SelectResult } from '../../../src/core/database/query.ts'
import type { Row } from '../../../src/core/database/value.ts'
import type { Statement, StatementResult } from './connection.ts'

/**
 * One connection to a database server, as an engine's driver gives it. One call at a time; every method throws only
 * AppError, translated by the engine's `errors.ts`. The engine keeps no timers: whoever uses the connection cancels it.
 */
export interface ServerConnection<P> {
  /** False when the socket is gone, the protocol is out of step or the session is not as it was opened. */
  readonly isUsable: boolean
  /** `lines` as in a query. */
  read(statement: Statement<P>, as: SelectQuery['as'], lines?: number): Promise<SelectResult>
  /**
   * Several selects at once, as JSON; what it leaves undefined is to be read alone. Absent where an engine takes one at a time.
   * Rejects when the connection is lost.
   */
  readTogether?(statements: readonly Statement<P>[]): Promise<readonly (SelectResult | undefined)[]>
  write(statement: Statement<P>): Promise<StatementResult>
  /** Of the mode the connection was opened for: one that is read-only begins read-only transactions. */
  begin(): Promise<void>
  commit(): Promise<void>
  rollback(): Promise<void>
  /** Rows in parts of about `partRows`, fetched as they are taken; called inside a transaction. */
  stream(statement: Statement<P>, partRows: number): AsyncIterable<readonly Row[]>
  /**
   * Has the server stop what runs here, by way of another connection. Resolves when the order can no longer hit what would
   * run here next; rejects when it could not be given.
   */
  cancel(): Promise<void>
  /** Closes the socket now, whatever runs; the server undoes an open transaction. */
  destroy(): void
  /** Says goodbye to the server; never rejects. */
  end(): Promise<void>
}

/** How connections of one mode are opened. */
export interface ServerConnector<P, C extends ServerConnection<P>> {
  /** Ready for use, its mode set and checked. Throws `unavailable` saying which of host, password and database is wrong. */
  connect(signal: AbortSignal): Promise<C>
  /** Before each use: true while the session still has the mode it was opened with. Must be cheap. */
  verify(connection: C): boolean | Promise<boolean>
}
