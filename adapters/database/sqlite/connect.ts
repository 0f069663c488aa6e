import { pathToFileURL } from 'node:url'
import type Libsql from 'libsql'
import type { SessionOptions } from './protocol.ts'

const MODE_OF_ACCESS = { read: 'ro', write: 'rw' }

/** `pathToFileURL` escapes what would mean something in a URI (sqlite.org/uri.html). */
export function address({ file, access }: SessionOptions): string {
  return file === ':memory:' ? file : `${pathToFileURL(file).href}?mode=${MODE_OF_ACCESS[access]}`
}

/** What every connection is set to before its first statement. */
export function prepareConnection(
  database: Libsql.Database,
  { access, busyTimeoutMs }: SessionOptions,
): void {
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
  // Functions that reach outside of the database must not run from a view or trigger that came with the file.
  database.exec('PRAGMA trusted_schema = OFF')
  database.exec('PRAGMA foreign_keys = ON')
  if (access !== 'read') useWriteAheadLog(database)
  // Reads the file's header: a file that is no database is found now. `all` and not `get`, which leaves a lock behind.
  database.prepare('SELECT count(*) FROM sqlite_schema').all()
}

/** Readers do not wait for a writer, and a killed writer leaves nothing half done (sqlite.org/wal.html). */
function useWriteAheadLog(database: Libsql.Database): void {
  try {
    database.exec('PRAGMA journal_mode = WAL')
    database.exec('PRAGMA synchronous = NORMAL')
  } catch {
    // Another process holds the file, or its folder is write-protected: the old journal works as well, with waiting.
    database.exec('PRAGMA synchronous = FULL')
  }
}
