import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { getTableData } from '../../tools/get-table-data.ts'
import { plainPageIn } from '../../tools/plain-page.ts'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

/** The whole program on SQLite; the same call once as it is, and once with an argument that takes it the long way and means nothing. */
let house: House
let small: House
beforeAll(async () => {
  house = await openHouse(ROLES)
  small = await openHouse(ROLES, { max_records: 3 })
  for (const one of [house, small])
    await one.tool('get_table_data', { table_name: 'orders' }, keyOf('reader'))
})
afterAll(() => Promise.all([house.close(), small.close()]))

const paid = { name: 'status', operator: '=', value: 'paid' }
const ROLES = {
  reader: [{ component: '_table/*', verbs: ['GET'] }],
  paid: [{ component: '_table/orders/*', verbs: ['GET'], filters: [paid] }],
  items: [{ component: '_table/order_items/*', verbs: ['GET', 'POST'] }],
  unfit: [
    {
      component: '_table/orders/*',
      verbs: ['GET'],
      filters: [{ name: 'customer_id', operator: '=', value: '{user.id}' }],
    },
  ],
  schemaless: [
    { component: '_table/*', verbs: ['GET'] },
    { component: '_schema/*', verbs: [] },
  ],
  few: [{ component: '_table/orders/*', verbs: ['GET'], fields: ['ID', 'total'], filters: [paid] }],
  keyless: [{ component: '_table/orders/*', verbs: ['GET'], fields: ['status', 'total'] }],
  two: [{ component: '_table/*', verbs: ['GET'], limits: { max_rows: 2 } }],
  stranger: [{ component: '_func/*', verbs: ['GET'] }],
}
const CALLERS = Object.keys(ROLES)

const CALLS = [
  {},
  { limit: 1 },
  { limit: 2, format: 'table' },
  { limit: 2, format: 'csv' },
  { limit: 2, format: 'json' },
  { limit: 1000 },
  { filter: "status = 'paid'" },
  { filter: "status='canary-held' or id=1", limit: 5 },
  { filter: 'customer_id = {user.id}' },
  { filter: 'total = null' },
  { filter: '(id > 2' },
  { filter: 'hidden_amount > 1' },
  { filter: "customers_by_customer_id.region = 'south'" },
  { filter: 'id > 1 union select 1' },
  { filter: 'id = 4711' },
  { order: 'total desc' },
  { order: 'customers_by_customer_id.name' },
  { order: 'nothing' },
  { fields: ['id', 'status'] },
  { fields: ['status', 'status'] },
  { fields: ['*'] },
  { fields: ['COUNT(*)'] },
  { fields: ['nothing'] },
  { fields: ['id; drop table orders'] },
  { fields: ['status'], order: 'id desc', limit: 2, filter: 'id > 0', offset: 0 },
]
const TABLES = [
  'orders',
  'Orders',
  'order_items',
  'customers',
  'secret_salaries',
  'nowhere',
  'orders/1',
  '"orders"',
]

/** `related` is no argument of a plain call, and null is no argument at all. */
async function expectAlike(at: House, call: object, key: string): Promise<string> {
  const [short, long] = [
    await at.tool('get_table_data', call, key),
    await at.tool('get_table_data', { ...call, related: null }, key),
  ]
  expect(short.text).toBe(long.text)
  expect(short.status).toBe(long.status)
  return short.text
}

describe.each(CALLERS)('as %s', (role) => {
  test.each(TABLES)('calls for %s are answered alike both ways', async (table_name) => {
    for (const call of CALLS) await expectAlike(house, { table_name, ...call }, keyOf(role))
  })

  test('so are pages of a service that gives three rows at a time', async () => {
    for (const format of ['table', 'csv', 'json']) {
      const text = await expectAlike(small, { table_name: 'orders', format, limit: 50 }, keyOf(role))
      if (role === 'reader')
        expect(JSON.parse(text).result.structuredContent).toMatchObject({ returned: 3, has_more: true })
    }
  })
})

test('a service by a prefix, and no service, are answered alike too', async () => {
  const key = keyOf('reader')
  for (const name of ['shop_get_table_data', 'SHOP_get_table_data', 'other_get_table_data']) {
    const [short, long] = [
      await house.tool(name, { table_name: 'orders' }, key),
      await house.tool(name, { table_name: 'orders', related: null }, key),
    ]
    expect(short.text).toBe(long.text)
  }
})

test('what is read by hand is what the schema reads', () => {
  const given = { table_name: 'orders', fields: ['id'], filter: 'id>1', order: 'id', format: 'csv', limit: 7 }
  for (const call of [{ table_name: 'orders' }, given, { ...given, offset: 0 }])
    expect(getTableData.toInput?.(plainPageIn(call))).toEqual(
      getTableData.toInput?.(getTableData.arguments.parse(call)),
    )
})

test.each([
  [{}],
  [{ table_name: '' }],
  [{ table_name: 1 }],
  [{ table_name: null }],
  [{ tableName: 'orders' }],
  [{ table_name: 'orders', limit: 0 }],
  [{ table_name: 'orders', limit: 1001 }],
  [{ table_name: 'orders', limit: 1.5 }],
  [{ table_name: 'orders', limit: '5' }],
  [{ table_name: 'orders', limit: null }],
  [{ table_name: 'orders', offset: 1 }],
  [{ table_name: 'orders', filter: ' ' }],
  [{ table_name: 'orders', filter: 'x'.repeat(501) }],
  [{ table_name: 'orders', where: {} }],
  [{ table_name: 'orders', cursor: '' }],
  [{ table_name: 'orders', fields: 'id' }],
  [{ table_name: 'orders', fields: [] }],
  [{ table_name: 'orders', fields: [''] }],
  [{ table_name: 'orders', fields: [1] }],
  [{ table_name: 'orders', format: 'csv_link' }],
  [{ table_name: 'orders', ids: [1] }],
  [{ table_name: 'orders', include_count: true }],
])('%j is left to the schema', (given) => {
  expect(plainPageIn(given)).toBeUndefined()
})
