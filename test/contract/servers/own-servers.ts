import { required } from '../required.ts'
import type { Databases } from './databases.ts'
import { mysqlDatabases } from './mysql-databases.ts'
import { isMariadbInstalled, startOwnMariadb } from './own-mariadb.ts'
import { isPgsqlInstalled, startOwnPgsql } from './own-pgsql.ts'
import type { OwnServer } from './own-server.ts'
import { pgsqlDatabases } from './pgsql-databases.ts'

interface OwnServerEntry {
  /** The type of a service on it. */
  readonly type: 'pgsql' | 'mysql'
  readonly databases: Databases
  /** Not there and not required. */
  readonly isLeftOut: boolean
  start(): Promise<OwnServer>
}

/** Servers that a test can start, kill and stop as it likes. */
export const OWN_SERVERS: readonly OwnServerEntry[] = [
  {
    type: 'pgsql',
    databases: pgsqlDatabases,
    isLeftOut: !isPgsqlInstalled() && !required.includes('pgsql18'),
    start: startOwnPgsql,
  },
  {
    type: 'mysql',
    databases: mysqlDatabases,
    isLeftOut: !isMariadbInstalled() && !required.includes('mysql'),
    start: () => startOwnMariadb(),
  },
]
