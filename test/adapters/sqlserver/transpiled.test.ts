import { afterAll, describe, expect } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import { describeDatabaseAdapter } from '../../contract/database-suite.ts'
import { SQLSERVER_DIFFERENCES } from '../../contract/routines-sql/sqlsrv.ts'
import { reachServer } from '../../contract/servers/test-server.ts'
import { openGrammar } from '../../grammar/grammar.ts'
import { isGrammarRequired, startPython } from '../../grammar/python-lines.ts'
import { tsqlProblems } from '../../grammar/tsql.ts'
import { startTranslated } from './translated.ts'

/**
 * The contract, with all of the adapter's own code and its driver, over a server of the protocol that translates their statements for
 * PostgreSQL. It shows whether they mean what they should, and that both ends agree on every byte; whether SQL Server takes them is for
 * `TEST_SQLSRV_URL`.
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
      const { adapter, stop } = await startTranslated(python, (sql) => {
        // The driver's own settings are no statements of the adapter.
        if (!sql.startsWith('set ansi_nulls on\n')) sent.add(sql)
      })
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
