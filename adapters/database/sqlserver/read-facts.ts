import type { Connection as DriverConnection } from 'tedious'
import { ask } from './ask.ts'
import { connectError } from './connect-errors.ts'
import type { Driver } from './driver.ts'
import type { ServerFacts } from './server-facts.ts'
import { isRefusal } from './session.ts'

/** What this server and database can. Servers that speak the protocol without being SQL Server may lack any of it. */
export async function readFacts(driver: Driver, connection: DriverConnection): Promise<ServerFacts> {
  const first = async (sql: string, text?: string) => {
    const parameters = text === undefined ? [] : [{ type: 'text', value: text } as const]
    try {
      const { sets } = await ask(driver, connection, { sql, as: 'statement', parameters })
      return sets[0]?.rows[0]?.[0]
    } catch (error) {
      if (isRefusal(error)) return undefined
      throw connectError(error)
    }
  }
  const schema = await first('select schema_name()')
  const snapshots = await first(
    'select snapshot_isolation_state from sys.databases where database_id = db_id()',
  )
  const collation = await firstOf(BINARY_COLLATIONS, async (name) => {
    const units = await first(`select len(@1 collate ${name})`, '\u{1F98A}')
    return units === undefined || units === null ? undefined : { name, units: Number(units) }
  })
  const small = await first('select translate(@1, @1, @1)', 'a')
  const hasBatches = Number(await first(BATCH)) === 1
  const deleted = hasBatches ? await first(DELETION) : undefined
  return {
    schema: String(schema ?? 'dbo'),
    allowsSnapshots: Number(snapshots) === 1,
    binaryCollation: collation?.name,
    hasTranslate: small !== undefined && small !== null,
    isUtf16: collation?.units === 2,
    hasBatches,
    deletesWithOutput: Number(deleted) === 1,
  }
}

/** What writes of several rows are made of. A server that runs the first statement alone gives no row. */
export const BATCH = 'begin transaction; if @@rowcount = 0 select 1; commit transaction'

/** Of a row that is nowhere but here. */
export const DELETION = `declare @t table ("n" int); insert into @t ("n") values (1); delete from @t output "deleted"."n" where "n" = 1`

/** By code point; the second of them is known to more servers. */
const BINARY_COLLATIONS = ['Latin1_General_100_BIN2', 'Latin1_General_BIN2']

async function firstOf<T, R>(
  all: readonly T[],
  find: (one: T) => Promise<R | undefined>,
): Promise<R | undefined> {
  for (const one of all) {
    const found = await find(one)
    if (found !== undefined) return found
  }
  return undefined
}
