import type { FastifyInstance } from 'fastify'
import { effectiveAccess } from '../access/effective-access.ts'
import { NO_CONNECTIONS } from '../access/oauth/connections.ts'
import { CONSOLE_FOLDER, consoleFiles } from '../admin/console-files.ts'
import { registerConsole } from '../admin/register-console.ts'
import { registerAuthorization } from '../authorization/routes.ts'
import type { Config } from '../config/config.ts'
import { isCorsOn, registerCors } from '../http/cors.ts'
import { isOriginIn } from '../http/cors-rules.ts'
import { type Phase, registerHealth } from '../http/health.ts'
import { createHostGuard } from '../http/host-guard.ts'
import { createHttpServer, type HttpServerOptions } from '../http/server.ts'
import type { McpOptions } from '../mcp/create-mcp.ts'
import { registerMcp } from '../mcp/http.ts'
import { SESSION_LIMITS } from '../mcp/session-limits.ts'
import type { createLogger } from '../observe/log.ts'
import { registerDocsPage } from '../rest/docs-page.ts'
import { registerRest } from '../rest/register-rest.ts'
import type { RestDeps } from '../rest/rest-deps.ts'
import { launchableApps, publicSettings } from '../system/accounts/public-settings.ts'
import { createLimitResets } from '../system/limits/limit-resets.ts'
import { describeType } from '../system/service/describe-type.ts'
import { createServiceDocs } from '../system/service-docs/service-docs.ts'
import type { SystemStore } from '../system/store.ts'
import { VERSION } from '../version.ts'
import { requestLogger } from './call-log.ts'
import { composeConsole } from './console.ts'
import type { Identity } from './identity.ts'
import { composePreview } from './preview.ts'
import type { composeSystem } from './system.ts'
import { composeTry } from './try.ts'

interface Parts {
  readonly config: Config
  readonly store: SystemStore
  readonly identity: Identity
  readonly house: ReturnType<typeof composeSystem>
  readonly mcp: McpOptions & Pick<RestDeps, 'services' | 'imports' | 'limits' | 'idempotency' | 'execute'>
  readonly calls: NonNullable<HttpServerOptions['calls']>
  readonly log: ReturnType<typeof createLogger>
}

/** Both doors, the console and the pages beside them, on HTTP servers that do not listen yet. */
export function composeDoors(parts: Parts) {
  const { config, store, identity, log } = parts
  const { access } = identity
  const ofConsole = composeConsole({ config, store, log, maker: parts.house.maker, ...access })
  const { accounts, authenticator } = access
  const trying = composeTry({ accounts, authenticator, baseUrl: config.baseUrl })
  return {
    firstAdministrator: ofConsole.firstAdministrator,
    /** `phase` says whether requests will be served. */
    async createHttp(phase: () => Phase): Promise<FastifyInstance> {
      const http = await openHttp(parts, phase)
      await registerCors(http, config.allowedOrigins, () => store.snapshot().cors)
      registerConsole(http, consoleFiles(CONSOLE_FOLDER))
      registerHealth(http, phase)
      registerDocsPage(http)
      if (identity.own) await registerAuthorization(http, identity.own.deps)
      registerRest(http, {
        ...restDeps(parts),
        ...ofConsole,
        authenticate: trying.authenticate,
        tryAs: trying.through(() => http),
      })
      await registerMcp(http, { ...mcpDeps(parts), authenticate: trying.authenticate })
      return http
    },
  }
}

function openHttp({ config, store, calls, log }: Parts, phase: () => Phase): Promise<FastifyInstance> {
  return createHttpServer({
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
    trustedProxies: config.trustedProxies,
  })
}

function restDeps({ config, store, identity, house, mcp }: Parts) {
  const { snapshot } = store
  const { services, imports, idempotency, execute, limits } = mcp
  return {
    services,
    imports,
    idempotency,
    execute,
    limits,
    importLimitBytes: config.importLimitBytes,
    serviceTypes: house.types,
    serviceTypeRecords: house.types.map(describeType),
    publicSettings: () => publicSettings(snapshot(), config.allowForeverSessions),
    launchableApps: (userId: number | undefined) => launchableApps(snapshot(), userId),
    version: VERSION,
    configVersion: mcp.configVersion,
    sessions: identity.sessions,
    connections: identity.own?.connections ?? NO_CONNECTIONS,
    resetLimits: createLimitResets(store),
    serviceDocs: createServiceDocs(store.database),
    accounts: house.accountApi,
    preview: composePreview(snapshot, mcp),
    effectiveAccess: (roleId: number, service: string, resources: readonly string[]) =>
      effectiveAccess(snapshot(), roleId, service, resources),
    system: house.accountApi.system,
    packages: house.packages,
  }
}

function mcpDeps({ config, store, identity, mcp, log }: Parts) {
  const { issuers } = identity
  return {
    ...mcp,
    mayBeAhead: () => !isCorsOn(config.allowedOrigins, store.snapshot().cors),
    logError: (error: unknown, request?: { readonly id: string }) =>
      log.error({ err: error, requestId: request?.id }, 'MCP call failed'),
    bodyLimitBytes: config.bodyLimitBytes,
    sessions: config.mcpSessions ? SESSION_LIMITS : undefined,
    authorization:
      config.baseUrl !== undefined && issuers.length > 0
        ? { baseUrl: config.baseUrl, servers: issuers.map(({ issuer }) => issuer) }
        : undefined,
  }
}
