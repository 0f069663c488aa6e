import { setTimeout as sleep } from 'node:timers/promises'
import type { DatabaseAdapter } from '../../core/database/adapter.ts'
import { buildSchema } from '../../core/database/build-schema.ts'
import type { DatabaseSchema } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { LOCK_TABLE, MIGRATION_TABLE } from '../bookkeeping.ts'
import { now, rowsOf, tableNamed } from '../records.ts'
import type { Migration, MigrationChange } from './migration.ts'
import { withMigrationLock } from './migration-lock.ts'

const ATTEMPTS = 20
const PAUSE_MS = 150

/**
 * Brings the database to the newest version. One process at a time, and each migration once: whoever comes second finds nothing
 * left to do. Throws `unavailable` for a database newer than this program, before anything is changed.
 */
export async function migrate(
  adapter: DatabaseAdapter,
  migrations: readonly Migration[],
  signal: AbortSignal,
): Promise<void> {
  if (await isUpToDate(adapter, migrations, signal)) return
  await persist(() => makeBookkeeping(adapter, signal), signal)
  await withMigrationLock(adapter, () => runMissing(adapter, migrations, signal), signal)
}

/** The tables of the lock and of what is done are made without a lock: of two processes one fails, and finds them made. */
async function persist(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!mayPass(error) || attempt >= ATTEMPTS) throw error
      await sleep(PAUSE_MS, undefined, { signal })
    }
  }
}

async function makeBookkeeping(adapter: DatabaseAdapter, signal: AbortSignal): Promise<void> {
  const tables = [MIGRATION_TABLE, LOCK_TABLE]
  await applyAll(
    adapter,
    tables.map((table) => ({ kind: 'create_table', table })),
    signal,
  )
  const lock = tableNamed(LOCK_TABLE)
  if ((await rowsOf(adapter, lock, signal)).length > 0) return
  await adapter.insert({ table: lock, rows: [{ id: 1, holder: '', beat: 0 }], returning: [] }, { signal })
}

async function isUpToDate(
  adapter: DatabaseAdapter,
  migrations: readonly Migration[],
  signal: AbortSignal,
): Promise<boolean> {
  const { tableByName } = buildSchema(await adapter.readSchema({ signal }))
  if (!tableByName.has(MIGRATION_TABLE.name)) return false
  const done = await versionsDone(adapter, signal)
  requireKnown(done, migrations)
  return migrations.every(({ version }) => done.has(version))
}

async function runMissing(adapter: DatabaseAdapter, migrations: readonly Migration[], signal: AbortSignal) {
  const done = await versionsDone(adapter, signal)
  requireKnown(done, migrations)
  for (const { version, name, changes } of migrations) {
    if (done.has(version)) continue
    await applyAll(adapter, changes, signal)
    await record(adapter, { version, name, applied_date: now() }, signal)
  }
}

function requireKnown(done: ReadonlySet<number>, migrations: readonly Migration[]): void {
  const newest = Math.max(...done, 0)
  const known = Math.max(...migrations.map(({ version }) => version))
  if (newest > known) throw tooNew(newest, known)
}

async function applyAll(adapter: DatabaseAdapter, changes: readonly MigrationChange[], signal: AbortSignal) {
  const schema = buildSchema(await adapter.readSchema({ signal }))
  for (const change of changes) if (!isApplied(schema, change)) await adapter.alter(change, { signal })
}

function isApplied({ tableByName }: DatabaseSchema, change: MigrationChange): boolean {
  switch (change.kind) {
    case 'create_table':
      return tableByName.has(change.table.name.toLowerCase())
    case 'drop_table':
      return !tableByName.has(change.table.toLowerCase())
    case 'add_field':
      return (
        tableByName.get(change.table.toLowerCase())?.fieldByName.has(change.field.name.toLowerCase()) ?? false
      )
  }
}

async function versionsDone(adapter: DatabaseAdapter, signal: AbortSignal): Promise<Set<number>> {
  const rows = await rowsOf(adapter, tableNamed(MIGRATION_TABLE), signal)
  return new Set(rows.map(({ version }) => Number(version)))
}

type Done = { readonly version: number; readonly name: string; readonly applied_date: string }

async function record(adapter: DatabaseAdapter, done: Done, signal: AbortSignal): Promise<void> {
  const table = tableNamed(MIGRATION_TABLE)
  await adapter.insert({ table, rows: [done], returning: [] }, { signal })
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof AppError)) return false
  return error.retryable || error.code === 'conflict' || error.code === 'bad_request'
}

function tooNew(found: number, known: number): AppError {
  return new AppError(
    'unavailable',
    `The system database was made by a newer version of this program (schema ${found}, known up to ${known}).`,
    { hint: 'Start the newer version, or restore a backup of the system database.' },
  )
}
