import Database from 'libsql'
import { openSqlite } from '../../../adapters/database/sqlite/open.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { calm, databaseFile, tableOf } from './database-file.ts'

/** A database file with an adapter on it and, beside it, a connection as of another program. */
export interface SqliteFile extends AsyncDisposable {
  readonly adapter: DatabaseAdapter
  query(sql: string): Record<string, unknown>[]
  run(sql: string): void
  /** Through the adapter. */
  insert(table: string, row: Readonly<Record<string, Value>>): Promise<unknown>
}

export async function openedFile(sql: string): Promise<SqliteFile> {
  const file = databaseFile(sql)
  const adapter = await openSqlite({ file, statementTimeoutMs: 20_000, inline: true })
  const other = new Database(file)
  other.exec('PRAGMA foreign_keys = ON')
  return {
    adapter,
    // The driver gives rows as plain objects.
    query: (text) => other.prepare(text).all() as Record<string, unknown>[],
    run: (text) => other.exec(text),
    insert: async (name, row) =>
      adapter.insert({ table: await tableOf(adapter, name), rows: [row], returning: [] }, calm),
    async [Symbol.asyncDispose]() {
      other.close()
      await adapter.close()
    },
  }
}
