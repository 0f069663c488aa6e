import { afterAll, beforeAll, expect, test } from 'vitest'
import { mysqlDatabases } from '../contract/servers/mysql-databases.ts'
import { pgsqlDatabases } from '../contract/servers/pgsql-databases.ts'
import { ownDatabase } from '../contract/servers/test-server.ts'
import { type House, keyOf, openHouseOn } from '../helpers/house.ts'
import { describeServers } from '../helpers/server-house.ts'
import { callsIn, type Described, problemsOf } from './document.ts'

const TABLE = 'CREATE TABLE orders (id INT PRIMARY KEY, total INT NOT NULL)'
const SERVERS = {
  pgsql: {
    databases: pgsqlDatabases,
    statements: [
      TABLE,
      'INSERT INTO orders VALUES (1, 5), (2, 7)',
      'CREATE FUNCTION add_ints(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT a + b $$',
      'CREATE FUNCTION above(lowest int) RETURNS TABLE (id int, total int) LANGUAGE sql STABLE AS $$ SELECT o.id, o.total FROM orders o WHERE o.total > lowest $$',
      'CREATE PROCEDURE counted(lowest int, INOUT hits int DEFAULT 0) LANGUAGE plpgsql AS $$ BEGIN SELECT count(*) INTO hits FROM orders o WHERE o.total > lowest; END $$',
    ],
    calls: ['_proc/counted', '_func/above', '_func/add_ints'],
  },
  mysql: {
    databases: mysqlDatabases,
    statements: [
      TABLE,
      'INSERT INTO orders VALUES (1, 5), (2, 7)',
      'CREATE FUNCTION add_ints(a INT, b INT) RETURNS INT DETERMINISTIC RETURN a + b',
      'CREATE PROCEDURE counted(IN lowest INT, OUT hits INT) READS SQL DATA SELECT COUNT(*) INTO hits FROM orders WHERE total > lowest',
      'CREATE PROCEDURE above(IN lowest INT) READS SQL DATA SELECT id, total FROM orders WHERE total > lowest ORDER BY id',
    ],
    calls: ['_proc/above', '_proc/counted', '_func/add_ints'],
  },
} as const

const GIVEN: Readonly<Record<string, object>> = {
  add_ints: { a: 1, b: 2 },
  above: { lowest: 5 },
  counted: { lowest: 1 },
}
const key = keyOf('everything')

await describeServers('routines as their document says', (type) => {
  const { databases, statements, calls } = SERVERS[type]
  let house: House
  let drop: () => Promise<void>
  beforeAll(async () => {
    const database = await ownDatabase(type)
    drop = database.drop
    for (const statement of statements) await databases.query(database.url, statement)
    const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
    house = await openHouseOn(
      { type, config: { url: database.url } },
      { everything: [{ component: '*', verbs }] },
    )
  })
  afterAll(async () => {
    await house.close()
    await drop()
  })

  test('every documented call', async () => {
    const document = (await house.rest('GET', '/api/v2/api_docs/shop', { key })).body as Described // looked at below
    const routines = callsIn(document).filter(({ path }) => /^\/_(proc|func)\//.test(path))
    const paths = new Set(routines.map(({ path }) => path.slice(1)))
    expect([...paths].toSorted()).toEqual([...calls].toSorted())
    for (const call of routines) {
      const params = GIVEN[call.path.split('/')[2] ?? ''] ?? {}
      const url = `/api/v2/shop${call.path}`
      const { status, body, text } =
        call.verb === 'GET'
          ? await house.rest('GET', `${url}?${new URLSearchParams({ ...params })}`, { key })
          : await house.rest('POST', url, { key, body: { params } })
      const told = `${call.verb} ${call.path} answered ${status} ${text.slice(0, 200)}`
      expect(status, told).toBe(200)
      expect(problemsOf(document, call, status, body), told).toEqual([])
    }
  })
})
