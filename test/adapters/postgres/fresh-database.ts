import pg from 'pg'
import { onTestFinished } from 'vitest'
import type { Connection } from '../../../adapters/database/sql/connection.ts'
import { required } from '../../contract/required.ts'
import { ownDatabase, reachServer } from '../../contract/servers/test-server.ts'

const reached = await reachServer('pgsql')

/** For `describe.skipIf` and the name of what is skipped: false when the server must be there. */
export const isLeftOut = reached !== 'reachable' && !required.includes('pgsql')
export const title = (topic: string) => (isLeftOut ? `${topic} (${reached})` : topic)

export interface Database {
  readonly url: string
  /** For SQL of the tests: any number of statements. */
  run(sql: string): Promise<void>
  /** The statements of the adapter, as its own connection runs them. */
  readonly connection: Pick<Connection<string>, 'read'>
  close(): Promise<void>
}

/** An empty database of its own, with the SQL run in it. */
export async function freshDatabase(sql = ''): Promise<Database> {
  const { url, drop } = await ownDatabase('pgsql')
  const database = await connect(url)
  await database.run(sql)
  const close = async () => {
    await database.close()
    await drop()
  }
  return { ...database, close }
}

/** For one test. */
export async function databaseForTest(sql: string): Promise<Database> {
  const database = await freshDatabase(sql)
  onTestFinished(database.close)
  return database
}

/** Another connection, for one test; `user` a role that may log in without a password. */
export async function connectForTest(url: string, user?: string): Promise<Database> {
  const target = new URL(url)
  if (user !== undefined) target.username = user
  const database = await connect(target.href)
  onTestFinished(database.close)
  return database
}

async function connect(url: string): Promise<Database> {
  const client = new pg.Client(url)
  await client.connect()
  return {
    url,
    run: async (sql) => {
      await client.query(sql)
    },
    connection: {
      read: async ({ text, parameters }) => ({
        rows: (await client.query(text.sql, [...parameters])).rows,
      }),
    },
    close: () => client.end(),
  }
}
