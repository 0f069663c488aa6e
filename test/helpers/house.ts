import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../../adapters/database/sqlite/open.ts'
import { type App, openApp } from '../../src/app.ts'
import { declared, prepare } from '../../src/commands/start.ts'
import { readConfig } from '../../src/config/config.ts'
import { fillShop } from './shop.ts'

interface Answer {
  readonly status: number
  /** The body as it went over the wire. */
  readonly text: string
  readonly bytes: Buffer
  readonly body: unknown
  readonly headers: Readonly<Record<string, unknown>>
}

/** The whole program on a data folder of its own, with the shop as service `shop` and doors that are called in process. */
export interface House {
  readonly app: App
  rest(
    method: string,
    path: string,
    options?: {
      readonly key?: string
      readonly body?: unknown
      /** In place of a body: sent as they are. */
      readonly bytes?: Buffer
      readonly headers?: Record<string, string>
    },
  ): Promise<Answer>
  /** `tools/call`; the body is the JSON-RPC answer. */
  tool(name: string, args: object, key: string): Promise<Answer>
  rpc(method: string, params: object, key: string): Promise<Answer>
  /** From then on it can be reached over the network of this machine; answers its address. */
  listen(port: number): Promise<string>
  close(): Promise<void>
}

/** `roles` maps a role's name to its rules on the service `shop`; each gets an app whose key is `keyOf(role)`. */
export async function openHouse(
  roles: Readonly<Record<string, readonly object[]>>,
  serviceConfig: object = {},
  settings: Readonly<Record<string, string>> = {},
  /** Further lists of the config file. */
  more: object = {},
): Promise<House> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-house-'))
  const file = join(dataDir, 'shop.sqlite')
  const shop = await openSqlite({ file, create: true, inline: true, statementTimeoutMs: 10_000 })
  await fillShop(shop)
  await shop.close()
  const config = { database: './shop.sqlite', ...serviceConfig }
  return openIn(
    dataDir,
    { ...configWith(roles, { name: 'shop', type: 'sqlite', config }), ...more },
    settings,
  )
}

/** The same with a database that is there already as the service `shop`. */
export async function openHouseOn(
  service: { readonly type: string; readonly config: object },
  roles: Readonly<Record<string, readonly object[]>>,
  /** Further lists of the config file. */
  more: object = {},
): Promise<House> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-house-'))
  return openIn(dataDir, { ...configWith(roles, { name: 'shop', ...service }), ...more })
}

async function openIn(
  dataDir: string,
  config: object,
  settings: Readonly<Record<string, string>> = {},
): Promise<House> {
  const configFile = join(dataDir, 'sluice.json')
  await writeFile(configFile, JSON.stringify(config))
  const env = {
    SLUICE_DATA_DIR: dataDir,
    SLUICE_DEMO: 'false',
    SLUICE_CONFIG: configFile,
    SLUICE_LOG_LEVEL: 'silent',
    SLUICE_ADMIN_EMAIL: 'admin@example.com',
    SLUICE_ADMIN_PASSWORD: 'a-long-enough-password',
    ...settings,
  }
  const read = readConfig({ env })
  const file = await declared(read, env)
  const app = await openApp(read, [], file)
  await prepare(app, { file, print: () => {}, accounts: true })
  const http = await app.createHttp(() => 'ready')

  const rest: House['rest'] = async (method, path, { key, body, bytes, headers } = {}) => {
    const answer = await http.inject({
      method: method as 'GET', // inject's type lists the verbs; tests also try others
      url: path,
      headers: {
        host: 'localhost',
        ...(key ? { 'x-dreamfactory-api-key': key } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(bytes && { payload: bytes }),
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const { statusCode: status, body: text, headers: answered } = answer
    return { status, text, bytes: answer.rawPayload, body: parsed(text), headers: answered }
  }
  const rpc: House['rpc'] = (method, params, key) =>
    rest('POST', '/mcp/shop', {
      headers: {
        authorization: `Bearer ${key}`,
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-11-25',
      },
      body: { jsonrpc: '2.0', id: 1, method, params },
    })
  return {
    app,
    rest,
    rpc,
    listen: (port) => http.listen({ host: '127.0.0.1', port }),
    tool: (name, args, key) => rpc('tools/call', { name, arguments: args }, key),
    async close() {
      await http.close()
      await app.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** The API key of the app in a role of the house. */
export function keyOf(role: string): string {
  return Buffer.from(role.padEnd(32, '.')).toString('hex').slice(0, 64)
}

function configWith(roles: Readonly<Record<string, readonly object[]>>, service: object): object {
  const names = Object.keys(roles)
  return {
    services: [service],
    roles: names.map((name) => ({
      name,
      access: roles[name]?.map((rule) => ({ service: 'shop', ...rule })),
    })),
    apps: names.map((name) => ({ name, role: name, api_key: keyOf(name) })),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
