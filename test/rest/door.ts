import type { FastifyInstance, InjectOptions } from 'fastify'
import type { RequestLimits } from '../../src/access/limits/request-limits.ts'
import { NO_CONNECTIONS } from '../../src/access/oauth/connections.ts'
import type { Session } from '../../src/access/session.ts'
import type { Caller } from '../../src/core/caller.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { AppError } from '../../src/core/errors.ts'
import type { AccessPolicy, Verb } from '../../src/core/policy.ts'
import type { DatabaseSettings, ServiceInfo, Services } from '../../src/core/service.ts'
import type { RequestLine } from '../../src/http/request-line.ts'
import { createHttpServer } from '../../src/http/server.ts'
import { execute } from '../../src/operations/execute.ts'
import { registerRest } from '../../src/rest/register-rest.ts'
import type { SystemApi } from '../../src/system/system-api.ts'
import { openIdempotencyBook } from '../helpers/idempotency.ts'
import { NO_LIMITS } from '../helpers/no-limits.ts'
import { ADMIN, callerWith, openShop } from '../helpers/shop.ts'
import { openStore, systemApiOf } from '../system/world.ts'

export const ADMIN_KEY = 'admin-key'
/** Reads orders, and nothing else. */
export const READER_KEY = 'reader-key'
/** A role without any rule. */
export const NOBODY_KEY = 'nobody-key'

export interface Door {
  readonly app: FastifyInstance
  readonly lines: RequestLine[]
  /** Asks as an administrator unless the headers say otherwise; the address is below `/api/v2/`. */
  ask(
    address: string,
    options?: InjectOptions,
  ): Promise<{ status: number; body: unknown; headers: Record<string, unknown> }>
}

interface DoorOptions {
  /** By their keys. */
  readonly callers?: ReadonlyMap<string, Caller>
  readonly limits?: RequestLimits
  readonly isPlainOff?: boolean
}

/** The REST door in front of the shop, with a second, inactive service `asleep`. */
export async function openDoor(
  settings: Partial<DatabaseSettings> = {},
  adapter?: DatabaseAdapter,
  { callers = CALLERS, limits = NO_LIMITS, isPlainOff = false }: DoorOptions = {},
): Promise<Door> {
  const shop = await openShop(adapter, settings)
  const asleep: ServiceInfo = { ...infoOf(shop.services), id: 9, name: 'asleep', isActive: false }
  const services: Services = {
    ...shop.services,
    list: () => [...shop.services.list(), asleep],
    find: (name) => (name.toLowerCase() === 'asleep' ? asleep : shop.services.find(name)),
  }
  const lines: RequestLine[] = []
  const app = await createHttpServer({ logRequest: (line) => lines.push(line) })
  registerRest(app, {
    idempotency: openIdempotencyBook(),
    imports: {
      start: none,
      read: () => {
        throw new Error('not here')
      },
      list: none,
      get: none,
      cancel: none,
    },
    importLimitBytes: 1_000_000,
    connections: NO_CONNECTIONS,
    services: { ...services, forget: async () => {} },
    execute,
    serviceTypes: [{ name: 'test', label: 'Test', description: 'For tests', group: 'Database' }],
    serviceTypeRecords: [],
    publicSettings: () => ({
      allow_open_registration: false,
      open_reg_email_service_id: null,
      allow_forever_sessions: false,
    }),
    launchableApps: () => [],
    version: '0.0.0',
    configVersion: () => '1',
    authenticate: async ({ apiKey, sessionToken, bearer, basic }) => {
      const caller = callers.get(apiKey ?? sessionToken ?? bearer ?? basic?.password ?? '')
      if (caller) return caller
      throw new AppError('unauthenticated', 'Unauthorized. The API Key is not known.')
    },
    sessions: {
      signIn: async (_kind, { email, password, address }) => {
        if (password === 'right') return { ...SESSION, email: String(email), host: address ?? '' }
        throw new AppError('unauthenticated', 'Invalid credentials supplied.')
      },
      current: async () => SESSION,
      refresh: async () => SESSION,
      owner: none,
      tokenFor: none,
      end: async () => {},
    },
    browserSessions: { signIn: none, refresh: none, end: none },
    browserPlace: { name: 'sluice' },
    firstAdministrator: { isMissing: () => false, code: '', leastPassword: 16, create: none },
    limits,
    isPlainOff,
    resetLimits: none,
    serviceDocs: async () => undefined,
    accounts: {
      profile: none,
      changeProfile: none,
      changePassword: none,
      register: none,
      custom: { list: none, get: none, put: none, remove: none },
      reset: { request: none, byCode: none, byAnswer: none },
    },
    tryAs: none,
    preview: {
      storedRole: () => {
        throw new AppError('not_found', 'There is no role.')
      },
      draftedRole: () => {
        throw new AppError('not_found', 'There is no role.')
      },
      toolsOf: none,
    },
    effectiveAccess: () => {
      throw new AppError('not_found', 'There is no role.')
    },
    packages: {
      export: () => {
        throw new AppError('not_supported', 'Not behind this door.')
      },
      manifest: () => {
        throw new AppError('not_supported', 'Not behind this door.')
      },
      import: none,
      exportZip: none,
      importZip: none,
    },
    system: await systemOf(),
  })
  return {
    app,
    lines,
    async ask(address, options = {}) {
      const headers = options.headers ?? { 'x-dreamfactory-api-key': ADMIN_KEY }
      const answer = await app.inject({ ...options, url: `/api/v2/${address}`, headers })
      return { status: answer.statusCode, body: parsed(answer.body), headers: answer.headers }
    },
  }
}

/** The accounts have tests of their own. */
async function none(): Promise<never> {
  throw new AppError('not_supported', 'Not behind this door.')
}

const SESSION: Session = {
  session_token: 'token',
  session_id: 'token',
  id: 1,
  name: 'Ada',
  first_name: null,
  last_name: null,
  email: 'a@example.com',
  is_sys_admin: true,
  last_login_date: '2026-11-22 02:01:22',
  host: '',
  token_expiry_date: '2026-11-23 02:01:22',
}

/** A system with the role `clerk`, and without services. */
async function systemOf(): Promise<SystemApi> {
  const store = await openStore()
  await store.change((writer) => writer.upsertRole({ name: 'clerk', rules: [] }))
  return systemApiOf(store)
}

export const as = (key: string) => ({ headers: { 'x-dreamfactory-api-key': key } })

/** A policy that grants exactly these verbs on these resources of the shop, and what is below them. */
function policyOf(grants: Readonly<Record<string, readonly Verb[]>>): AccessPolicy {
  const entries = Object.entries(grants)
  return {
    decide: (service, resource, verb) =>
      service === 'shop' &&
      entries.some(
        ([path, verbs]) => (resource === path || resource.startsWith(`${path}/`)) && verbs.includes(verb),
      )
        ? { allowed: true }
        : {
            allowed: false,
            reason: `Access Forbidden. ${verb} access to component '${resource}' of service '${service}' is not allowed by this user's role.`,
          },
    reaches: (service) => service === 'shop' && entries.length > 0,
    key: JSON.stringify(grants),
  }
}

export const CALLERS: ReadonlyMap<string, Caller> = new Map([
  [ADMIN_KEY, ADMIN],
  [READER_KEY, callerWith(policyOf({ '_table/orders': ['GET'], '_schema/orders': ['GET'] }))],
  [NOBODY_KEY, callerWith(policyOf({}))],
])

function infoOf(services: Services): ServiceInfo {
  const [info] = services.list()
  if (!info) throw new Error('the shop has no service')
  return info
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
