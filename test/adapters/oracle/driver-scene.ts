import { afterEach } from 'vitest'
import { oracle } from '../../../adapters/database/oracle/service-type.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { Json } from '../../../src/core/database/value.ts'
import { calm, rowsOf } from '../../contract/scene.ts'
import { startTns, TNS_PASSWORD, type TnsAnswer, type TnsAnswers, type TnsServer } from './tns/tns-server.ts'
import { tableNamed } from './world.ts'

export const customers = tableNamed('customers')
export const orders = tableNamed('orders')

/** The whole adapter with the real driver, on sockets; what answers is no database. */
export function useDriver() {
  const servers: TnsServer[] = []
  const adapters: DatabaseAdapter[] = []
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()))
    await Promise.all(adapters.splice(0).map((adapter) => adapter.close()))
  })
  return {
    servers,
    async start(answers: TnsAnswers, config: Readonly<Record<string, unknown>> = {}) {
      const server = await startTns((sql, session) => answers(sql, session) ?? usual(sql))
      servers.push(server)
      const url = `oracle://u:${TNS_PASSWORD}@127.0.0.1:${server.port}/FREE`
      const adapter = await oracle.open(oracle.config.parse({ url, connect_timeout: 10, ...config }), {
        baseDir: '.',
        statementTimeoutMs: 20_000,
      })
      adapters.push(adapter)
      return { server, adapter, seen: server.seen }
    },
  }
}

const ids = (...rows: readonly string[]): TnsAnswer => ({
  columns: [{ name: 'id', type: 'NUMBER' }],
  rows: rows.map((id) => [id]),
})

export function usual(sql: string): TnsAnswer | undefined {
  if (sql.startsWith('select 1 ')) return ids('1')
  return sql.startsWith('select') ? ids('7') : undefined
}

export const first = async (adapter: DatabaseAdapter, signal = calm.signal): Promise<Json | undefined> => {
  const query = { table: customers, fields: ['id'], limit: 1, as: 'rows' } as const
  return rowsOf(await adapter.select(query, { signal }))[0]?.id
}

/** A change that gives nothing back. */
export const rename = {
  table: customers,
  set: { name: 'x' },
  where: { op: '=', field: 'id', value: 1n },
  returning: [],
} as const
