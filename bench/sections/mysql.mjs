/** 100 000 contacts on MySQL or MariaDB against a bare handler with the same SQL. */
import { join } from 'node:path'
import { FIELDS, measureInserts, measureLists, measureOne, ROWS, RULES, SERVICE } from '../contacts.mjs'
import { hasType, withMysql } from '../databases.mjs'
import { BENCH, freePort, start } from '../processes.mjs'
import { startSluice } from '../sluice.mjs'

const POOL = 10
const COLUMNS = `id bigint AUTO_INCREMENT PRIMARY KEY, first_name varchar(60) NOT NULL, last_name varchar(60) NOT NULL,
  email varchar(120) NOT NULL, company varchar(80), city varchar(60), score int, balance decimal(12,2), active boolean NOT NULL DEFAULT true,
  created_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP`
const DIGITS =
  '(SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)'
const NUMBERS = `(SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d + 1 AS n
  FROM ${DIGITS} a, ${DIGITS} b, ${DIGITS} c, ${DIGITS} e, ${DIGITS} f) numbers`
const FILL = `INSERT INTO contacts (first_name, last_name, email, company, city, score, balance, active, created_at)
  SELECT concat('First ', n), concat('Last ', n % 977), concat('person', n, '@example.com'), concat('Company ', n % 431),
    concat('City ', n % 89), n % 100, (n % 500000) / 100, n % 10 <> 0, timestampadd(MINUTE, n, '2024-01-01') FROM ${NUMBERS}
  WHERE n <= ${ROWS} ORDER BY n`

export async function run() {
  if (!(await hasType('mysql'))) return
  await withMysql(async ({ url, query }) => {
    await query(
      `CREATE TABLE contacts (${COLUMNS}); CREATE TABLE inbox (${COLUMNS}); ${FILL}; ANALYZE TABLE contacts`,
    )
    const service = { name: SERVICE, type: 'mysql', config: { url, pool_size: POOL } }
    const server = await startSluice({ service, rules: RULES })
    const port = await freePort()
    const { child } = start([
      join(BENCH, 'raw', 'mysql.mjs'),
      url,
      String(port),
      String(POOL),
      FIELDS.join(','),
    ])
    const raw = { url: `http://127.0.0.1:${port}`, pids: async () => [child.pid] }
    server.pids = async () => [server.child.pid]
    await measureLists(server, raw, { rest: 0.7, mcp: 0.6 })
    await measureOne(server, raw, {})
    await measureInserts(server, raw, {}, () => query('TRUNCATE inbox'))
  })
}
