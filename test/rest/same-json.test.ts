import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mysqlConfig } from '../../adapters/database/mysql/config.ts'
import { openMysql } from '../../adapters/database/mysql/open.ts'
import { pgsql } from '../../adapters/database/postgres/service-type.ts'
import { openSqlite } from '../../adapters/database/sqlite/open.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { ownDatabase } from '../contract/servers/test-server.ts'
import { createWorld } from '../contract/world.ts'
import { type House, keyOf, openHouseOn } from '../helpers/house.ts'
import { describeServers, type ServerType } from '../helpers/server-house.ts'

const CONTEXT = { baseDir: '.', statementTimeoutMs: 20_000 }
const ALL = { component: '*', verbs: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] }

/** A row with a value of each type, without what the engines are known to show in their own way. */
const TYPED = {
  big: '9223372036854775807',
  exact: 12345.67891,
  approximate: 0.1,
  flag: true,
  day: '2024-02-29',
  clock: '23:59:58',
  moment: '2024-02-29 12:30:45',
  document: { list: [1, 'two', null, true, { deep: {} }], text: `it's "ü" 😀` },
  bytes: 'AAF/gP8=',
  words: 'Zwölf Boxkämpfer 🥊',
  unique_id: '0190a6b2-7c1e-7d3a-9f00-0123456789ab',
}

const body = (value: object) => JSON.stringify(value)

/**
 * Asked one after the other of each engine: reads, writes, refusals, and what the writes leave. Two things are the engine's own
 * and are not asked for: the numbers that inserts leave out when they are rolled back, and the order of rows that nobody ordered.
 */
const REST: readonly (readonly [number, string, string, string?])[] = [
  [200, 'GET', '_table'],
  [200, 'GET', '_table/customers?include_count=true'],
  [200, 'GET', '_table/customers?filter=(city = London) or (score >= 20)&order=score desc,name&limit=3'],
  [200, 'GET', "_table/customers?filter=name like '%25o%25' and not (email is null)&fields=id,name"],
  [200, 'GET', '_table/customers?filter=credit > 9.5&fields=credit,is_active,created_at&order=credit'],
  [200, 'GET', '_table/customers?group=city&fields=city,COUNT(*),SUM(score),AVG(score),MIN(name)&order=city'],
  [200, 'GET', '_table/customers?related=*&order=id'],
  [200, 'GET', '_table/customers?count_only=true&filter=city is null'],
  [
    200,
    'GET',
    '_table/orders?related=customers_by_customer_id,order_items_by_order_id&order=id desc&offset=2',
  ],
  [200, 'GET', '_table/order_items/1,2'],
  [200, 'GET', '_table/categories?ids=1,3'],
  [200, 'GET', '_table/texts?order=id'],
  [200, 'GET', '_table/Order "Log"?order=id'],
  [404, 'GET', '_table/customers/999'],
  [404, 'GET', '_table/nowhere'],
  [400, 'GET', '_table/customers?filter=nmae = 1'],
  [400, 'GET', '_table/customers?filter=score = many'],
  [
    200,
    'POST',
    '_table/types?fields=*',
    body({ resource: [TYPED, { words: null }, { ...TYPED, flag: false, exact: -0.5 }] }),
  ],
  [200, 'GET', '_table/types?order=id'],
  [200, 'GET', '_table/types?filter=big > 9223372036854775806&fields=id'],
  [
    400,
    'POST',
    '_table/tags',
    body({
      resource: [
        { id: 40, label: 'new' },
        { id: 41, label: 'gift' },
      ],
    }),
  ],
  [
    400,
    'POST',
    '_table/tags?continue=true&fields=label',
    body({
      resource: [
        { id: 42, label: 'new' },
        { id: 43, label: 'gift' },
      ],
    }),
  ],
  [400, 'POST', '_table/customer_notes', body({ resource: [{ customer_id: 77, note: 'x' }] })],
  [200, 'PATCH', '_table/customers?filter=city = Paris&fields=id,city', body({ resource: { city: 'Lyon' } })],
  [200, 'PATCH', '_table/customers/1?fields=*', body({ credit: '7.25', is_active: false })],
  [200, 'PUT', '_table/orders/4?fields=id,total,ordered_on', body({ total: 12.5, ordered_on: '2024-04-30' })],
  [400, 'PATCH', '_table/customers/1', body({ name: null })],
  [200, 'DELETE', '_table/orders?filter=number = 3&fields=id'],
  [200, 'GET', '_table/orders?order=id'],
  [200, 'GET', '_table/order_tags?order=order_id,tag_id'],
  [200, 'GET', '_schema/orders/_related'],
]

