import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const READS = ['GET']
const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

const ROLES = {
  owner: [{ component: '*', verbs: ALL }],
  clerk: [
    { component: '_table/orders/*', verbs: ALL, fields: ['id', 'status', 'customer_id'] },
    { component: '_table/customers/*', verbs: READS, fields: ['id', 'name'] },
  ],
}

const CUSTOMER = 'customers_by_customer_id'
const orders = { table_name: 'orders' }
const COUNT = [{ function: 'COUNT', field: '*', alias: 'total' }]

/** Of columns that the clerk knows; values and aliases may be called what they like. */
const KNOWN = [
  ['get_table_data', { fields: ['id', 'status'], filter: "status = 'total' or id > 1", order: 'id desc' }],
  ['get_table_data', { where: { or: [{ column: 'status', op: '=', value: 'total' }, { id: 1 }] } }],
  ['get_table_data', { filter: "customer.name = 'placed_on'" }],
  [
    'get_table_data',
    { related: CUSTOMER, related_options: { [CUSTOMER]: { fields: ['name'], order: 'name' } } },
  ],
  ['aggregate_data', { aggregates: COUNT, group_by: ['status', 'customer.name'], order: 'total' }],
  ['update_records', { filter: "status = 'new'", records: [{ status: 'placed_on' }] }],
] as const

/** Each names a column, a relation or a table that the clerk does not know. */
const HIDDEN = [
  ['get_table_data', { fields: ['id', 'total'] }],
  ['get_table_data', { fields: ['id'], filter: "status = 'new' and not (id = 1 or total > 5)" }],
  ['get_table_data', { fields: ['id'], where: { and: [{ id: 1 }, { not: { column: 'total', value: 1 } }] } }],
  ['get_table_data', { fields: ['id'], order: 'id, total desc' }],
  ['get_table_data', { fields: ['id'], order: '"total" desc, id' }],
  ['get_table_data', { fields: ['worth:SUM(total)'] }],
  ['get_table_data', { related: CUSTOMER, related_options: { [CUSTOMER]: { fields: ['region'] } } }],
  ['get_table_data', { related: CUSTOMER, related_options: { [CUSTOMER]: { filter: "region = 'south'" } } }],
  ['get_table_data', { related: CUSTOMER, related_options: { [CUSTOMER]: { order: 'name, region' } } }],
  ['get_table_data', { fields: ['id'], filter: "customer.region = 'south'" }],
  ['get_table_data', { fields: ['id'], related: 'order_items_by_order_id' }],
  ['aggregate_data', { aggregates: [{ function: 'SUM', field: 'total', alias: 'worth' }] }],
  ['aggregate_data', { aggregates: COUNT, group_by: ['month(placed_on)'] }],
  ['aggregate_data', { aggregates: COUNT, group_by: ['customers_by_customer_id.region'] }],
  ['update_records', { filter: "status = 'new'", records: [{ total: 1 }] }],
  ['create_records', { records: [{ status: 'new', [CUSTOMER]: { name: 'Eve', region: 'south' } }] }],
] as const

const named = (list: readonly (readonly [string, object])[], prefix: string) =>
  list.map(([operation, more], index) => ({
    name: `${prefix}_${index}`,
    service: 'shop',
    description: 'One of the declared.',
    operation,
    arguments: { ...orders, ...more },
  }))
const TOOLS = [...named(KNOWN, 'known'), ...named(HIDDEN, 'hidden')]

let house: House
beforeAll(async () => {
  house = await openHouse(ROLES, {}, {}, { tools: TOOLS })
})
afterAll(() => house.close())

async function declaredFor(role: string): Promise<readonly string[]> {
  const { body } = await house.tool('list_tools', { names_only: true }, keyOf(role))
  const { tools } = Object(body).result.structuredContent
  const names: string[] = tools.map((tool: string | { name: string }) =>
    typeof tool === 'string' ? tool : tool.name,
  )
  return names.filter((name) => /^(known|hidden)_/.test(name))
}

test('a declared tool is told of to who may know all that it names', async () => {
  expect(await declaredFor('owner')).toEqual(TOOLS.map(({ name }) => name))
})

test('one that names what a role may not know is none that it has', async () => {
  expect(await declaredFor('clerk')).toEqual(named(KNOWN, 'known').map(({ name }) => name))
  const asked = async (name: string) =>
    (await house.tool(name, {}, keyOf('clerk'))).text.replaceAll(name, 'it')
  for (const { name } of named(HIDDEN, 'hidden')) expect(await asked(name)).toBe(await asked('no_such_tool'))
})

test('those that it has answer', async () => {
  for (const { name, operation } of named(KNOWN, 'known')) {
    const { body } = await house.tool(
      name,
      operation === 'update_records' ? { dry_run: true } : {},
      keyOf('clerk'),
    )
    expect(Object(body).result.isError, `${name}: ${JSON.stringify(body).slice(0, 300)}`).toBeUndefined()
  }
})
