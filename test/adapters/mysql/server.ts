import { createConnection, type Connection as DriverConnection, type RowDataPacket } from 'mysql2/promise'
import type { Connection } from '../../../adapters/database/sql/connection.ts'
import type { Json } from '../../../src/core/database/value.ts'

/** The server of these tests: MySQL or MariaDB, with the right to create databases. */
const SERVER = process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306'

export interface TestDatabase {
  readonly name: string
  readonly isMariaDb: boolean
  /** As the catalogue reads: one statement at a time, values bound. */
  readonly connection: Pick<Connection<string>, 'read'>
  /** Runs statements that are written in the test. */
  run(...statements: readonly string[]): Promise<void>
  drop(): Promise<void>
}

/** A new, empty database; nothing when no server answers. */
export async function createDatabase(name: string): Promise<TestDatabase | undefined> {
  const driver = await connectOrNothing()
  if (!driver) return undefined
  const unique = `sluice_${name}_${process.pid}`
  await driver.query(`drop database if exists ${unique}`)
  await driver.query(`create database ${unique} character set utf8mb4 collate utf8mb4_bin`)
  await driver.query(`use ${unique}`)
  const [[version]] = await driver.query<RowDataPacket[]>('select version() as version')
  return {
    name: unique,
    isMariaDb: /mariadb/i.test(String(version?.version)),
    connection: { read: (statement) => read(driver, statement.text.sql, statement.parameters) },
    run: async (...statements) => {
      for (const statement of statements) await driver.query(statement)
    },
    drop: async () => {
      await driver.query(`drop database ${unique}`)
      await driver.end()
    },
  }
}

async function connectOrNothing(): Promise<DriverConnection | undefined> {
  try {
    return await createConnection({ uri: SERVER, charset: 'utf8mb4', dateStrings: true })
  } catch (error) {
    if (process.env.TEST_MYSQL_URL !== undefined) throw error
    return undefined
  }
}

async function read(driver: DriverConnection, sql: string, parameters: readonly string[]) {
  const [rows] = await driver.execute<RowDataPacket[]>(sql, [...parameters])
  return { rows: rows.map((row): Record<string, Json> => ({ ...row })) }
}
