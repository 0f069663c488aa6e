import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMemory } from '../../adapters/database/memory/open.ts'
import { mongodb } from '../../adapters/database/mongodb/service-type.ts'
import { mysqlConfig } from '../../adapters/database/mysql/config.ts'
import { openMysql } from '../../adapters/database/mysql/open.ts'
import { oracle } from '../../adapters/database/oracle/service-type.ts'
import { pgsql } from '../../adapters/database/postgres/service-type.ts'
import { openSqlite } from '../../adapters/database/sqlite/open.ts'
import { sqlserverConfig } from '../../adapters/database/sqlserver/config.ts'
import { openSqlserver } from '../../adapters/database/sqlserver/open.ts'
import { MYSQL_ROUTINES } from './routines-sql/mysql.ts'
import { ORACLE_ROUTINES } from './routines-sql/oracle.ts'
import { PGSQL_ROUTINES } from './routines-sql/pgsql.ts'
import { SQLSERVER_DIFFERENCES, SQLSERVER_ROUTINES } from './routines-sql/sqlsrv.ts'
import type { Engine } from './scene.ts'
import type { ServerName } from './servers/find-server.ts'
import { mongodbDatabases } from './servers/mongodb-databases.ts'
import { isTestDouble, MONGODB_GAPS } from './servers/mongodb-gaps.ts'
import { mysqlDatabases } from './servers/mysql-databases.ts'
import { oracleDatabases } from './servers/oracle-databases.ts'
import { ORACLE_GAPS } from './servers/oracle-gaps.ts'
import { pgsqlDatabases } from './servers/pgsql-databases.ts'
import { sqlsrvDatabases } from './servers/sqlsrv-databases.ts'
import { ownDatabase, reachServer, testServer } from './servers/test-server.ts'

/** An engine of the suite. `reach` is for those that need a server: `unreachable: why` leaves their tests out, by name. */
interface EngineEntry extends Engine {
  /** Engines of one family are tested in one file, `database-<family>.test.ts`, and families side by side. */
  readonly family: 'local' | 'pgsql' | 'mysql' | 'mongodb' | 'oracle' | 'sqlsrv'
  reach?(): Promise<'reachable' | `unreachable: ${string}`>
}

export const ENGINES: readonly EngineEntry[] = [
  {
    name: 'memory',
    family: 'local',
    start: async () => {
      const adapter = openMemory()
      return { adapter, stop: () => adapter.close() }
    },
  },
  { name: 'sqlite', family: 'local', start: () => startSqlite({ inline: false }) },
  { name: 'sqlite-inline', family: 'local', start: () => startSqlite({ inline: true }) },
  {
    name: 'pgsql',
    family: 'pgsql',
    reach: () => reachServer('pgsql'),
    routines: PGSQL_ROUTINES,
    start: () => startPgsql('pgsql'),
  },
  {
    name: 'pgsql18',
    family: 'pgsql',
    reach: () => reachServer('pgsql18'),
    routines: PGSQL_ROUTINES,
    start: () => startPgsql('pgsql18'),
  },
  {
    name: 'mysql',
    family: 'mysql',
    reach: () => reachServer('mysql'),
    routines: MYSQL_ROUTINES,
    start: () => startMysql({ ignoreReturning: false }),
  },
  {
    // Rows are read again after they were written, as on MySQL, whatever the server could return.
    name: 'mysql-no-returning',
    family: 'mysql',
    reach: () => reachServer('mysql'),
    routines: MYSQL_ROUTINES,
    start: () => startMysql({ ignoreReturning: true }),
  },
  {
    name: 'mongodb',
    family: 'mongodb',
    reach: () => reachServer('mongodb'),
    gaps: async () => ((await isTestDouble(await testServer('mongodb'))) ? MONGODB_GAPS : []),
    start: startMongodb,
  },
  {
    name: 'oracle',
    family: 'oracle',
    reach: () => reachServer('oracle'),
    routines: ORACLE_ROUTINES,
    differs: { noRuleForUpdates: true, noQuotes: true },
    gaps: async () => ORACLE_GAPS,
    start: startOracle,
  },
  {
    name: 'sqlsrv',
    family: 'sqlsrv',
    reach: () => reachServer('sqlsrv'),
    routines: SQLSERVER_ROUTINES,
    differs: SQLSERVER_DIFFERENCES,
    start: startSqlserver,
  },
]

async function startOracle() {
  const { url, drop } = await ownDatabase('oracle')
  const context = { baseDir: '.', statementTimeoutMs: 20_000 }
  const adapter = await oracle.open(oracle.config.parse({ url, schema: 'default' }), context)
  const stop = async () => {
    await adapter.close()
    await drop()
  }
  return { adapter, stop, execute: (text: string) => oracleDatabases.query(url, text) }
}

async function startMongodb() {
  const { url, drop } = await ownDatabase('mongodb')
  const context = { baseDir: '.', statementTimeoutMs: 20_000 }
  const adapter = await mongodb.open(mongodb.config.parse({ url }), context)
  const stop = async () => {
    await adapter.close()
    await drop()
  }
  return { adapter, stop, execute: (text: string) => mongodbDatabases.query(url, text) }
}

async function startPgsql(server: ServerName) {
  const database = await ownDatabase(server)
  const adapter = await pgsql.open(pgsql.config.parse({ url: database.url }), {
    baseDir: '.',
    statementTimeoutMs: 20_000,
  })
  const stop = async () => {
    await adapter.close()
    await database.drop()
  }
  return { adapter, stop, execute: (text: string) => pgsqlDatabases.query(database.url, text) }
}

async function startSqlite({ inline }: { readonly inline: boolean }) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-contract-'))
  const file = join(folder, 'world.sqlite')
  const adapter = await openSqlite({ file, statementTimeoutMs: 20_000, create: true, inline })
  const stop = async () => {
    await adapter.close()
    await rm(folder, { recursive: true })
  }
  return { adapter, stop }
}

async function startMysql(way: { readonly ignoreReturning: boolean }) {
  const { url, drop } = await ownDatabase('mysql')
  const context = { baseDir: '.', statementTimeoutMs: 20_000, ...way }
  const adapter = await openMysql(mysqlConfig.parse({ url }), context)
  const stop = async () => {
    await adapter.close()
    await drop()
  }
  return { adapter, stop, execute: (text: string) => mysqlDatabases.query(url, text) }
}

async function startSqlserver() {
  const { url, drop } = await ownDatabase('sqlsrv')
  const context = { baseDir: '.', statementTimeoutMs: 20_000 }
  const adapter = await openSqlserver(sqlserverConfig.parse({ url }), context)
  const stop = async () => {
    await adapter.close()
    await drop()
  }
  return { adapter, stop, execute: (text: string) => sqlsrvDatabases.query(url, text) }
}
