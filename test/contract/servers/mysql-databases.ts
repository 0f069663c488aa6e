import { createConnection, escapeId, type RowDataPacket } from 'mysql2/promise'
import type { Databases } from './databases.ts'

export const mysqlDatabases: Databases = {
  probe: async (url) => {
    await query(url, 'select 1')
  },
  create: async (url, name) => {
    await query(url, `create database ${escapeId(name)} character set utf8mb4 collate utf8mb4_bin`)
  },
  drop: async (url, name) => {
    await query(url, `drop database if exists ${escapeId(name)}`)
  },
  list: async (url, prefix) => {
    const rows = await query(url, 'select schema_name as name from information_schema.schemata')
    return rows.map(({ name }) => String(name)).filter((name) => name.startsWith(prefix))
  },
  query,
}

async function query(url: string, sql: string): Promise<RowDataPacket[]> {
  const connection = await createConnection({ uri: url, connectTimeout: 30_000 })
  try {
    return (await connection.query<RowDataPacket[]>(sql))[0]
  } finally {
    connection.destroy()
  }
}
