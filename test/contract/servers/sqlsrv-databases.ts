import { ask } from '../../../adapters/database/sqlserver/ask.ts'
import { sqlserverConfig } from '../../../adapters/database/sqlserver/config.ts'
import { dial } from '../../../adapters/database/sqlserver/dial.ts'
import { loadDriver } from '../../../adapters/database/sqlserver/driver.ts'
import { serverOptions } from '../../../adapters/database/sqlserver/server-options.ts'
import type { Databases } from './databases.ts'

export const sqlsrvDatabases: Databases = {
  probe: async (url) => {
    await query(url, 'select 1 as one')
  },
  create: async (url, name) => {
    // Servers that only speak the protocol may not let the collation be chosen, nor how readers and writers meet.
    await query(url, `create database ${quoted(name)} collate Latin1_General_100_BIN2`).catch(() =>
      query(url, `create database ${quoted(name)}`),
    )
    for (const setting of ['read_committed_snapshot on', 'allow_snapshot_isolation on'])
      await query(url, `alter database ${quoted(name)} set ${setting}`).catch(() => {})
  },
  drop: async (url, name) => {
    const exists = (await query(url, 'select name from sys.databases')).some((row) => row.name === name)
    if (!exists) return
    await query(url, `alter database ${quoted(name)} set single_user with rollback immediate`).catch(() => {})
    await query(url, `drop database ${quoted(name)}`)
  },
  list: async (url, prefix) => {
    const rows = await query(url, 'select name from sys.databases')
    return rows.map(({ name }) => String(name)).filter((name) => name.startsWith(prefix))
  },
  query,
}

function quoted(name: string): string {
  return `[${name.replaceAll(']', ']]')}]`
}

const LIMIT_MS = 30_000

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const context = { baseDir: '.', statementTimeoutMs: LIMIT_MS }
  const options = await serverOptions(sqlserverConfig.parse({ url }), context)
  const driver = await loadDriver()
  const { connection } = await dial(driver, options, AbortSignal.timeout(LIMIT_MS))
  try {
    const { sets } = await ask(driver, connection, { sql, as: 'text' })
    const { columns = [], rows = [] } = sets[0] ?? {}
    return rows.map((row) => Object.fromEntries(columns.map(({ colName }, at) => [colName, row[at]])))
  } finally {
    connection.close()
  }
}
