import type { Driver } from '../../../adapters/database/oracle/driver.ts'
import { pgsqlDatabases } from '../../contract/servers/pgsql-databases.ts'
import { ownDatabase, reachServer } from '../../contract/servers/test-server.ts'
import { openGrammar } from '../../grammar/grammar.ts'
import { DICTIONARY } from './dictionary.ts'
import { postgresDouble } from './postgres-double.ts'
import { SHIMS } from './postgres-shims.ts'

const grammar = await openGrammar()

/** Why nothing can be translated here, or nothing. */
export const whyNotTranslated =
  typeof grammar === 'string'
    ? grammar
    : await reachServer('pgsql').then((reached) => (reached === 'reachable' ? undefined : reached))

export interface Translated {
  readonly driver: Driver
  readonly url: string
  drop(): Promise<void>
}

/** A database of PostgreSQL with the words of Oracle, and a driver that leads there. */
export async function oracleOnPostgres(): Promise<Translated> {
  if (typeof grammar === 'string') throw new Error(grammar)
  const { url, drop } = await ownDatabase('pgsql')
  for (const text of ['create schema "APP"', 'create view dual as select 1 as dummy', ...SHIMS, DICTIONARY])
    await pgsqlDatabases.query(url, text)
  return { driver: postgresDouble(url, grammar), url, drop }
}

export function endTranslations(): void {
  if (typeof grammar !== 'string') grammar.close()
}
