import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { OpenContext } from '../../../src/core/service-type.ts'
import { createAdapter } from './adapter.ts'
import { createCalls } from './calls.ts'
import { createClient, serverFacts } from './client.ts'
import type { MongodbConfig } from './config.ts'
import { connectError } from './connect-errors.ts'
import { databaseOf } from './connection-url.ts'

/** Connects once, to find wrong settings now and to learn what the server can. Throws `unavailable`. */
export async function openMongodb(config: MongodbConfig, context: OpenContext): Promise<DatabaseAdapter> {
  const limitMs =
    config.statement_timeout === undefined ? context.statementTimeoutMs : config.statement_timeout * 1000
  const database = databaseOf(config)
  try {
    const client = createClient(config, limitMs, context)
    try {
      await client.connect()
      const db = client.db(database)
      const facts = await serverFacts(db)
      // Whoever may not even list collections would find that out with the first request.
      await db.listCollections({}, { nameOnly: true }).toArray()
      return createAdapter({
        calls: createCalls({
          client,
          another: () => createClient({ ...config, pool_size: 1 }, limitMs, context),
          database,
          facts,
          limitMs,
        }),
        isReadOnly: config.read_only,
      })
    } catch (error) {
      await client.close()
      throw error
    }
  } catch (error) {
    throw connectError(error)
  }
}
