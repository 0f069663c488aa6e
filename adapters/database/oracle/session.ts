import { statementsFailed } from '../sql/connect-failure.ts'
import { formatRefused, sessionFailed } from './connect-errors.ts'
import type { DriverConnection } from './driver.ts'
import { failureOf } from './driver-failure.ts'
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
  for (const statement of statements) await run(statement).catch(refusedBy(statementsFailed))
  // Last, so that no configured statement can take it back.
  await run(`alter session set ${SETTINGS.join(' ')}`).catch((error: unknown) =>
    onlyRefused(error, () => setEach(connection)),
  )
  const zone = timezone.replaceAll("'", "''")
  await run(`alter session set time_zone = '${zone}'`).catch((error: unknown) =>
    onlyRefused(error, async () => {
      if (timezone !== DEFAULT_ZONE || ZONE_ERRORS.has(failureOf(error).number ?? 0))
        throw sessionFailed(error)
    }),
  )
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
]

/** Of the config. A server without time zones of sessions has the one that it has. */
const DEFAULT_ZONE = '+00:00'

/** The zone itself is wrong: docs.oracle.com/error-help/db/ora-01878, -01874, -01881, -01882. */
const ZONE_ERRORS: ReadonlySet<number> = new Set([1874, 1878, 1881, 1882])

/**
 * A server that knows only some of the settings gets those. What is written and read as text has formats of its own in its statements,
 * but for the point in a number: without that no session is of use.
 */
async function setEach(connection: DriverConnection): Promise<void> {
  for (const setting of SETTINGS) {
    const sql = `alter session set ${setting}`
    await connection.execute(sql, [], {}).catch((error: unknown) => onlyRefused(error, async () => {}))
  }
  const { resultSet } = await connection
    .execute(POINT, [], { resultSet: true })
    .catch(refusedBy(formatRefused))
  const [row] = (await resultSet?.getRows(1)) ?? []
  await resultSet?.close()
  if (!/^0?\.5$/.test(String(row?.[0]).trim())) throw formatRefused(undefined)
}

/** As every server writes it by its own settings. */
export const POINT = 'select to_char(0.5) from dual'

/** A session that is over is no refusal: whoever opens connections says why. */
async function onlyRefused(error: unknown, otherwise: () => Promise<void>): Promise<void> {
  if (failureOf(error).isFatal) throw error
  await otherwise()
}

function refusedBy(explain: (error: unknown) => Error): (error: unknown) => never {
  return (error) => {
    throw failureOf(error).isFatal ? error : explain(error)
  }
}
