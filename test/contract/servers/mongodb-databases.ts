import { MongoClient } from 'mongodb'
import type { Databases } from './databases.ts'

/** A database is made by the first collection in it: there is nothing to create. */
export const mongodbDatabases: Databases = {
  probe: async (url) => {
    await using(url, (client) => client.db('admin').command({ ping: 1 }))
  },
  create: async (url, name) => {
    await using(url, (client) => client.db(name).createCollection('sluice.made'))
  },
  drop: async (url, name) => {
    await using(url, (client) => client.db(name).dropDatabase().catch(afterIndexes))
  },
  list: async (url, prefix) => {
    const { databases } = await using(url, (client) =>
      client.db('admin').admin().listDatabases({ nameOnly: true }),
    )
    return databases.map(({ name }) => name).filter((name) => name.startsWith(prefix))
  },
  /** A command as JSON: `{"insert": "people", "documents": [{"name": "Ada"}]}`. */
  query: async (url, text) => [await using(url, (client) => client.db().command(JSON.parse(text)))],
}

/** mongo-java-server drops no database of which an index was dropped before: it is gone with the server. */
function afterIndexes(error: unknown): boolean {
  if (/Index\[name=.* to be empty/.test(String(error))) return false
  throw error
}

async function using<T>(url: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 5_000 })
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}
