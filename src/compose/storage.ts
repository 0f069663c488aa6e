import { mkdir } from 'node:fs/promises'
import { loadAppKey, parseAppKey } from '../access/app-key.ts'
import { createKeyring, type Keyring } from '../access/keyring.ts'
import type { Config } from '../config/config.ts'
import type { Cache } from '../core/cache/cache.ts'
import type { DatabaseAdapter } from '../core/database/adapter.ts'
import type { createLogger } from '../observe/log.ts'
import { openSystemStore, type SystemStore } from '../system/store.ts'
import { openSystemDatabase, openSystemDatabaseApart } from '../system-database.ts'
import { caches, configuredTypes, serviceTypes } from './installed.ts'

/** What lasts: the data folder with its keys, the system database, the cache. */
export interface Storage {
  readonly keyring: Keyring
  readonly database: DatabaseAdapter
  /** The same by a way that holds up nobody here, for calls in numbers; where there is one. */
  readonly databaseApart: DatabaseAdapter | undefined
  readonly store: SystemStore
  readonly cache: Cache
}

/** Makes what is not there yet. Throws `unavailable` or `bad_request` that names the settings. */
export async function openStorage(config: Config, log: ReturnType<typeof createLogger>): Promise<Storage> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const keyring = createKeyring(await loadAppKey(config))
  const database = await openSystemDatabase(config, serviceTypes)
  const store = await openSystemStore(database, {
    secrets: keyring,
    previousSecrets: previousKeyring(config),
    onLostKeys: (apps) =>
      log.warn({ apps }, 'the keys of these apps were kept as hashes alone and ended with the app key'),
    types: configuredTypes,
    keepApiKeys: config.keepApiKeys,
  })
  const databaseApart = config.callLogDays > 0 ? await openSystemDatabaseApart(config) : undefined
  const cache = await (config.cacheServer
    ? caches.redis({
        ...config.cacheServer,
        seal: keyring.seal,
        installation: keyring.digest('installation').slice(0, 16),
        onError: (error) => log.error({ err: error }, 'the cache cannot be reached'),
      })
    : caches.memory())
  return { keyring, database, databaseApart, store, cache }
}

/** Of the app key before, where it is told. */
function previousKeyring({ previousAppKey: key }: Config): Keyring | undefined {
  return key === undefined ? undefined : createKeyring(parseAppKey(key, 'APP_PREVIOUS_KEY'))
}
