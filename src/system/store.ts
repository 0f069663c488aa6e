import type { DatabaseAdapter, Records } from '../core/database/adapter.ts'
import type { Table } from '../core/database/schema.ts'
import { logChange } from './changes/change-log.ts'
import { watchWrites } from './changes/watch-writes.ts'
import { followChanges } from './follow-changes.ts'
import { migrations } from './migrations/all.ts'
import { migrate } from './migrations/migrate.ts'
import { poll } from './poll.ts'
import { callSignal, tableNamed } from './records.ts'
import { app } from './resources/app.ts'
import { user } from './resources/user.ts'
import { rotateAppKey } from './rotate-app-key.ts'
import type { Secrets } from './secrets.ts'
import type { ConfiguredType } from './service-config.ts'
import { createRevocationList, type RevocationList } from './sessions/revocation-list.ts'
import type { Snapshot } from './snapshot.ts'
import { SNAPSHOT_TABLES } from './snapshot-state.ts'
import { awaitTurn, checkAppKey, drawVersion, readVersion } from './system-version.ts'
import { createSystemWriter, type SystemWriter } from './write/system-writer.ts'

export interface SystemStore {
  /** The records as they are now; the same object until something changes. */
  snapshot(): Snapshot
  /**
   * Writes in one transaction: all or nothing. When it resolves, `snapshot()` has the changes and listeners were told.
   * Other processes see them at their next poll. Not nested. The work does nothing but write: it is run again when the
   * database gave up the transaction for the sake of another one.
   */
  change<T>(work: (writer: SystemWriter) => Promise<T>): Promise<T>
  /**
   * The stored records as they are. What is written here to records of the snapshot is logged, so that every server takes it
   * in; transactions wait for those before them. Whoever wrote calls `refresh` before answering.
   */
  readonly database: DatabaseAdapter
  /** Resolves when `snapshot()` has everything that was committed before. */
  refresh(): Promise<void>
  /** Keeps the moment (UTC) of a sign-in. Not a change that others must see: no new snapshot. */
  recordSignIn(userId: number, date: string): Promise<void>
  /** Keeps when keys were last used, by app. The same. */
  recordKeyUses(dateByApp: ReadonlyMap<number, string>): Promise<void>
  /** Session tokens that ended before their time. */
  readonly revocations: RevocationList
  /** Called with every new snapshot. The answer ends it. */
  onChange(listener: (snapshot: Snapshot) => void): () => void
  /** Looks for changes by other processes. Does not keep the process alive. The answer ends it. */
  watch(options?: { readonly intervalMs?: number; readonly onError?: (error: unknown) => void }): () => void
}

export interface SystemStoreOptions {
  readonly secrets: Secrets
  /** Of the app key before: secrets still stored under it are stored anew. */
  readonly previousSecrets?: Secrets | undefined
  /** Called with the names of apps whose keys ended with the app key before. */
  readonly onLostKeys?: (apps: readonly string[]) => void
  /** Which fields of a service's config are secret is known to its type. */
  readonly types: readonly ConfiguredType[]
  /** False: only the HMAC of each API key stays, also of those kept before. */
  readonly keepApiKeys: boolean
}

const POLL_MS = 500
const USER = tableNamed(user.table)
const APP = tableNamed(app.table)

/**
 * The system's records over the port: migrated, checked to belong to this app key, and read once. Throws `unavailable`
 * for a newer database, `bad_request` for another app key. The adapter stays the caller's to close.
 */
