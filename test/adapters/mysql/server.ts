import { createConnection, type RowDataPacket } from 'mysql2/promise'
import type { Connection } from '../../../adapters/database/sql/connection.ts'
import type { Json } from '../../../src/core/database/value.ts'
import { ownDatabase } from '../../contract/servers/test-server.ts'

export interface TestDatabase {
  readonly url: string
  readonly name: string
  readonly isMariaDb: boolean
  /** As the catalogue reads: one statement at a time, values bound. */
  readonly connection: Pick<Connection<string>, 'read'>
  /** Runs statements that are written in the test. */
  run(...statements: readonly string[]): Promise<void>
  drop(): Promise<void>
}

/** A new, empty database on the MySQL or MariaDB of the tests. */
export async function createDatabase(): Promise<TestDatabase> {
  const { url, drop } = await ownDatabase('mysql')
  const driver = await createConnection({ uri: url, charset: 'utf8mb4', dateStrings: true })
  const [[facts]] = await driver.query<RowDataPacket[]>('select version() as version, database() as name')
  return {
    url,
    name: String(facts?.name),
    isMariaDb: /mariadb/i.test(String(facts?.version)),
    connection: {
      read: async ({ text, parameters }) => {
        const [rows] = await driver.execute<RowDataPacket[]>(text.sql, [...parameters])
        return { rows: rows.map((row): Record<string, Json> => ({ ...row })) }
      },
    },
    run: async (...statements) => {
      for (const statement of statements) await driver.query(statement)
    },
    drop: async () => {
      await driver.end()
      await drop()
    },
  }
}
