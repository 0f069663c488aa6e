import { afterEach, beforeEach, expect, test } from 'vitest'
import { type House, openHouse } from '../helpers/house.ts'

let house: House
let admin: Record<string, string>
beforeEach(async () => {
  house = await openHouse({})
  const { body } = await house.rest('POST', '/api/v2/system/admin/session', {
    body: { email: 'admin@example.com', password: 'a-long-enough-password' },
  })
  admin = { 'x-dreamfactory-session-token': String(Object(body).session_token) }
})
afterEach(() => house.close())

const ask = (method: string, path: string, body?: unknown) =>
  house.rest(method, `/api/v2/${path}`, { headers: admin, ...(body === undefined ? {} : { body }) })

/** What is kept beside the tables of the shop, as a package has it. */
async function packaged(): Promise<{ services: { name: string; tables?: Record<string, unknown> }[] }> {
  const { body } = await ask('GET', 'system/config_package')
  return Object(body)
}
const tablesIn = async () => (await packaged()).services.find(({ name }) => name === 'shop')?.tables

const VIRTUAL = {
  is_virtual: true,
  type: 'has_many',
  field: 'region',
  ref_table: 'customers',
  ref_field: 'region',
  alias: 'neighbours',
  always_fetch: true,
}

/** An alias, a label, rules, a computed field and a declared relation. */
async function decorate(): Promise<void> {
  const field = [
    {
      name: 'email',
      alias: 'mail',
      label: 'E-mail',
      picklist: ['a', 'b'],
      validation: { email: { on_fail: 'No mail' } },
    },
    {
      name: 'shout',
      type: 'string',
      is_virtual: true,
      db_function: [{ use: ['SELECT'], function: 'UPPER(name)' }],
    },
  ]
  const changed = await ask('PATCH', 'shop/_schema/customers', { alias: 'people', label: 'People', field })
  expect([changed.status, changed.body]).toEqual([200, { name: 'customers' }])
  expect((await ask('POST', 'shop/_schema/customers/_related', { resource: [VIRTUAL] })).status).toBe(200)
}

const row = async (table: string) => (await ask('GET', `shop/_table/${table}/1`)).body

test('what is kept beside tables goes out and comes back', async () => {
  expect(await tablesIn()).toBeUndefined()
  await decorate()
  const before = await packaged()
  expect(await tablesIn()).toMatchObject({
    customers: {
      alias: 'people',
      label: 'People',
      fields: {
        email: { alias: 'mail', picklist: ['a', 'b'], validation: { email: { on_fail: 'No mail' } } },
        shout: { virtual: { type: 'string' } },
      },
      virtual_relations: [
        { alias: 'neighbours', always_fetch: true, fields: ['region'], ref_table: 'customers' },
      ],
    },
  })
  const seen = await row('people')
  expect(seen).toMatchObject({ shout: 'ANN', neighbours: expect.any(Array) })
  const cleared = before.services.map((one) => (one.name === 'shop' ? { ...one, tables: {} } : one))
  expect(
    (await ask('POST', 'system/config_package?overwrite=true', { ...before, services: cleared })).status,
  ).toBe(200)
  expect(await tablesIn()).toBeUndefined()
  expect((await ask('GET', 'shop/_table/people/1')).status).toBe(404)
  expect((await ask('POST', 'system/config_package?overwrite=true', before)).status).toBe(200)
  expect({ ...(await packaged()), exported_at: '' }).toEqual({ ...before, exported_at: '' })
  expect(await row('people')).toEqual(seen)
})

test('left out, it stays; of a service that is there it stays without overwrite', async () => {
  await decorate()
  const before = await packaged()
  const without = before.services.map(({ tables: _, ...service }) => service)
  expect(
    (await ask('POST', 'system/config_package?overwrite=true', { ...before, services: without })).status,
  ).toBe(200)
  const cleared = before.services.map((one) => ({ ...one, tables: {} }))
  expect((await ask('POST', 'system/config_package', { ...before, services: cleared })).status).toBe(200)
  expect((await packaged()).services).toEqual(before.services)
})

test.each([
  [{ customers: { nosuch: 1 } }, 'nosuch'],
  [{ customers: { alias: 'orders' }, orders: {} }, "'orders' is the name or alias"],
  [{ customers: { alias: 'x' }, orders: { alias: 'X' } }, "'X' is the name or alias"],
  [
    {
      customers: {
        virtual_relations: [
          { type: 'has_many', fields: ['id'], ref_service: 'nosuch', ref_table: 't', ref_fields: ['id'] },
        ],
      },
    },
    "'nosuch'",
  ],
  [{ customers: { fields: { email: { functions: [{ uses: ['EXEC'], text: 'x' }] } } } }, 'uses'],
])('a mistake in %j is named, and nothing is imported', async (tables, named) => {
  const { services, ...rest } = await packaged()
  const wrong = services.map((one) => (one.name === 'shop' ? { ...one, tables } : one))
  const { status, text } = await ask('POST', 'system/config_package?overwrite=true', {
    ...rest,
    services: wrong,
  })
  expect([status, text]).toEqual([400, expect.stringContaining(named)])
  expect(await tablesIn()).toBeUndefined()
})
