import { describe } from 'vitest'
import { required } from '../contract/required.ts'
import { mysqlDatabases } from '../contract/servers/mysql-databases.ts'
import { pgsqlDatabases } from '../contract/servers/pgsql-databases.ts'
import { ownDatabase, reachServer } from '../contract/servers/test-server.ts'
import { type House, keyOf, openHouseOn } from './house.ts'

export const DATABASES = { pgsql: pgsqlDatabases, mysql: mysqlDatabases } as const
export type ServerType = keyof typeof DATABASES

/** A house whose service `shop` is a database of its own on a real server; one role may do everything. */
export interface ServerHouse {
  /** Path and body under `_table/`; the body is sent as it is. */
  table(
    method: string,
    path: string,
    body?: string,
  ): Promise<{ readonly status: number; readonly text: string }>
  /** The structured content of `tools/call`; undefined when the tool refused. */
  tool(name: string, args: object): Promise<unknown>
  /** The whole answer to `tools/call`, as it went over the wire. */
  toolText(name: string, args: object): Promise<string>
  /** SQL of the test on a connection of its own. */
  query(sql: string): Promise<readonly object[]>
  close(): Promise<void>
}

export async function openServerHouse(
  type: ServerType,
  statements: readonly string[],
  config: object = {},
): Promise<ServerHouse> {
  const database = await ownDatabase(type)
  // Statements of one text share a session.
  const url = type === 'mysql' ? `${database.url}?multipleStatements=true` : database.url
  const query: ServerHouse['query'] = (sql) => DATABASES[type].query(url, sql)
  for (const text of statements) await query(text)
  const house = await openHouseOn({ type, config: { url: database.url, ...config } }, { all: [ALL] })
  return { ...doorsOf(house), query, close: () => house.close().then(database.drop) }
}

/** The tests once for each type of server; one that cannot be reached is left out by name, unless it is required. */
export async function describeServers(title: string, tests: (type: ServerType) => void): Promise<void> {
  for (const type of ['pgsql', 'mysql'] as const) {
    const reached = await reachServer(type)
    const isLeftOut = reached !== 'reachable' && !required.includes(type)
    describe.skipIf(isLeftOut)(`${title}: ${isLeftOut ? `${type} (${reached})` : type}`, () => tests(type))
  }
}

const ALL = { component: '*', verbs: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] }

function doorsOf(house: House): Pick<ServerHouse, 'table' | 'tool' | 'toolText'> {
  const key = keyOf('all')
  return {
    async table(method, path, body) {
      const { status, text } = await house.rest(method, `/api/v2/shop/_table/${path}`, {
        key,
        ...(body === undefined ? {} : { body }),
      })
      return { status, text }
    },
    toolText: async (name, args) => (await house.tool(name, args, key)).text,
    async tool(name, args) {
      const { body } = await house.tool(name, args, key)
      const { result } = body as { result?: { structuredContent?: unknown; isError?: boolean } } // JSON-RPC
      return result?.isError ? undefined : result?.structuredContent
    },
  }
}
