import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { caches, emailTypes, localEmail, serviceTypes } from '../adapters/all.ts'
import { tools } from '../tools/all.ts'
import { loadAppKey, parseAppKey } from './access/app-key.ts'
import { type Authenticator, createAuthenticator } from './access/authenticate.ts'
import { effectiveAccess } from './access/effective-access.ts'
import { createKeyring, type Keyring, newApiKey } from './access/keyring.ts'
import { createAccessTokens } from './access/oauth/access-token.ts'
import { NO_CONNECTIONS } from './access/oauth/connections.ts'
import { providerIssuer } from './access/oauth/identity-provider.ts'
import { createPasswordCheck } from './access/password-check.ts'
import { hashPassword, newPassword } from './access/passwords.ts'
import { requireRowFilters } from './access/row-condition.ts'
import { withRunAccess } from './access/run-access.ts'
import { createSessions } from './access/sessions.ts'
import { loadTokenKey } from './access/token-key.ts'
import { createTokens } from './access/tokens.ts'
import { CONSOLE_FOLDER, consoleFiles } from './admin/console-files.ts'
import { registerConsole } from './admin/register-console.ts'
import { registerAuthorization } from './authorization/routes.ts'
import { composeAccounts } from './compose-accounts.ts'
import { composeAuthorization } from './compose-authorization.ts'
import { composeCallLog, requestLogger } from './compose-call-log.ts'
import { composeConsole } from './compose-console.ts'
import { composeLimits } from './compose-limits.ts'
import { composePreview } from './compose-preview.ts'
import { type CheckTool, createCustomTools, toolCheck } from './compose-tools.ts'
import { composeTry } from './compose-try.ts'
import type { Config } from './config/config.ts'
import type { ConfigFile } from './config/file.ts'
import type { ServiceFlag } from './config/service-url.ts'
import { registerCors } from './http/cors.ts'
import { isOriginIn } from './http/cors-rules.ts'
import { type Phase, registerHealth } from './http/health.ts'
import { createHostGuard } from './http/host-guard.ts'
import { pathPattern } from './http/path-pattern.ts'
import { readText } from './http/row-stream.ts'
import { createHttpServer } from './http/server.ts'
import { createChanges } from './mcp/changes.ts'
import type { McpOptions } from './mcp/create-mcp.ts'
import { registerMcp } from './mcp/http.ts'
import { SESSION_LIMITS } from './mcp/sessions.ts'
import { createLogger } from './observe/log.ts'
import { execute } from './operations/execute.ts'
import { registerDocsPage } from './rest/docs-page.ts'
import { registerRest } from './rest/register-rest.ts'
import { definitionsOf } from './service-definitions.ts'
import { createServices, type RunningServices } from './services/create-services.ts'
import { createAttemptStore } from './system/accounts/attempt-store.ts'
import { launchableApps, publicSettings } from './system/accounts/public-settings.ts'
import { systemResources } from './system/all.ts'
import { createEmailServices } from './system/email/email-services.ts'
import { createExtrasStore } from './system/extras/extras-store.ts'
import { createIdempotencyBook, isFirst } from './system/idempotency-book.ts'
import { createImportBook } from './system/imports/import-book.ts'
import { createImportRunner, type ImportRunner } from './system/imports/import-runner.ts'
import { createImports } from './system/imports/imports.ts'
import { createLimitResets } from './system/limits/limit-resets.ts'
import { type ConfigPackages, createConfigPackages } from './system/package/config-packages.ts'
import type { CredentialMaker } from './system/secrets.ts'
import { describeType } from './system/service/describe-type.ts'
import { houseTypes } from './system/service/house-types.ts'
import { resolveLookups } from './system/service/resolve-lookups.ts'
import { createServiceDocs } from './system/service-docs/service-docs.ts'
import type { Snapshot } from './system/snapshot.ts'
import { openSystemStore, type SystemStore } from './system/store.ts'
import { createSystemApi } from './system/system-api.ts'
import { openSystemDatabase } from './system-database.ts'
import { VERSION } from './version.ts'

type Logger = ReturnType<typeof createLogger>

export { serviceTypes }
/** What a config file may have services of. */
export const configuredTypes = [...serviceTypes, ...emailTypes]
export type HttpServer = FastifyInstance

