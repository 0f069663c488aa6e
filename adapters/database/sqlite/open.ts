import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { AppError } from '../../../src/core/errors.ts'
import { createAdapter } from './adapter.ts'
import { createExecutor } from './executor.ts'
import { openInlineSeat } from './inline-seat.ts'
import { isOpenHere } from './open-here.ts'
import { ProcessSeat } from './process-seat.ts'

export interface SqliteOptions {
  /** Absolute path, or `:memory:` (gone when the adapter is closed, or when a statement has to be stopped). */
  readonly file: string
  /** Longest a single statement may run, in milliseconds. Not enforced inline. */
  readonly statementTimeoutMs: number
  /** Run statements in this process, where none can be stopped: for the server's own small database. */
  readonly inline?: boolean
  /** Make the file when it is missing; its folder must be there. */
  readonly create?: boolean
  /** No process that could write is ever started. */
  readonly readOnly?: boolean
  /** SQL run on every new connection. */
  readonly statements?: readonly string[]
  /** Most processes that read at the same time. */
  readonly readers?: number
  /** A database process without work is let go after so many milliseconds. */
  readonly idleMs?: number
  /** How long to wait for a lock that another program holds. */
  readonly busyTimeoutMs?: number
}

/** Throws `unavailable` when the file is missing, is no SQLite database or may not be used; starts no process yet. */
export async function openSqlite(options: SqliteOptions): Promise<DatabaseAdapter> {
  const isReadOnly = options.readOnly ?? false
  if (options.file !== ':memory:') checkFile(options)
  else if (isReadOnly) throw new AppError('unavailable', 'A database in memory cannot be read-only.')
  const session = {
    file: options.file,
    readOnly: isReadOnly,
    statements: options.statements ?? [],
    // Less than the time limit: a lock is told as a lock, not as a slow statement.
    busyTimeoutMs: options.busyTimeoutMs ?? Math.min(5000, Math.floor(options.statementTimeoutMs / 2)),
  }
  if (options.inline) return createAdapter(createExecutor(await openInlineSeat(session)), isReadOnly)
  const seat = new ProcessSeat({
    ...session,
    readers: options.readers ?? 2,
    statementTimeoutMs: options.statementTimeoutMs,
    idleMs: options.idleMs ?? 60_000,
  })
  return createAdapter(createExecutor(seat), isReadOnly)
}

/** First bytes of every database file; an empty file is a database without tables (sqlite.org/fileformat.html §1.3). */
const HEADER = 'SQLite format 3\u0000'

function checkFile({ file, create, readOnly }: SqliteOptions): void {
  if (!statSync(dirname(file), { throwIfNoEntry: false })?.isDirectory())
    throw unusable('is in a folder that does not exist', file)
  const stat = statSync(file, { throwIfNoEntry: false })
  if (isOpenHere(file)) return
  if (!stat && !create) throw unusable('does not exist', file)
  if (stat && !stat.isFile()) throw unusable('is not a file', file)
  try {
    if (!stat) closeSync(openSync(file, 'a', 0o600))
    accessSync(file, readOnly ? constants.R_OK : constants.R_OK | constants.W_OK)
    if (headerOf(file) !== HEADER.slice(0, stat?.size ?? 0)) throw unusable('is not a SQLite database', file)
  } catch (error) {
    throw error instanceof AppError
      ? error
      : unusable('may not be read or written by the server', file, error)
  }
}

function headerOf(file: string): string {
  const descriptor = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(HEADER.length)
    return bytes.toString('latin1', 0, readSync(descriptor, bytes))
  } finally {
    closeSync(descriptor)
  }
}

function unusable(what: string, file: string, cause?: unknown): AppError {
  return new AppError('unavailable', `The database file ${what}.`, {
    hint: "Correct `database` in the service's configuration, or put the file in its place.",
    cause: new Error(`${file} ${what}`, { cause }),
  })
}