const TOOLS: readonly (readonly [string, object])[] = [
  ['get_table_data', { table_name: 'customers', filter: 'score > 10', order: 'score desc', limit: 2 }],
  ['get_table_data', { table_name: 'types' }],
  [
    'aggregate_data',
    {
      table_name: 'orders',
      group_by: ['status'],
      aggregates: [
        { function: 'COUNT', field: '*' },
        { function: 'SUM', field: 'total' },
      ],
    },
  ],
  ['get_table_relationships', { table_name: 'orders' }],
  ['create_records', { table_name: 'tags', records: [{ id: 50, label: 'of a tool' }] }],
  ['update_records', { table_name: 'customers', filter: "name = 'Ada Lovelace'", records: [{ score: 99 }] }],
  ['delete_records', { table_name: 'tags', filter: "label = 'of a tool'" }],
  ['get_table_data', { table_name: 'customers', order: 'id' }],
]

const FILE = join(tmpdir(), `sluice-same-json-${process.pid}.sqlite`)

await describeServers('the same answers as from SQLite', (type) => {
  const houses: House[] = []
  let drop: () => Promise<void>
  beforeAll(async () => {
    const database = await ownDatabase(type)
    drop = database.drop
    await fill(await openEngine(type, database.url))
    await fill(await openSqlite({ file: FILE, create: true, inline: true, statementTimeoutMs: 20_000 }))
    houses.push(await openHouseOn({ type: 'sqlite', config: { database: FILE } }, { all: [ALL] }))
    houses.push(await openHouseOn({ type, config: { url: database.url } }, { all: [ALL] }))
  })
  afterAll(async () => {
    for (const house of houses) await house.close()
    await drop()
    await rm(FILE, { force: true })
  })

  /** What SQLite answers, and what the server does. */
  const both = (ask: (house: House) => Promise<unknown>) => Promise.all(houses.map(ask))
  const key = keyOf('all')

  const requests = REST.map(([status, method, path, sent]) => ({ status, method, path, sent }))
  test.each(requests)('$method $path', async ({ status, method, path, sent }) => {
    const [expected, answer] = await both(async (house) => {
      const { status, body } = await house.rest(method, `/api/v2/shop/${encodeURI(path)}`, {
        key,
        body: sent,
      })
      return { status, body }
    })
    expect(expected).toMatchObject({ status })
    expect(answer).toEqual(expected)
  })

  test.each(TOOLS)('%s %o', async (name, args) => {
    const [expected, answer] = await both(async (house) => {
      const asked = await house.tool(name, args, key)
      // Writes by filter are asked about first: the same call with the code goes through.
      const [, confirmation] = /confirmation: ([\w.-]+)/.exec(JSON.stringify(asked.body)) ?? []
      return confirmation === undefined
        ? asked.body
        : (await house.tool(name, { ...args, confirmation }, key)).body
    })
    expect(expected).not.toMatchObject({ result: { isError: true } })
    expect(withoutCursors(answer)).toEqual(withoutCursors(expected))
  })
})

/** Each is sealed anew. */
function withoutCursors(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer).replaceAll(/next_cursor([\\": ]+)[\w.-]+/g, 'next_cursor$1'))
}

function openEngine(type: ServerType, url: string): Promise<DatabaseAdapter> {
  return type === 'pgsql'
    ? pgsql.open(pgsql.config.parse({ url }), CONTEXT)
    : openMysql(mysqlConfig.parse({ url }), CONTEXT)
}

async function fill(adapter: DatabaseAdapter): Promise<void> {
  await createWorld(adapter)
  await adapter.close()
}