/** Everything a command needs, opened and wired. The only place that knows all parts. */
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
  /** The HTTP server with both doors, not yet listening. `ready` says whether requests will be served. */
  /** Takes up what a process before this one left. */
  readonly imports: Pick<ImportRunner, 'watch'>
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
  const cache = await (config.cacheServer
    ? caches.redis({
        ...config.cacheServer,
        seal: keyring.seal,
        installation: keyring.digest('installation').slice(0, 16),
        onError: (error) => log.error({ err: error }, 'the cache cannot be reached'),
      })
    : caches.memory())
  const idempotency = createIdempotencyBook(store.database, { digest: keyring.digest, seal: keyring.seal })
  const changes = createChanges()
  const services = createServices({
    types: serviceTypes,
    open: { baseDir: config.dataDir, statementTimeoutMs: config.statementTimeoutMs },
    seal: keyring.seal,
    spend: (code) => isFirst(idempotency, code),
    extras: createExtrasStore(store),
    cache,
    onNewSchema: changes.tell,
    onCacheError: (error) => log.debug({ err: error }, 'the cache was left out'),
  })
  let configured: Snapshot | undefined
  const configure = (snapshot: Snapshot) => {
    const { services: records, configLookups } = snapshot
    const isAsBefore = configured?.services === records && configured.configLookups === configLookups
    configured = snapshot
    if (!isAsBefore) services.configure(definitionsOf(snapshot, flags, isKnown))
  }
  configure(store.snapshot())
  store.onChange(configure)
  store.onChange(changes.tell)

  const tokens = createTokens({
    keyring,
    key: await loadTokenKey(keyring, config.tokenKeyFile),
    accounts: store.snapshot,
    ttlMinutes: config.tokenTtlMinutes,
    refreshMinutes: config.tokenRefreshMinutes,
  })
  const attemptStore = createAttemptStore(store.database, keyring)
  const checkPassword = createPasswordCheck({ accounts: store.snapshot, attempts: attemptStore })
  const runKey = flags.length > 0 ? newApiKey() : undefined
  const accounts =
    runKey === undefined
      ? store.snapshot
      : withRunAccess(store.snapshot, {
          services: flags.map(({ name }) => name),
          keyHash: keyring.apiKeyHash(runKey),
        })
  const { revocations, recordSignIn } = store
  const isRevoked = revocations.has
  const providers = file?.identityProviders ?? []
  const own = composeAuthorization({
    config,
    providers,
    clients: file?.oauthClients ?? [],
    store,
    keyring,
    tokens,
    checkPassword,
    attempts: attemptStore,
    services,
    log,
  })
  const issuers = [...providers.map(providerIssuer), ...(own ? [own.issuer] : [])]
  const accessTokens = createAccessTokens({ issuers, baseUrl: config.baseUrl })
  const authenticator = createAuthenticator({
    accounts,
    keyring,
    tokens,
    checkPassword,
    isRevoked,
    accessTokens,
  })
  const sessions = createSessions({
    accounts,
    authenticator,
    checkPassword,
    tokens,
    revocations,
    recordSignIn,
    host: config.host,
    allowForever: config.allowForeverSessions,
  })
  const types = [...configuredTypes, ...houseTypes].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const leastPassword = { user: config.minPasswordLength, admin: config.minAdminPasswordLength }
  const maker: CredentialMaker = {
    newApiKey,
    newPassword: () => newPassword(leastPassword.admin),
    hashPassword,
  }
  const access = { accounts, authenticator, checkPassword, tokens, keyring, attempts: attemptStore }
  const ofConsole = composeConsole({ config, store, log, maker, ...access })
  const email = createEmailServices({
    types: emailTypes,
    fallback: localEmail,
    snapshot: store.snapshot,
    spoolDir: join(config.dataDir, 'mail'),
  })
  const checkTool = toolCheck(tools)
  const records = createSystemApi({
    resources: systemResources,
    database: store.database,
    snapshot: store.snapshot,
    refresh: store.refresh,
    seal: keyring.seal,
    tools: {
      types,
      secrets: keyring,
      maker,
      leastPassword,
      keepApiKeys: config.keepApiKeys,
      checkFilters: requireRowFilters,
      checkPath: pathPattern,
      checkTool,
      async probe(type, given, signal) {
        if (email.isType(type)) return await email.check(type, given)
        // Of the server itself: there is nothing to connect to.
        if (houseTypes.some(({ name }) => name === type)) return
        await services.probe(type, resolveLookups(given, store.snapshot().configLookups), signal)
      },
    },
  })
  const accountApi = composeAccounts({
    store,
    keyring,
    system: records,
    checkPassword,
    attempts: attemptStore,
    leastPassword,
    send: email.send,
    log,
  })
  const { system } = accountApi
  const packages = createConfigPackages(store, {
    types: configuredTypes,
    maker,
    dataDir: config.dataDir,
    references: config.references,
    checkFilters: requireRowFilters,
    checkTool,
    version: VERSION,
  })
  const { limits, callLimits } = composeLimits({ config, store, cache, log })
  const importBook = createImportBook(store.database, { seal: keyring.seal, processId: randomUUID() })
  const importRunner = createImportRunner({
    book: importBook,
    services,
    callerOf: authenticator.callerOf,
    onError: (error) => log.error({ err: error }, 'an import cannot go on'),
  })
  const imports = createImports(importBook, importRunner, readText)
  const calls = composeCallLog({ config, store, log, services })
  const mcp: McpOptions = {
    calls: { door: 'mcp', note: calls.note },
    imports,
    limits,
    callLimits,
    changes,
    idempotency,
    tools,
    services,
    execute,
    resultBytes: config.resultBytes,
    serverInfo: { name: 'sluice', version: VERSION },
    configVersion: () => String(store.snapshot().version),
    customTools: createCustomTools(store.snapshot, tools),
  }

  const trying = composeTry({ accounts, authenticator, baseUrl: config.baseUrl })

  async function createHttp(phase: () => Phase): Promise<FastifyInstance> {
    const http = await createHttpServer({
      logRequest: requestLogger(log),
      calls,
      logsSuccess: () => log.isLevelEnabled('debug'),
      bodyLimitBytes: config.bodyLimitBytes,
      hostGuard: createHostGuard({
        boundAddress: config.host,
        allowedHosts: config.allowedHosts,
        allowedOrigins: config.allowedOrigins,
        isAllowedOrigin: (origin) => isOriginIn(origin, store.snapshot().cors),
        ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
      }),
      phase,
      isHttps: config.publicUrl?.startsWith('https:') ?? false,
    })
    await registerCors(http, config.allowedOrigins, () => store.snapshot().cors)
    registerConsole(http, consoleFiles(CONSOLE_FOLDER))
    registerHealth(http, phase)
    registerDocsPage(http)
    if (own) await registerAuthorization(http, own.deps)
    registerRest(http, {
      services,
      imports,
      importLimitBytes: config.importLimitBytes,
      idempotency,
      serviceTypes: types,
      serviceTypeRecords: types.map(describeType),
      publicSettings: () => publicSettings(store.snapshot(), config.allowForeverSessions),
      launchableApps: (userId) => launchableApps(store.snapshot(), userId),
      version: VERSION,
      configVersion: mcp.configVersion,
      execute,
      authenticate: trying.authenticate,
      sessions,
      ...ofConsole,
      connections: own?.connections ?? NO_CONNECTIONS,
      limits,
      resetLimits: createLimitResets(store),
      serviceDocs: createServiceDocs(store.database),
      accounts: accountApi,
      preview: composePreview(store.snapshot, mcp),
      tryAs: trying.through(() => http),
      effectiveAccess: (roleId, service, resources) =>
        effectiveAccess(store.snapshot(), roleId, service, resources),
      system,
      packages,
    })
    await registerMcp(http, {
      ...mcp,
      authenticate: trying.authenticate,
      logError: (error, request) => log.error({ err: error, requestId: request?.id }, 'MCP call failed'),
      bodyLimitBytes: config.bodyLimitBytes,
      sessions: config.mcpSessions ? SESSION_LIMITS : undefined,
      authorization:
        config.baseUrl !== undefined && issuers.length > 0
          ? { baseUrl: config.baseUrl, servers: issuers.map(({ issuer }) => issuer) }
          : undefined,
    })
    return http
  }

  return {
    config,
    log,
    store,
    services,
    authenticator,
    runKey,
    runServices: flags.map(({ name }) => name),
    maker,
    packages,
    checkTool,
    mcp,
    imports: importRunner,
    createHttp,
    setupCode() {
      const { isMissing, code } = ofConsole.firstAdministrator
      return isMissing() ? code : undefined
    },
    async close() {
      await accountApi.settled()
      await importRunner.close()
      await calls.close()
      await own?.close()
      await services.close()
      await cache.close()
      await database.close()
    },
  }
}

/** Of the app key before, where it is told. */
function previousKeyring({ previousAppKey: key }: Config): Keyring | undefined {
  return key === undefined ? undefined : createKeyring(parseAppKey(key, 'APP_PREVIOUS_KEY'))
}

function isKnown(type: string): boolean {
  return serviceTypes.some(({ name }) => name === type)
}
