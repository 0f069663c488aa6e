import { afterAll, describe, expect } from 'vitest'
import { sqlserverConfig } from '../../../adapters/database/sqlserver/config.ts'
import { openSqlserver } from '../../../adapters/database/sqlserver/open.ts'
import { AppError } from '../../../src/core/errors.ts'
import { describeDatabaseAdapter } from '../../contract/database-suite.ts'
import { SQLSERVER_DIFFERENCES } from '../../contract/routines-sql/sqlsrv.ts'
import { pgsqlDatabases } from '../../contract/servers/pgsql-databases.ts'
import { ownDatabase, reachServer } from '../../contract/servers/test-server.ts'
import { openGrammar } from '../../grammar/grammar.ts'
import { isGrammarRequired, startPython } from '../../grammar/python-lines.ts'
import { tsqlProblems } from '../../grammar/tsql.ts'
import { doubleDriver } from './double.ts'
import { onPostgres } from './on-postgres.ts'
import { SYS_VIEWS } from './sys-views.ts'

/**
 * The contract, with all of the adapter's own code, and behind a double of the driver its statements translated for PostgreSQL. It shows
 * whether they mean what they should; whether SQL Server takes them is for `TEST_SQLSRV_URL`.
 */
const python = await startPython('./tsql_on_postgres.py')
const grammar = await openGrammar()
const reached = await reachServer('pgsql')
const why = typeof python === 'string' ? python : reached === 'reachable' ? undefined : reached

describe.skipIf(why !== undefined && !isGrammarRequired)(`T-SQL on PostgreSQL (${why ?? 'sqlglot'})`, () => {
  if (typeof python === 'string' || typeof grammar === 'string') return
  const sent = new Set<string>()
  afterAll(async () => {
    python.close()
    const problems: string[] = []
    for (const sql of sent) problems.push(...(await tsqlProblems(grammar, sql)))
    grammar.close()
    // Every statement of the suite is T-SQL by the grammar.
    expect(problems.filter((problem) => !problem.startsWith('RecursionError'))).toEqual([])
    expect(sent.size).toBeGreaterThan(0)
  })
  describeDatabaseAdapter({
    name: 'sqlsrv-translated',
    differs: SQLSERVER_DIFFERENCES,
    start: async () => {
      const database = await ownDatabase('pgsql')
      await pgsqlDatabases.query(database.url, SYS_VIEWS)
      const driver = doubleDriver(async () => {
        const session = await onPostgres(database.url, python)
        const run: typeof session.run = (asked) => {
          sent.add(asked.sql)
          return session.run(asked)
        }
        return {
          run,
          cancel: () => session.cancel(),
          reset: () => session.reset(),
          close: () => session.close(),
        }
      })
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
