import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Authenticator } from './access/authenticate.ts'
import { composeCallLog } from './compose/call-log.ts'
import { composeDoors } from './compose/doors.ts'
import { composeIdentity } from './compose/identity.ts'
import { configuredTypes, serviceTypes, tools } from './compose/installed.ts'
import { composeLimits } from './compose/limits.ts'
import { composeServices } from './compose/services.ts'
import { openStorage } from './compose/storage.ts'
import { composeSystem } from './compose/system.ts'
import { type CheckTool, createCustomTools } from './compose/tools.ts'
import type { Config } from './config/config.ts'
import type { ConfigFile } from './config/file.ts'
import type { ServiceFlag } from './config/service-url.ts'
import type { Phase } from './http/health.ts'
import { readText } from './http/row-stream.ts'
import { createChanges } from './mcp/changes.ts'
import type { McpOptions } from './mcp/create-mcp.ts'
import { createLogger } from './observe/log.ts'
import { execute } from './operations/execute.ts'
import type { RunningServices } from './services/create-services.ts'
import { createIdempotencyBook } from './system/idempotency-book.ts'
import { createImportBook } from './system/imports/import-book.ts'
import { createImportRunner, type ImportRunner } from './system/imports/import-runner.ts'
import { createImports } from './system/imports/imports.ts'
import type { ConfigPackages } from './system/package/config-packages.ts'
import type { CredentialMaker } from './system/secrets.ts'
import type { SystemStore } from './system/store.ts'
import { VERSION } from './version.ts'

type Logger = ReturnType<typeof createLogger>

export { configuredTypes, serviceTypes }
export type HttpServer = FastifyInstance

/** Everything a command needs, opened and wired. */
export interface App {
  readonly config: Config
  readonly log: Logger
  readonly store: SystemStore
  readonly services: RunningServices
  readonly authenticator: Authenticator
  readonly maker: CredentialMaker
  readonly packages: ConfigPackages
  /** Of a tool that someone declares. Throws `bad_request`. */
  readonly checkTool: CheckTool
  /** Reads the services of the command line, for as long as this process lives; absent when there are none. */
  readonly runKey: string | undefined
  /** The services of the command line, in its order. */
  readonly runServices: readonly string[]
  /** What whoever makes the first administrator may be asked; undefined once there is one. */
  setupCode(): string | undefined
  /** What both MCP transports answer from. */
  readonly mcp: McpOptions
  /** Takes up what a process before this one left. */
  readonly imports: Pick<ImportRunner, 'watch'>
  /** The HTTP server with both doors, not yet listening. `ready` says whether requests will be served. */
  createHttp(phase: () => Phase): Promise<FastifyInstance>
  /** Closes services and the system database, after their running statements. */
  close(): Promise<void>
}

/**
 * Opens the data folder, the system database and the services of `config`, and of `flags` for this run alone. Of `file`
 * only what is not stored is taken: whose access tokens are accepted, and which programs are known.
 */
export async function openApp(
  config: Config,
  flags: readonly ServiceFlag[] = [],
  file?: Pick<ConfigFile, 'identityProviders' | 'oauthClients'>,
): Promise<App> {
  const log = createLogger({ level: config.logLevel, destination: config.logDestination })
  const storage = await openStorage(config, log)
  const { keyring, database, databaseApart, store, cache } = storage
  const idempotency = createIdempotencyBook(store.database, { digest: keyring.digest, seal: keyring.seal })
  const changes = createChanges()
  const parts = { config, store, keyring, log }
  const services = composeServices({ ...storage, config, flags, idempotency, log, onNewSchema: changes.tell })
  store.onChange(changes.tell)
  const identity = await composeIdentity({ ...parts, flags, file, services })
  const { authenticator } = identity.access
  const house = composeSystem({ ...parts, services, access: identity.access })
  const importBook = createImportBook(store.database, { seal: keyring.seal, processId: randomUUID() })
  const importRunner = createImportRunner({
    book: importBook,
    services,
    callerOf: authenticator.callerOf,
    onError: (error) => log.error({ err: error }, 'an import cannot go on'),
  })
  const calls = composeCallLog({ config, store, databaseApart, log, services })
  const mcp = {
    calls: { door: 'mcp', note: calls.note },
    imports: createImports(importBook, importRunner, readText),
    ...composeLimits({ config, store, cache, log }),
    changes,
    idempotency,
    tools,
    services,
    execute,
    resultBytes: config.resultBytes,
    serverInfo: { name: 'sluice', version: VERSION },
    configVersion: () => String(store.snapshot().version),
    customTools: createCustomTools(store.snapshot, tools),
  } satisfies McpOptions
  const doors = composeDoors({ config, store, identity, house, mcp, calls, log })

  return {
    config,
    log,
    store,
    services,
    authenticator,
    runKey: identity.runKey,
    runServices: flags.map(({ name }) => name),
    maker: house.maker,
    packages: house.packages,
    checkTool: house.checkTool,
    mcp,
    imports: importRunner,
    createHttp: doors.createHttp,
    setupCode() {
      const { isMissing, code } = doors.firstAdministrator
      return isMissing() ? code : undefined
    },
    async close() {
      await house.accountApi.settled()
      await importRunner.close()
      await calls.close()
      await identity.own?.close()
      await services.close()
      await cache.close()
      await databaseApart?.close()
      await database.close()
    },
  }
}
