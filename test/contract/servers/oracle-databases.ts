import type { Databases } from './databases.ts'

/** A user stands for a database here: its tables are its own. The URL names one who may create users. */
export const oracleDatabases: Databases = {
  probe: async (url) => {
    await query(url, 'select 1 from dual')
  },
  create: async (url, name) => {
    await query(url, `create user ${userOf(name)} identified by "${passwordOf(name)}"`)
    await query(
      url,
      `grant create session, create table, create view, create sequence, create procedure, create trigger, unlimited tablespace to ${userOf(name)}`,
    )
  },
  drop: async (url, name) => {
    const sessions = await query(url, `select 'x' as there from all_users where username = '${nameOf(name)}'`)
    if (sessions.length > 0) await query(url, `drop user ${userOf(name)} cascade`)
  },
  list: async (url, prefix) => {
    const rows = await query(url, 'select username as name from all_users')
    return rows.map(({ NAME }) => String(NAME).toLowerCase()).filter((name) => name.startsWith(prefix))
  },
  urlOf: (url, name) => {
    const own = new URL(url)
    own.username = nameOf(name)
    own.password = passwordOf(name)
    return own.href
  },
  query,
}

/** Folded names, so that what is said without quotes means the same. */
function nameOf(name: string): string {
  return name.toUpperCase()
}

function userOf(name: string): string {
  return `"${nameOf(name)}"`
}

/** Long enough for the rules that a server may have for passwords, and of no use to anybody after the run. */
function passwordOf(name: string): string {
  return `Sluice_${name.slice(-16)}9`
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const { hostname, port, pathname, username, password } = new URL(url)
  const { default: driver } = await import('oracledb')
  const connection = await driver.getConnection({
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    connectString: `${hostname}:${port || '1521'}${pathname}`,
    transportConnectTimeout: 10,
  })
  try {
    const { resultSet } = await connection.execute(sql, [], {
      autoCommit: true,
      resultSet: /^\s*select/i.test(sql),
    })
    if (!resultSet) return []
    const rows = await resultSet.getRows(10_000)
    const names = resultSet.metaData.map((column) => column.name)
    await resultSet.close()
    return rows.map((row) => Object.fromEntries(row.map((cell, at) => [names[at] ?? '', cell])))
  } finally {
    await connection.close()
  }
}
