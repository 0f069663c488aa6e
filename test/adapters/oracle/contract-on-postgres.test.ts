import { afterAll, describe, test } from 'vitest'
import { oracleConfig } from '../../../adapters/database/oracle/config.ts'
import { openOracle } from '../../../adapters/database/oracle/open.ts'
import { AppError } from '../../../src/core/errors.ts'
import { describeDatabaseAdapter } from '../../contract/database-suite.ts'
import type { Gap } from '../../contract/scene.ts'
import { ORACLE_GAPS } from '../../contract/servers/oracle-gaps.ts'
import { pgsqlDatabases } from '../../contract/servers/pgsql-databases.ts'
import { isGrammarRequired } from '../../grammar/grammar.ts'
import { endTranslations, oracleOnPostgres, whyNotTranslated } from './on-postgres.ts'

const OTHERS: readonly Gap[] = [{ test: 'filtering > a filter nested deeper', why: 'sqlglot goes no deeper' }]

afterAll(endTranslations)

/** The contract, with all of the adapter's own code but for routines; of Oracle there is nothing here but the words. */
if (whyNotTranslated === undefined || isGrammarRequired)
  describeDatabaseAdapter({
    name: 'the adapter, translated and run on PostgreSQL',
    differs: { noRuleForUpdates: true, noQuotes: true },
    gaps: async () => [...ORACLE_GAPS, ...OTHERS],
    start,
  })
else
  describe.skip(`the adapter, translated and run on PostgreSQL (${whyNotTranslated})`, () => test('contract'))

async function start() {
  const { driver, url, drop } = await oracleOnPostgres()
  const config = oracleConfig.parse({ host: 'double', service_name: 'double', username: 'APP', pool_size: 5 })
  const adapter = await openOracle(config, { baseDir: '.', statementTimeoutMs: 20_000, driver })
  const stop = async () => {
    await adapter.close()
    await drop()
  }
  // Routines are written in PL/SQL: nothing here runs them.
  const capabilities = new Set(
    [...adapter.capabilities].filter((one) => one !== 'procedures' && one !== 'functions'),
  )
  const listRoutines = async () => {
    throw new AppError('not_supported', 'Not here.')
  }
  return {
    adapter: { ...adapter, capabilities, listRoutines },
    stop,
    execute: (text: string) => pgsqlDatabases.query(url, text),
  }
}
