import pg from 'pg'
import type { Databases } from './databases.ts'

export const pgsqlDatabases: Databases = {
  probe: async (url) => {
    await query(url, 'select 1')
  },
  create: async (url, name) => {
    await query(
      url,
      `create database ${quoted(name)} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`,
    )
  },
  drop: async (url, name) => {
    await query(url, `drop database if exists ${quoted(name)} with (force)`)
  },
  list: async (url, prefix) => {
    const rows = await query(url, 'select datname from pg_database where starts_with(datname, $1)', [prefix])
    return rows.map(({ datname }) => String(datname))
  },
  query: (url, text) => query(url, text),
}

const quoted = (name: string) => pg.escapeIdentifier(name)

async function query(url: string, text: string, values: string[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 30_000 })
  // A server that ends meanwhile shows in the query.
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query(text, values)).rows
  } finally {
    await client.end()
  }
}
