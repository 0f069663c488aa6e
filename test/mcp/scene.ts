import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Credentials } from '../../src/access/authenticate.ts'
import { compilePolicy } from '../../src/access/policy.ts'
import type { Caller } from '../../src/core/caller.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { AppError } from '../../src/core/errors.ts'
import { VERB_BIT, type Verb } from '../../src/core/policy.ts'
import type { Services } from '../../src/core/service.ts'
import { createHttpServer } from '../../src/http/server.ts'
import { type Changes, createChanges } from '../../src/mcp/changes.ts'
import { type McpHttpOptions, registerMcp } from '../../src/mcp/http.ts'
import { execute } from '../../src/operations/execute.ts'
import { tools } from '../../tools/all.ts'
import { openIdempotencyBook } from '../helpers/idempotency.ts'
import { NO_LIMITS } from '../helpers/no-limits.ts'
import { ADMIN, callerWith, openShop } from '../helpers/shop.ts'

/** A rule of a role: the verbs on a component of the shop. */
interface Grant {
  readonly component: string
  readonly verbs: readonly Verb[]
}

const ALL: readonly Verb[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

const GRANTS = {
  reader: [{ component: '_table/*', verbs: ['GET'] }],
  writer: [{ component: '_table/*', verbs: ALL }],
  clerk: [
    { component: '_table/orders/*', verbs: ['GET'] },
    { component: '_table/order_items/*', verbs: ['GET', 'POST'] },
  ],
  stranger: [],
} satisfies Record<string, readonly Grant[]>

export type Role = keyof typeof GRANTS | 'admin'

/** Keys of the scene are the names of its roles. */
export function callerFor(role: string): Caller {
  if (role === 'admin') return ADMIN
  const grants: readonly Grant[] | undefined = GRANTS[role as keyof typeof GRANTS]
  if (!grants) throw new AppError('unauthenticated', 'Unauthorized. The API Key is not known.')
  const rules = grants.map(({ component, verbs }) => ({
    service: 'shop',
    component,
    verbMask: verbs.reduce((mask, verb) => mask | VERB_BIT[verb], 0),
    requestorMask: 1,
    filters: [],
    filterOp: 'AND' as const,
  }))
  const policy = compilePolicy({
    roleId: Object.keys(GRANTS).indexOf(role),
    version: 1,
    rules,
    lookups: new Map(),
  })
  return callerWith(policy)
}

const ANONYMOUS: Caller = {
  kind: 'anonymous',
  label: 'anonymous',
  policy: compilePolicy({ roleId: 0, version: 0, rules: [], lookups: new Map() }),
  lookups: new Map(),
}

async function authenticate({ apiKey, sessionToken, bearer }: Credentials): Promise<Caller> {
  const key = apiKey ?? bearer ?? sessionToken
  return key === undefined ? ANONYMOUS : callerFor(key)
}

export interface Scene {
  readonly app: FastifyInstance
  readonly services: Services
  readonly logged: unknown[]
  readonly changes: Changes
  /** Address of the shop; listens on first use. */
  url(): Promise<string>
}

export interface SceneOptions extends Partial<McpHttpOptions> {
  readonly adapter?: DatabaseAdapter
}

/** The MCP door over HTTP on the shop, with the roles above. */
export async function openScene({ adapter, ...options }: SceneOptions = {}): Promise<Scene> {
  const shop = await openShop(adapter)
  const logged: unknown[] = []
  const changes = options.changes ?? createChanges()
  const app = await createHttpServer()
  const services = options.services ?? shop.services
  await registerMcp(app, {
    tools,
    execute,
    limits: NO_LIMITS,
    idempotency: openIdempotencyBook(),
    authenticate,
    resultBytes: 24_000,
    configVersion: () => '1',
    serverInfo: { name: 'sluice', version: '0.0.0' },
    logError: (error) => logged.push(error),
    mayBeAhead: () => true,
    ...options,
    changes,
    services,
  })
  return { app, services, logged, changes, url: () => listening(app) }
}

async function listening(app: FastifyInstance): Promise<string> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return `http://127.0.0.1:${port}/mcp/shop`
}

export interface Posted {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly message: Json
}
type Json = ReturnType<typeof JSON.parse>

export const ACCEPT = 'application/json, text/event-stream'

/** Posts a JSON-RPC message as a 2025-era client in a role. */
export async function post(
  { app }: Scene,
  message: unknown,
  { role = 'admin', headers = {} }: { role?: string; headers?: Record<string, string> } = {},
): Promise<Posted> {
  const response = await app.inject({
    method: 'POST',
    url: '/mcp/shop',
    headers: {
      accept: ACCEPT,
      'content-type': 'application/json',
      'x-dreamfactory-api-key': role,
      host: 'localhost',
      ...headers,
    },
    payload: typeof message === 'string' ? message : JSON.stringify(message),
  })
  return { status: response.statusCode, headers: response.headers, message: messageIn(response.body) }
}

/** The JSON-RPC message of a body, be it JSON or a stream of one event. */
export function messageIn(body: string): Json {
  const data = /^data: (.*)$/m.exec(body)?.[1]
  return JSON.parse(data ?? body)
}

export function call(name: string, args: object = {}, id: string | number = 1) {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } }
}

export const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' }

/** The same request as a 2026-07-28 client sends it. */
export function modern<M extends { method: string; params?: object }>(message: M) {
  const name = message.params && 'name' in message.params ? { 'mcp-name': String(message.params.name) } : {}
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  }
  return {
    message: { ...message, params: { ...message.params, _meta } },
    headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': message.method, ...name },
  }
}
