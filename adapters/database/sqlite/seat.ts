import type { Answer, DriverFailure, Forwarded, Mode } from './protocol.ts'
import type { SqliteStatement } from './request.ts'

/** Where statements run: in processes of their own, or in the server's (`inline`). */
export interface Seat {
  read(statement: SqliteStatement, signal: AbortSignal): Promise<Answer | Forwarded | DriverFailure>
  /** `together` (protocol.ts). */
  readTogether(
    statements: readonly SqliteStatement[],
    signal: AbortSignal,
  ): Promise<Answer | Forwarded | DriverFailure>
  /** Rejects when the signal aborts first, or when the database is read-only. */
  take(signal: AbortSignal): Promise<Turn>
  close(): Promise<void>
}

/** Sole use of the connection that writes, until released. */
export interface Turn {
  /** Rejects with `timeout` when the signal or the time limit ends it, with `unavailable` when the process died. */
  run(
    mode: Mode,
    statements: readonly SqliteStatement[],
    signal: AbortSignal,
  ): Promise<Answer | Forwarded | DriverFailure>
  /** Gives back the turn and undoes the transaction that was begun in it. */
  abandon(): void
  release(): void
}
