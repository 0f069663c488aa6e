import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { serviceTypes } from '../../adapters/all.ts'
import { openMemory } from '../../adapters/database/memory/open.ts'
import { readConfig } from '../../src/config/config.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { openSystemDatabase } from '../../src/system-database.ts'
import { required } from '../contract/required.ts'
import { ownDatabase, reachServer } from '../contract/servers/test-server.ts'

export interface SystemEngine {
  readonly name: string
  /** Settings for an empty database of its own; several processes may use it. None: it lives in one process. */
  place?(): Promise<Readonly<Record<string, string>>>
  /** An empty database. */
  open(): Promise<DatabaseAdapter>
}

const memory: SystemEngine = { name: 'memory', open: async () => openMemory() }

const sqlite = placed('sqlite', async () => ({
  DB_CONNECTION: 'sqlite',
  DB_DATABASE: join(await mkdtemp(join(tmpdir(), 'sluice-system-')), 'system.sqlite'),
}))

/** Those that can be reached; one that must be is there in any case, and fails. */
export const engines: readonly SystemEngine[] = [
  memory,
  sqlite,
  ...(await onServer('pgsql', 'pgsql')),
  ...(await onServer('mysql', 'mysql')),
]

/** Opens what the settings name, as the server does; closed when the test ends. */
export async function openPlace(settings: Readonly<Record<string, string>>): Promise<DatabaseAdapter> {
  const adapter = await openSystemDatabase(readConfig({ env: settings }), serviceTypes)
  onTestFinished(() => adapter.close())
  return adapter
}

async function onServer(name: string, server: 'pgsql' | 'mysql'): Promise<readonly SystemEngine[]> {
  const isThere = (await reachServer(server)) === 'reachable'
  return isThere || required.includes(name) ? [placed(name, () => placeOn(server))] : []
}

/** Gone when the test ends. */
async function placeOn(server: 'pgsql' | 'mysql'): Promise<Readonly<Record<string, string>>> {
  const database = await ownDatabase(server)
  onTestFinished(database.drop)
  return settingsOf(server, database.url)
}

/** The settings that name the database of a URL. */
export function settingsOf(server: 'pgsql' | 'mysql', of: string): Readonly<Record<string, string>> {
  const url = new URL(of)
  return {
    DB_CONNECTION: server,
    DB_HOST: url.hostname,
    DB_PORT: url.port,
    DB_DATABASE: url.pathname.slice(1),
    DB_USERNAME: decodeURIComponent(url.username),
    DB_PASSWORD: decodeURIComponent(url.password),
  }
}

function placed(name: string, place: NonNullable<SystemEngine['place']>): SystemEngine {
  return { name, place, open: async () => openPlace(await place()) }
}
