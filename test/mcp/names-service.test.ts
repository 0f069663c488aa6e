import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, openScene, post, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.app.close())

const orders = { table_name: 'orders' }
const record = { region: 'north', name: 'Ada' }

const ANSWERS: readonly (readonly [string, object])[] = [
  ['get_tables', {}],
  ['get_table_schema', orders],
  ['get_table_fields', orders],
  ['get_table_relationships', orders],
  ['get_data_model', { detail: 'full' }],
  ['get_database_resources', {}],
  ['list_tools', {}],
  ...['table', 'json', 'csv', 'csv_link', 'json_link'].flatMap((format): [string, object][] => [
    ['get_table_data', { ...orders, limit: 2, format }],
    ['get_table_data', { ...orders, filter: 'id = 0', format }],
  ]),
  ['get_table_data', { ...orders, count_only: true, format: 'csv' }],
  ['aggregate_data', { ...orders, aggregates: [{ function: 'COUNT', field: '*' }], format: 'csv' }],
  ['create_records', { table_name: 'customers', records: [record] }],
  ['create_records', { table_name: 'customers', records: [record], dry_run: true }],
  ['update_records', { table_name: 'customers', ids: [1], records: [{ name: 'Eve' }] }],
]

test.each(ANSWERS)('%s %j says which service it is from, as text and as data', async (name, args) => {
  const { result } = (await post(scene, call(name, args))).message
  expect(result.isError).toBeUndefined()
  expect(result.content[0].text).toContain('shop')
  expect(result.structuredContent.service).toBe('shop')
})

test.each([
  ['get_table_data', { table_name: 'ordrs' }],
  ['get_table_data', { ...orders, fields: ['statos'] }],
  ['get_table_data', { ...orders, fitler: 'x' }],
  ['delete_records', { ...orders, force: true }],
  ['update_records', { ...orders, filter: 'id > 0', records: [{ status: 'paid' }] }],
])('the error of %s %j says so, too', async (name, args) => {
  const { result } = (await post(scene, call(name, args))).message
  expect(result.isError).toBe(true)
  const [first = ''] = result.content[0].text.split('\n')
  expect(first).toMatch(/\(service shop\)$/)
})
