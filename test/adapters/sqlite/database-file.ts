import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { onTestFinished } from 'vitest'
import { createAdapter } from '../../../adapters/database/sqlite/adapter.ts'
import { createExecutor } from '../../../adapters/database/sqlite/executor.ts'
import { openSqlite, type SqliteOptions } from '../../../adapters/database/sqlite/open.ts'
import { ProcessSeat, type ProcessSeatOptions } from '../../../adapters/database/sqlite/process-seat.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import type { SelectQuery } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import type { Row } from '../../../src/core/database/value.ts'

/** For calls that nobody cancels. */
export const calm = { signal: new AbortController().signal }

/** A database file made by SQL, gone when the test is over. */
export function databaseFile(sql = ''): string {
  const { file, remove } = makeDatabaseFile(sql)
  onTestFinished(remove)
  return file
}

export function makeDatabaseFile(sql: string): { readonly file: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-sqlite-'))
  const file = join(folder, 'test.sqlite')
  change(file, sql)
  return { file, remove: () => rmSync(folder, { recursive: true }) }
}

/** As another program would. */
export function change(file: string, sql: string): void {
  const database = new Database(file)
  database.exec(sql)
  database.close()
}

/** Inline unless told otherwise: what does not concern processes is tested faster without. */
export async function opened(sql: string, options: Partial<SqliteOptions> = {}): Promise<DatabaseAdapter> {
  const adapter = await openSqlite({
    file: databaseFile(sql),
    statementTimeoutMs: 20_000,
    inline: true,
    ...options,
  })
  onTestFinished(() => adapter.close())
  return adapter
}

/** An adapter whose processes can be looked at. */
export function openedSeat(file: string, options: Partial<ProcessSeatOptions> = {}) {
  const seat = new ProcessSeat({
    file,
    statements: [],
    busyTimeoutMs: 5000,
    readOnly: false,
    readers: 2,
    statementTimeoutMs: 20_000,
    idleMs: 60_000,
    ...options,
  })
  const adapter = createAdapter(createExecutor(seat), false)
  onTestFinished(() => adapter.close())
  return { adapter, seat }
}

export async function tableOf(adapter: DatabaseAdapter, name: string): Promise<Table> {
  const schema = buildSchema(await adapter.readSchema(calm))
  const table = schema.tableByName.get(name.toLowerCase())
  if (!table) throw new Error(`no table ${name}`)
  return table
}

/** Of all fields, unless told otherwise. */
export function query(table: Table, more: Partial<SelectQuery> = {}): SelectQuery {
  return { table, fields: table.fields.map(({ name }) => name), limit: 1000, as: 'rows', ...more }
}

export async function rowsOf(adapter: DatabaseAdapter, wanted: SelectQuery): Promise<readonly Row[]> {
  const result = await adapter.select({ ...wanted, as: 'rows' }, calm)
  return 'rows' in result ? result.rows : []
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
