import { AppError } from '../../../src/core/errors.ts'
import type { Subject } from '../sql/broken-rule.ts'
import {
  COMPUTED,
  DISK_FULL,
  FIELD_TAKEN,
  failureError,
  type KnownFailure,
  READ_ONLY,
  RULE,
  STOPPED,
  TOO_COMPLEX,
} from '../sql/known-failure.ts'
import { constraintError } from './constraint-errors.ts'
import {
  type DriverFailure,
  MAX_FRAME_BYTES,
  STATEMENTS_FAILED,
  TOO_LARGE,
  TRANSACTION_LOST,
} from './protocol.ts'

/**
 * SQLite's result codes (sqlite.org/rescode.html) as the house's errors, in this one place. Messages tell the caller what
 * to change and never hold the driver's text; that is the `cause`.
 */
export function toAppError(failure: DriverFailure, subject?: Subject): AppError {
  const cause = new Error(`SQLite ${failure.code}: ${failure.message}`)
  if (failure.code === TOO_LARGE) return tooLarge(cause)
  if (failure.code === TRANSACTION_LOST) return transactionLost(cause)
  const constraint = constraintError(failure, subject, cause)
  if (constraint) return constraint
  const known = PRIMARY[failure.code & 0xff]
  if (known) return new AppError(known.code, known.message, { ...known, cause })
  return general(failure.message, cause)
}

/** The database could not be opened. */
export function openError(failure: DriverFailure): AppError {
  const cause = new Error(`SQLite ${failure.code}: ${failure.message}`)
  if (failure.code === STATEMENTS_FAILED) {
    return new AppError('unavailable', 'A statement that runs on every connection failed.', {
      hint: "Correct `statements` in the service's configuration.",
      cause,
    })
  }
  const known = failure.code > 0 ? PRIMARY[failure.code & 0xff] : undefined
  if (known?.code === 'unavailable') return new AppError('unavailable', known.message, { ...known, cause })
  return new AppError('unavailable', 'The database file cannot be opened.', { hint: CHECK_DATABASE, cause })
}

/** A database process died in the middle of a request, by itself or with the transaction it was in. */
export function processLost(reason: string): AppError {
  return new AppError('unavailable', 'The database process ended before it answered.', {
    hint: 'What was not committed is rolled back. Try again.',
    retryable: true,
    cause: new Error(`database process ended: ${reason}`),
  })
}

export function tooLarge(cause?: unknown): AppError {
  return new AppError(
    'bad_request',
    `More than ${MAX_FRAME_BYTES / 1024 / 1024} MB in one request or answer.`,
    {
      hint: 'Ask for fewer rows or fields, or write fewer records at a time.',
      cause,
    },
  )
}

function transactionLost(cause: unknown): AppError {
  return new AppError('conflict', 'The database rolled the transaction back; nothing of it was kept.', {
    cause,
  })
}

const CHECK_DATABASE =
  "Check `database` in the service's configuration, and that the server may read and write the file."

const BUSY: KnownFailure = {
  code: 'unavailable',
  message: 'The database is locked by another program.',
  hint: 'Try again. If it stays locked, end the program that holds the database file open for writing.',
  retryable: true,
}
const DAMAGED: KnownFailure = {
  code: 'unavailable',
  message: 'The database file is damaged.',
  hint: 'Restore it from a backup, or recover it with the `.recover` command of the sqlite3 shell.',
}

/** By primary result code. */
const PRIMARY: Readonly<Record<number, KnownFailure>> = {
  5: BUSY, // SQLITE_BUSY
  6: BUSY, // SQLITE_LOCKED
  7: { code: 'unavailable', message: 'The database process is out of memory.', retryable: true }, // SQLITE_NOMEM
  8: { ...READ_ONLY, hint: CHECK_DATABASE }, // SQLITE_READONLY
  9: STOPPED, // SQLITE_INTERRUPT
  10: { code: 'unavailable', message: 'The database file cannot be read or written.', hint: CHECK_DATABASE }, // SQLITE_IOERR
  11: DAMAGED, // SQLITE_CORRUPT
  13: DISK_FULL, // SQLITE_FULL
  14: { code: 'unavailable', message: 'The database file cannot be opened.', hint: CHECK_DATABASE }, // SQLITE_CANTOPEN
  18: { code: 'bad_request', message: 'A value is too large for the database.' }, // SQLITE_TOOBIG
  19: RULE, // SQLITE_CONSTRAINT
  20: { code: 'bad_request', message: 'A value has the wrong type for its field.' }, // SQLITE_MISMATCH
  26: { code: 'unavailable', message: 'The file is not a SQLite database.', hint: CHECK_DATABASE }, // SQLITE_NOTADB
}

/** SQLITE_ERROR is the code of many things that only the text tells apart. */
const GENERAL: readonly (readonly [RegExp, KnownFailure])[] = [
  [
    /^error in (view|trigger|index|table) /,
    {
      code: 'conflict',
      message:
        'A view, a trigger or an index of the database does not work with this change, or did not before.',
      hint: 'Mend it in the database, or drop it there. Nothing was changed.',
    },
  ],
  [
    /^no such (table|column)|^no such index|has no column named|^table .* has \d+ columns/,
    {
      code: 'not_found',
      message: 'A table or field of this request is not there any more: the database was changed.',
      hint: 'The schema has been read again: describe the table, then correct the request.',
      retryable: true,
    },
  ],
  [
    /integer overflow/,
    {
      code: 'bad_request',
      message: 'A sum does not fit into 64 bits.',
      hint: 'Use AVG, or a filter. A version field at its last number needs a wider column, or a lower number.',
    },
  ],
  [/too (large|many|complex|big)|stack overflow|too deep/i, TOO_COMPLEX],
  [/because it is a view$/, { code: 'bad_request', message: 'Views cannot be changed.' }],
  [
    /^Cannot add a/,
    {
      code: 'bad_request',
      message: 'SQLite can add this field only if it allows null or has a constant default.',
    },
  ],
  [/generated column/, COMPUTED],
  [/already exists$/, { code: 'conflict', message: 'A table, view or index with this name already exists.' }],
  [/^use DROP VIEW/, { code: 'bad_request', message: 'This is a view, not a table.' }],
  [/^duplicate column name/, FIELD_TAKEN],
]

function general(message: string, cause: Error): AppError {
  const known = GENERAL.find(([pattern]) => pattern.test(message))?.[1]
  return failureError(known, cause)
}
