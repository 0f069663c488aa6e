import { afterEach, beforeEach, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const filters = [{ name: 'region', operator: '=', value: 'north' }]
const SCHEMAS = { component: '_schema/*', verbs: ALL }

let house: House
beforeEach(async () => {
  house = await openHouse({
    filtered: [SCHEMAS, { component: '_table/customers', verbs: ALL, filters }],
    'filtered-everything': [
      { component: '*', verbs: ALL },
      { component: '_table/customers', verbs: ALL, filters },
    ],
    'filtered-deletes': [
      SCHEMAS,
      { component: '_table/customers', verbs: ['GET', 'POST', 'PUT', 'PATCH'] },
      { component: '_table/customers', verbs: ['DELETE'], filters },
    ],
    'no-rows': [SCHEMAS],
    'reads-only': [SCHEMAS, { component: '_table/customers', verbs: ['GET'] }],
    everything: [{ component: '*', verbs: ALL }],
    waited: [SCHEMAS, { component: '_table/later', verbs: ALL, filters }],
  })
})
afterEach(() => house.close())

const ask = (role: string, method: string, path: string, body?: unknown) =>
  house.rest(method, `/api/v2/shop/${path}`, { key: keyOf(role), body })
const state = async () => [
  (await ask('everything', 'GET', '_schema/customers?refresh=true')).text,
  (await ask('everything', 'GET', '_table/customers')).text,
]

const MORE = { name: 'more', type: 'string', length: 20, default: 'north' }
const KEY_ONLY = [{ name: 'id', type: 'id' }]
const CHANGES = [
  ['DELETE', '_schema/customers?force=true', undefined],
  ['DELETE', '_schema/CUSTOMERS?force=true', undefined],
  ['DELETE', '_schema?ids=customers&force=true', undefined],
  ['DELETE', '_schema/customers/_field/region?force=true', undefined],
  ['DELETE', '_schema/customers/region?force=true', undefined],
  ['DELETE', '_schema/customers/_field?ids=region&force=true', undefined],
  ['POST', '_schema/customers/_field', { resource: [MORE] }],
  ['PATCH', '_schema/customers/_field', { resource: [MORE] }],
  ['PUT', '_schema/customers/_field', { resource: [MORE] }],
  ['PATCH', '_schema/customers/_field/region?force=true', { type: 'string', length: 1 }],
  ['PUT', '_schema/customers/region?force=true', { type: 'string', length: 1 }],
  ['PATCH', '_schema/customers', { field: [MORE] }],
  ['PUT', '_schema/customers?force=true', { field: KEY_ONLY }],
  ['POST', '_schema', { resource: [{ name: 'customers', field: [MORE] }] }],
  ['PATCH', '_schema', { resource: [{ name: 'customers', field: [MORE] }] }],
  ['PUT', '_schema?force=true', { resource: [{ name: 'customers', field: KEY_ONLY }] }],
] as const
const ROLES = ['filtered', 'filtered-everything', 'filtered-deletes', 'no-rows', 'reads-only']

test.each(ROLES)('a schema is not changed around the rows that %s may use', async (role) => {
  for (const table of ['order_items', 'orders', 'secret_salaries'])
    await ask('everything', 'DELETE', `_schema/${table}?force=true`)
  const before = await state()
  for (const [method, path, body] of CHANGES) {
    const answer = await ask(role, method, path, body)
    expect([method, path, answer.status]).toEqual([method, path, 403])
    expect(answer.text).toContain("is not allowed by this user's role.")
  }
  expect(await state()).toEqual(before)
})

test('fields are computed only by those who see every row', async () => {
  const field = {
    name: 'twice',
    is_virtual: true,
    type: 'string',
    db_function: [{ use: ['SELECT'], function: 'UPPER(name)' }],
  }
  expect((await ask('filtered', 'POST', '_schema/customers/_field', { resource: [field] })).status).toBe(403)
  expect((await ask('everything', 'POST', '_schema/customers/_field', { resource: [field] })).status).toBe(
    200,
  )
})

test('a label takes no right to rows', async () => {
  expect((await ask('filtered', 'PATCH', '_schema/customers', { label: 'Ours' })).status).toBe(200)
})

test('a role that may use every row changes and drops', async () => {
  for (const [method, path, body] of [
    ['POST', '_schema/customers/_field', { resource: [MORE] }],
    ['DELETE', '_schema/customers/more?force=true', undefined],
    ['PATCH', '_schema', { resource: [{ name: 'customers', field: [MORE] }] }],
    ['DELETE', '_schema/order_items?force=true', undefined],
  ] as const)
    expect([path, (await ask('everything', method, path, body)).status]).toEqual([path, 200])
})

test('a new table needs no rows, unless a filter waits for its name', async () => {
  const table = (name: string) => ({ resource: [{ name, field: KEY_ONLY }] })
  expect((await ask('no-rows', 'POST', '_schema', table('fresh'))).status).toBe(200)
  expect((await ask('waited', 'POST', '_schema', table('later'))).status).toBe(403)
  expect((await ask('everything', 'GET', '_schema/later')).status).toBe(404)
})
