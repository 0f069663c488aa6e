import { sqlserverConfig } from '../../../adapters/database/sqlserver/config.ts'
import { openSqlserver } from '../../../adapters/database/sqlserver/open.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { pgsqlDatabases } from '../../contract/servers/pgsql-databases.ts'
import { ownDatabase } from '../../contract/servers/test-server.ts'
import type { PythonLines } from '../../grammar/python-lines.ts'
import { serverError } from './double.ts'
import { onPostgres } from './on-postgres.ts'
import { SYS_VIEWS } from './sys-views.ts'
import { startTdsServer } from './tds-server.ts'

export interface Translated {
  readonly adapter: DatabaseAdapter
  /** Of a service that reaches the same database. */
  readonly config: object
  /** Statements from now on that match are refused, as Babelfish refuses what it does not know. */
  refuse(statements: RegExp | undefined): void
  /** T-SQL that a user's own program could run. */
  run(sql: string): Promise<void>
  stop(): Promise<void>
}

const NOT_KNOWN = 'this is not currently supported in Babelfish'

/** The adapter and its driver over a server of the protocol that runs their statements, translated, on PostgreSQL, in a database of its own. */
export async function startTranslated(
  python: PythonLines,
  heard: (sql: string) => void = () => {},
  refusedAtFirst?: RegExp,
): Promise<Translated> {
  const database = await ownDatabase('pgsql')
  await pgsqlDatabases.query(database.url, SYS_VIEWS)
  let refused = refusedAtFirst
  const server = await startTdsServer({
    session: async () => {
      const session = await onPostgres(database.url, python)
      const run: typeof session.run = async (asked) => {
        if (refused?.test(asked.sql)) return { error: serverError(33_557_097, NOT_KNOWN) }
        heard(asked.sql)
        return session.run(asked)
      }
      return {
        run,
        cancel: () => session.cancel(),
        reset: () => session.reset(),
        close: () => session.close(),
      }
    },
  })
  const config = { host: '127.0.0.1', port: server.port, database: 'double' }
  const adapter = await openSqlserver(sqlserverConfig.parse(config), {
    baseDir: '.',
    statementTimeoutMs: 20_000,
  })
  return {
    adapter,
    config,
    refuse: (statements) => {
      refused = statements
    },
    run: async (sql) => {
      const session = await onPostgres(database.url, python)
      const { error } = await session.run({ sql, as: 'text', parameters: [] })
      session.close()
      if (error) throw error
    },
    stop: async () => {
      await adapter.close()
      await server.close()
      await database.drop()
    },
  }
}