export async function openSystemStore(
  adapter: DatabaseAdapter,
  options: SystemStoreOptions,
): Promise<SystemStore> {
  await migrate(adapter, migrations, callSignal())
  const { previousSecrets, onLostKeys = () => {} } = options
  const lost = previousSecrets ? await rotateAppKey(adapter, previousSecrets, options.secrets) : []
  if (lost.length > 0) onLostKeys(lost)
  await checkAppKey(adapter, options.secrets)
  const followed = await followChanges(adapter, options.secrets)
  const revocations = createRevocationList(adapter)
  await revocations.load()
  const listeners = new Set<(snapshot: Snapshot) => void>()

  const catchUp = inTurn(async () => {
    if (!(await followed.catchUp())) return
    for (const listener of listeners) listener(followed.snapshot())
  })
  const refresh = async (signal?: AbortSignal) => {
    if ((await readVersion(adapter, signal)) !== followed.snapshot().version) await catchUp()
  }
  const change: SystemStore['change'] = async (work) => {
    const signal = callSignal()
    const writing = (records: Records) => work(createSystemWriter(records, { ...options, signal }))
    const result = await adapter.transaction((records) => logged(records, options.secrets, writing), {
      signal,
      retry: true,
    })
    // What it found done already another process did.
    await refresh()
    return result
  }
  const keepsUnwanted =
    !options.keepApiKeys && followed.snapshot().apps.some(({ encryptedKey }) => encryptedKey)
  if (keepsUnwanted) await change((writer) => writer.forgetApiKeys())

  return {
    snapshot: followed.snapshot,
    change,
    database: loggedDatabase(adapter, options.secrets),
    refresh: () => refresh(),
    async recordSignIn(userId, date) {
      const where = { op: '=', field: 'id', value: userId } as const
      const set = { last_login_date: date }
      await adapter.update({ table: USER, set, where, returning: [] }, { signal: callSignal() })
    },
    async recordKeyUses(dateByApp) {
      for (const [id, date] of dateByApp) {
        const where = { op: '=', field: 'id', value: id } as const
        const set = { last_used_date: date }
        await adapter.update({ table: APP, set, where, returning: [] }, { signal: callSignal() })
      }
    },
    revocations,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    watch({ intervalMs = POLL_MS, onError = () => {} } = {}) {
      const look = async (signal: AbortSignal) => {
        await refresh(signal)
        await revocations.load(signal)
      }
      return poll(look, { intervalMs, onError })
    },
  }
}

/**
 * Runs the work of a transaction after that of the writers before it, keeps the others waiting until its end, and leaves word of
 * what it wrote: every server follows that.
 */
async function logged<T>(
  records: Records,
  secrets: Secrets,
  work: (records: Records) => Promise<T>,
): Promise<T> {
  const afterVersion = await awaitTurn(records, secrets)
  const watched = watchWrites(records, SNAPSHOT_TABLES)
  const result = await work(watched)
  const changed = watched.changed()
  if (changed !== undefined)
    await logChange(records, { afterVersion, version: await drawVersion(records), records: changed })
  return result
}

function loggedDatabase(adapter: DatabaseAdapter, secrets: Secrets): DatabaseAdapter {
  const transaction: DatabaseAdapter['transaction'] = (work, options) =>
    adapter.transaction((records) => logged(records, secrets, work), options)
  const isFollowed = ({ table }: { readonly table: Table }) =>
    SNAPSHOT_TABLES.some(({ name }) => name === table.name)
  return {
    capabilities: adapter.capabilities,
    select: (query, options) => adapter.select(query, options),
    insert: (query, options) =>
      isFollowed(query)
        ? transaction((records) => records.insert(query, options), options)
        : adapter.insert(query, options),
    update: (query, options) =>
      isFollowed(query)
        ? transaction((records) => records.update(query, options), options)
        : adapter.update(query, options),
    delete: (query, options) =>
      isFollowed(query)
        ? transaction((records) => records.delete(query, options), options)
        : adapter.delete(query, options),
    readSchema: (options) => adapter.readSchema(options),
    listRoutines: (kind, options) => adapter.listRoutines(kind, options),
    call: (query, options) => adapter.call(query, options),
    transaction,
    alter: (change, options) => adapter.alter(change, options),
    ping: (options) => adapter.ping(options),
    close: () => adapter.close(),
  }
}

/** One run at a time; each begins after it was asked for, and may be for several that asked. */
function inTurn(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  return () => {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined
        running = work()
        return running
      })
    return next
  }
}
