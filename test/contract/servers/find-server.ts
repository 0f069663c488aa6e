import type { Databases } from './databases.ts'
import { mongodbDatabases } from './mongodb-databases.ts'
import { mysqlDatabases } from './mysql-databases.ts'
import { oracleDatabases } from './oracle-databases.ts'
import { startOwnFerretdb } from './own-ferretdb.ts'
import { startOwnMariadb } from './own-mariadb.ts'
import { startOwnMongodb } from './own-mongodb.ts'
import { startOwnPgsql } from './own-pgsql.ts'
import { pgsqlDatabases } from './pgsql-databases.ts'
import { sqlsrvDatabases } from './sqlsrv-databases.ts'

/** `sqlsrv` is there only where it is named; `mysql` is MySQL or MariaDB, whichever there is; `pgsql18` is always started for the run. */
export type ServerName = 'pgsql' | 'pgsql18' | 'mysql' | 'mongodb' | 'ferretdb' | 'oracle' | 'sqlsrv'

export interface FoundServer {
  /** Names a user who may create databases. */
  readonly url: string
  readonly databases: Databases
  /** Ends a server that was started for the run. */
  stop(): Promise<void>
}

/** Finds or starts the server of a name. Fails with why there is none. */
export const FIND: Readonly<Record<ServerName, () => Promise<FoundServer>>> = {
  pgsql: () =>
    find({
      variable: 'TEST_PGSQL_URL',
      local: 'postgres://postgres@127.0.0.1:5432/postgres',
      databases: pgsqlDatabases,
      startOwn: startOwnPgsql,
    }),
  pgsql18: async () => ({ ...(await startOwnPgsql()), databases: pgsqlDatabases }),
  mysql: () =>
    find({
      variable: 'TEST_MYSQL_URL',
      local: 'mysql://root@127.0.0.1:3306/mysql',
      databases: mysqlDatabases,
      startOwn: () => startOwnMariadb(),
    }),
  mongodb: () =>
    find({
      variable: 'TEST_MONGODB_URL',
      local: 'mongodb://127.0.0.1:27017/',
      databases: mongodbDatabases,
      startOwn: startOwnMongodb,
    }),
  ferretdb: () =>
    process.env.TEST_FERRETDB_URL
      ? named('TEST_FERRETDB_URL', mongodbDatabases)
      : startOwnFerretdb().then((server) => ({ ...server, databases: mongodbDatabases })),
  oracle: () =>
    find({
      variable: 'TEST_ORACLE_URL',
      local: 'oracle://system:sluice@127.0.0.1:1521/FREEPDB1',
      databases: oracleDatabases,
      startOwn: () =>
        Promise.reject(new Error('set TEST_ORACLE_URL to the URL of a user who may create users')),
    }),
  sqlsrv: () => named('TEST_SQLSRV_URL', sqlsrvDatabases),
}

/** A server that no machine has by itself. */
async function named(variable: string, databases: Databases): Promise<FoundServer> {
  const url = process.env[variable]
  if (!url) throw new Error(`${variable} names none`)
  await tryOut(databases, url)
  return { url, databases, stop: async () => {} }
}

interface Places {
  /** Of the environment: if it is set, no other server will do. */
  readonly variable: string
  readonly local: string
  readonly databases: Databases
  startOwn(): Promise<{ readonly url: string; stop(): Promise<void> }>
}

async function find({ variable, local, databases, startOwn }: Places): Promise<FoundServer> {
  const named = process.env[variable]
  const stop = async () => {}
  if (named) {
    await tryOut(databases, named).catch((error) => {
      throw new Error(`the server of ${variable} does not let us create a database: ${error}`)
    })
    return { url: named, databases, stop }
  }
  const isThere = await tryOut(databases, local).then(
    () => true,
    () => false,
  )
  return isThere ? { url: local, databases, stop } : { ...(await startOwn()), databases }
}

async function tryOut(databases: Databases, url: string): Promise<void> {
  const name = `sluice_try_${process.pid}`
  await databases.create(url, name)
  await databases.drop(url, name)
}
