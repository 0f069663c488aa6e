import { connectError, sessionFailed, statementsFailed } from './connect-errors.ts'
import type { DriverConnection } from './driver.ts'
import { type ServerFacts, serverFacts } from './server-facts.ts'
import type { ServerOptions } from './server-options.ts'

/**
 * Puts a session into the state in which every statement expects it: on a new connection, and again when something ran on it that may
 * have changed it. Throws `unavailable`.
 */
export async function prepareSession(
  connection: DriverConnection,
  { timezone, statements }: ServerOptions,
): Promise<ServerFacts> {
  const run = (sql: string) => connection.execute(sql, [], {})
  for (const statement of statements) await answered(run(statement), statementsFailed)
  // Last, so that no configured statement can take it back.
  await answered(run(`alter session set ${SETTINGS}`), connectError)
  const zone = timezone.replaceAll("'", "''")
  await answered(run(`alter session set time_zone = '${zone}'`), sessionFailed)
  return serverFacts(connection.oracleServerVersionString)
}

/** Globalization Support Guide, "Setting Up a Globalization Support Environment". */
const SETTINGS = [
  `nls_numeric_characters = '.,'`,
  `nls_date_format = 'YYYY-MM-DD HH24:MI:SS'`,
  `nls_timestamp_format = 'YYYY-MM-DD HH24:MI:SS.FF9'`,
  `nls_timestamp_tz_format = 'YYYY-MM-DD HH24:MI:SS.FF9TZH:TZM'`,
  `nls_sort = 'BINARY'`,
  `nls_comp = 'BINARY'`,
].join(' ')

async function answered<T>(answer: Promise<T>, explain: (error: unknown) => Error): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw explain(error)
  }
}
