import { afterAll, beforeAll, expect, test } from 'vitest'
import { required } from '../contract/required.ts'
import { pgsqlDatabases } from '../contract/servers/pgsql-databases.ts'
import { ownDatabase, reachServer } from '../contract/servers/test-server.ts'
import { type House, keyOf, openHouseOn } from '../helpers/house.ts'

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
/** A view and a function that take a minute; a write whose trigger does. */
const SLOW = [
  'create table quick (id integer primary key, n integer)',
  'insert into quick values (1)',
  'create view slow as select id, pg_sleep(60)::text as waited from quick',
  'create function sleeper() returns integer language plpgsql as $$ begin perform pg_sleep(60); return 1; end $$',
  `create function hold() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return new; end $$`,
  'create trigger holds before update on quick for each row execute function hold()',
]
const reached = await reachServer('pgsql')
const run = test.skipIf(reached !== 'reachable' && !required.includes('pgsql'))

let house: House
let close = async () => {}
beforeAll(async () => {
  if (reached !== 'reachable') return
  const own = await ownDatabase('pgsql')
  for (const sql of SLOW) await pgsqlDatabases.query(own.url, sql)
  const short = { component: '*', verbs: ALL, limits: { timeout_ms: 300 } }
  house = await openHouseOn({ type: 'pgsql', config: { url: own.url } }, { short: [short] })
  close = () => house.close().then(own.drop)
})
afterAll(() => close())

run.each([
  ['GET', '_table/slow', undefined],
  ['GET', '_table/slow?group=id&fields=id,MAX(waited)', undefined],
  ['GET', '_func/sleeper', undefined],
  ['PATCH', '_table/quick/1', { n: 1 }],
  ['POST', '_batch', { steps: [{ operation: 'list', table: 'slow' }] }],
])('%s %s ends in the time of the rule', async (method, path, body) => {
  const answer = await house.rest(method, `/api/v2/shop/${path}`, { key: keyOf('short'), body })
  expect([answer.status, answer.text]).toEqual([504, expect.stringContaining('at most 300 ms')])
})

run('a tool, and a stream, too', async () => {
  const { text } = await house.tool('get_table_data', { table_name: 'slow' }, keyOf('short'))
  expect(text).toContain('at most 300 ms')
  const headers = { accept: 'text/csv' }
  const csv = await house.rest('GET', '/api/v2/shop/_table/slow', { key: keyOf('short'), headers })
  expect(csv.status).toBe(504)
})
