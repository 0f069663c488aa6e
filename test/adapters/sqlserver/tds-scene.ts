import { afterEach } from 'vitest'
import { sqlserverConfig } from '../../../adapters/database/sqlserver/config.ts'
import { openSqlserver } from '../../../adapters/database/sqlserver/open.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { present } from '../../contract/scene.ts'
import { field, id, table } from '../../contract/world.ts'
import { startTdsServer } from './tds-server.ts'
import { done, rows } from './tds-tokens.ts'

export type Answer = NonNullable<Parameters<typeof startTdsServer>[0]['answer']>
type Options = Omit<Parameters<typeof startTdsServer>[0], 'answer'>

/** The driver itself against a server that answers what a test says; what it leaves open, a server says that has a schema `dbo`. */
export function useTds() {
  const ends: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })
  return {
    /** Is done after the test, the last first. */
    after: (end: () => Promise<unknown>) => ends.push(end),
    async open(
      answer: (sql: string) => ReturnType<Answer> | undefined,
      config: object = {},
      options: Options = {},
    ) {
      const whole: Answer = (sql) =>
        answer(sql) ?? (/schema_name/.test(sql) ? rows(['a'], [['dbo']]) : done(0x10, 1))
      const server = await startTdsServer({ answer: whole, ...options })
      ends.push(() => server.close())
      const place = { host: '127.0.0.1', port: server.port, database: 'shop' }
      const adapter = await openSqlserver(sqlserverConfig.parse({ ...place, ...config }), {
        baseDir: '.',
        statementTimeoutMs: 20_000,
      })
      ends.push(() => adapter.close())
      return { server, adapter, whole }
    },
  }
}

export const tags = present(
  buildSchema([
    table('tags', { fields: [id(), field('label', 'string')], primaryKey: ['id'] }),
  ]).tableByName.get('tags'),
)
