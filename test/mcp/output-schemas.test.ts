import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeTool } from '../../src/mcp/describe-tool.ts'
import { describeListServices } from '../../src/mcp/list-services.ts'
import { tools } from '../../tools/all.ts'
import { ACCEPT, call, messageIn, openScene, type Scene } from './scene.ts'

let scene: Scene
let tight: Scene
beforeAll(async () => {
  scene = await openScene()
  tight = await openScene({ resultBytes: 1_000 })
})
afterAll(async () => {
  await scene.app.close()
  await tight.app.close()
})

const SCHEMAS = new Map([...tools.map(describeTool), describeListServices()].map((one) => [one.name, one]))

const orders = { table_name: 'orders' }
const tenRows = Array.from({ length: 10 }, (_, index) => ({ region: 'north', name: `Ada ${index}` }))

const CALLS: readonly (readonly [string, object])[] = [
  ['get_tables', {}],
  ['get_table_schema', orders],
  ['get_table_fields', orders],
  ['get_table_relationships', orders],
  ['get_data_model', { detail: 'full' }],
  ['get_data_model', { search: 'orders', limit: 1 }],
  ['get_database_resources', { as_access_list: true, include_access: true }],
  ['list_tools', {}],
  ['get_table_data', { ...orders, include_count: true, include_schema: true, limit: 1 }],
  ['get_table_data', { ...orders, count_only: true }],
  ['get_table_data', { ...orders, cursor: '', limit: 1 }],
  ['get_table_data', { ...orders, ids: [1, 2] }],
  ['get_table_data', { ...orders, related: 'customers_by_customer_id' }],
  [
    'aggregate_data',
    { ...orders, aggregates: [{ function: 'COUNT', field: '*' }], group_by: ['status'], limit: 1 },
  ],
  ['create_records', { table_name: 'customers', records: tenRows }],
  ['create_records', { table_name: 'customers', records: tenRows, dry_run: true }],
  ['update_records', { ...orders, filter: 'id > 0', records: [{ status: 'paid' }], dry_run: true }],
  ['update_records', { ...orders, ids: [1], records: [{ status: 'paid' }] }],
  ['delete_records', { table_name: 'order_items', filter: 'quantity > 0', dry_run: true }],
  ['run_batch', { steps: [{ operation: 'get', table: 'orders', id: 1 }] }],
]

test.each(CALLS)('all that %s %j answers with is in its schema', async (name, args) => {
  for (const place of [scene, tight]) {
    const { result } = await posted(place, '/mcp/shop', call(name, args))
    expect(result.isError).toBeUndefined()
    expect(strangers(name, result.structuredContent)).toEqual([])
  }
})

test('a list that was cut says so in words of its schema', async () => {
  const { result } = await posted(tight, '/mcp/shop', call('list_tools'))
  expect(result.structuredContent).toMatchObject({ service: 'shop', has_more: true, truncated_by: 'bytes' })
})

test('list_services answers in words of its schema, and from no service', async () => {
  const { result } = await posted(scene, '/mcp', call('list_services'))
  expect(result.structuredContent).not.toHaveProperty('service')
  expect(strangers('list_services', result.structuredContent)).toEqual([])
  expect(SCHEMAS.get('list_services')?.outputSchema?.properties).not.toHaveProperty('service')
})

/** Keys of an answer that the schema of its tool does not know. */
function strangers(name: string, answer: object): string[] {
  const { properties = {} } = SCHEMAS.get(name)?.outputSchema ?? {}
  return Object.keys(answer).filter((key) => !(key in properties))
}

async function posted({ app }: Scene, url: string, payload: object) {
  const headers = {
    accept: ACCEPT,
    'content-type': 'application/json',
    'x-dreamfactory-api-key': 'admin',
    host: 'localhost',
  }
  return messageIn((await app.inject({ method: 'POST', url, headers, payload })).body)
}
