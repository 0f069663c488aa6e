import { afterAll, describe } from 'vitest'
import { sqlserverConfig } from '../../../adapters/database/sqlserver/config.ts'
import { openSqlserver } from '../../../adapters/database/sqlserver/open.ts'
import { AppError } from '../../../src/core/errors.ts'
import { describeDatabaseAdapter } from '../../contract/database-suite.ts'
import { SQLSERVER_DIFFERENCES } from '../../contract/routines-sql/sqlsrv.ts'
import { pgsqlDatabases } from '../../contract/servers/pgsql-databases.ts'
import { ownDatabase, reachServer } from '../../contract/servers/test-server.ts'
import { isGrammarRequired, startPython } from '../../grammar/python-lines.ts'
import { doubleDriver } from './double.ts'
import { onPostgres } from './on-postgres.ts'
import { SYS_VIEWS } from './sys-views.ts'

/**
 * The contract, with all of the adapter's own code, and behind a double of the driver its statements translated for PostgreSQL. It shows
 * whether they mean what they should; whether SQL Server takes them is for `TEST_SQLSRV_URL`.
 */
const python = await startPython('./tsql_on_postgres.py')
const reached = await reachServer('pgsql')
const why = typeof python === 'string' ? python : reached === 'reachable' ? undefined : reached

describe.skipIf(why !== undefined && !isGrammarRequired)(`T-SQL on PostgreSQL (${why ?? 'sqlglot'})`, () => {
  if (typeof python === 'string') return
  afterAll(() => python.close())
  describeDatabaseAdapter({
    name: 'sqlsrv-translated',
    differs: SQLSERVER_DIFFERENCES,
    start: async () => {
      const database = await ownDatabase('pgsql')
      await pgsqlDatabases.query(database.url, SYS_VIEWS)
      const driver = doubleDriver(() => onPostgres(database.url, python))
      const adapter = await openSqlserver(sqlserverConfig.parse({ host: 'double', database: 'double' }), {
        baseDir: '.',
        statementTimeoutMs: 20_000,
        driver,
      })
      const stop = async () => {
        await adapter.close()
        await database.drop()
      }
      // Routines are written in T-SQL too: nothing here runs them.
      const capabilities = new Set(
        [...adapter.capabilities].filter((one) => !/^(procedures|functions)$/.test(one)),
      )
      const listRoutines = async () => {
        throw new AppError('not_supported', 'Not here.')
      }
      return { adapter: { ...adapter, capabilities, listRoutines }, stop }
    },
  })
})
