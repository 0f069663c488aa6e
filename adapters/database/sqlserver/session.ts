import type { Connection as DriverConnection } from 'tedious'
import { ask } from './ask.ts'
import { connectError, statementsFailed } from './connect-errors.ts'
import type { Driver } from './driver.ts'
import type { ServerFacts } from './server-facts.ts'

interface SetUp {
  /** Of the configuration. */
  readonly statements: readonly string[]
  /** Our own, last, so that no configured statement can take them back. */
  readonly settings: readonly string[]
}

/** Runs statements in the session itself, one by one. Throws `unavailable`. */
export async function prepareSession(
  driver: Driver,
  connection: DriverConnection,
  { statements, settings }: SetUp,
): Promise<void> {
  const run = (sql: string) => ask(driver, connection, { sql, as: 'text' })
  try {
    for (const sql of statements) await run(sql)
  } catch (error) {
    throw statementsFailed(error)
  }
  try {
    if (statements.length > 0) await run(SETTINGS)
    for (const sql of settings) await run(sql)
  } catch (error) {
    throw connectError(error)
  }
}

const SETTINGS = 'set xact_abort on; set nocount off; set implicit_transactions off; set dateformat mdy'

/** What this server and database can. Servers that speak the protocol without being SQL Server may lack some of it. */
export async function readFacts(driver: Driver, connection: DriverConnection): Promise<ServerFacts> {
  const first = async (sql: string, text?: string) => {
    const parameters = text === undefined ? [] : [{ type: 'text', value: text } as const]
    const { sets } = await ask(driver, connection, { sql, as: 'statement', parameters })
    return sets[0]?.rows[0] ?? []
  }
  const maybe = (sql: string, text?: string) => first(sql, text).catch(() => [undefined])
  try {
    const [schema, database] = await first('select schema_name(), db_name()')
    const [snapshots] = await maybe(
      'select snapshot_isolation_state from sys.databases where database_id = db_id()',
    )
    const [units] = await maybe('select len(@1 collate Latin1_General_100_BIN2)', '\u{1F98A}')
    const [small] = await maybe('select translate(@1, @1, @1)', 'a')
    return {
      schema: String(schema ?? 'dbo'),
      database: String(database ?? ''),
      allowsSnapshots: Number(snapshots) === 1,
      hasBinaryCollation: units !== undefined,
      hasTranslate: small !== undefined,
      isUtf16: Number(units) === 2,
    }
  } catch (error) {
    throw connectError(error)
  }
}
