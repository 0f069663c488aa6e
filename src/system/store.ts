import type { DatabaseAdapter, Records } from '../core/database/adapter.ts'
import { loadSnapshot } from './load-snapshot.ts'
import { migrations } from './migrations/all.ts'
import { migrate } from './migrations/migrate.ts'
import { poll } from './poll.ts'
import { callSignal, tableNamed } from './records.ts'
import { user } from './resources/user.ts'
import type { Secrets } from './secrets.ts'
import type { ConfiguredType } from './service-config.ts'
import { createRevocationList, type RevocationList } from './sessions/revocation-list.ts'
import type { Snapshot } from './snapshot.ts'
import { awaitTurn, bumpVersion, checkAppKey, readVersion } from './system-version.ts'
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
   * The stored records as they are. A transaction here counts as a change, and waits for those before it; whoever ran some
   * calls `refresh` before answering.
   */
  readonly database: DatabaseAdapter
  /** Resolves when `snapshot()` has everything that was committed before. */
  refresh(): Promise<void>
  /** Keeps the moment (UTC) of a sign-in. Not a change that others must see: no new snapshot. */
  recordSignIn(userId: number, date: string): Promise<void>
  /** Session tokens that ended before their time. */
  readonly revocations: RevocationList
  /** Called with every new snapshot. The answer ends it. */
  onChange(listener: (snapshot: Snapshot) => void): () => void
  /** Looks for changes by other processes. Does not keep the process alive. The answer ends it. */
  watch(options?: { readonly intervalMs?: number; readonly onError?: (error: unknown) => void }): () => void
}

export interface SystemStoreOptions {
  readonly secrets: Secrets
  /** Which fields of a service's config are secret is known to its type. */
  readonly types: readonly ConfiguredType[]
  /** False: only the HMAC of each API key stays, also of those kept before. */
  readonly keepApiKeys: boolean
}

const POLL_MS = 500
const USER = tableNamed(user.table)

/**
 * The system's records over the port: migrated, checked to belong to this app key, and read once. Throws `unavailable`
 * for a newer database, `bad_request` for another app key. The adapter stays the caller's to close.
 */
export async function openSystemStore(
  adapter: DatabaseAdapter,
  options: SystemStoreOptions,
): Promise<SystemStore> {
  await migrate(adapter, migrations, callSignal())
  await checkAppKey(adapter, options.secrets)
  let current = await loadSnapshot(adapter, options.secrets)
  const revocations = createRevocationList(adapter)
  await revocations.load()
  const listeners = new Set<(snapshot: Snapshot) => void>()

  const loadLatest = async () => {
    const latest = await loadSnapshot(adapter, options.secrets)
    if (latest.version === current.version) return
    current = latest
    for (const listener of listeners) listener(latest)
  }
  const reload = inTurn(loadLatest)

  const refresh = async (signal?: AbortSignal) => {
    if ((await readVersion(adapter, signal)) !== current.version) await reload()
  }

  const change: SystemStore['change'] = async (work) => {
    const { result, isChanged } = await transact(adapter, options, work)
    // What it found done already another process did.
    await (isChanged ? reload() : refresh())
    return result
  }
  const keepsUnwanted = !options.keepApiKeys && current.apps.some(({ encryptedKey }) => encryptedKey)
  if (keepsUnwanted) await change((writer) => writer.forgetApiKeys())

  return {
    snapshot: () => current,
    change,
    database: { ...bound(adapter), transaction: (work, at) => adapter.transaction(countedWork(work), at) },
    refresh: () => refresh(),
    async recordSignIn(userId, date) {
      const where = { op: '=', field: 'id', value: userId } as const
      const set = { last_login_date: date }
      await adapter.update({ table: USER, set, where, returning: [] }, { signal: callSignal() })
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

/** Begins by telling that something changes, which also makes writers wait for each other. */
function countedWork<T>(work: (records: Records) => Promise<T>): (records: Records) => Promise<T> {
  return async (records) => {
    await bumpVersion(records)
    return await work(records)
  }
}

function bound(adapter: DatabaseAdapter): Omit<DatabaseAdapter, 'transaction'> {
  return {
    capabilities: adapter.capabilities,
    select: (query, options) => adapter.select(query, options),
    insert: (query, options) => adapter.insert(query, options),
    update: (query, options) => adapter.update(query, options),
    delete: (query, options) => adapter.delete(query, options),
    readSchema: (options) => adapter.readSchema(options),
    listRoutines: (kind, options) => adapter.listRoutines(kind, options),
    call: (query, options) => adapter.call(query, options),
    alter: (change, options) => adapter.alter(change, options),
    ping: (options) => adapter.ping(options),
    close: () => adapter.close(),
  }
}

async function transact<T>(
  adapter: DatabaseAdapter,
  options: SystemStoreOptions,
  work: (writer: SystemWriter) => Promise<T>,
): Promise<{ readonly result: T; readonly isChanged: boolean }> {
  const signal = callSignal()
  let isChanged = false
  const onWrite = () => {
    isChanged = true
  }
  const result = await adapter.transaction(
    async (records) => {
      isChanged = false
      await awaitTurn(records, options.secrets)
      const made = await work(createSystemWriter(records, { ...options, signal, onWrite }))
      if (isChanged) await bumpVersion(records)
      return made
    },
    { signal, retry: true },
  )
  return { result, isChanged }
}

/** One run at a time; each begins after it was asked for. */
function inTurn(work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  return () => {
    last = last.catch(() => undefined).then(work)
    return last
  }
}
