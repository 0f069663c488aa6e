import { beforeAll, describe, expect, test } from 'vitest'
import { as, type Door, openDoor, READER_KEY } from './door.ts'

let door: Door
beforeAll(async () => {
  door = await openDoor()
})
const bodyOf = async (address: string) => (await door.ask(address)).body
const errorOf = ({ body }: { body: unknown }) => (body as { error: Record<string, unknown> }).error
const NAMES = ['customers', 'order_items', 'orders', 'secret_salaries']

describe.each(['_table', '_schema'])('GET %s', (group) => {
  test('lists names', async () => {
    expect(await bodyOf(`shop/${group}`)).toEqual({ resource: NAMES.map((name) => ({ name })) })
    expect(await bodyOf(`shop/${group}?as_list=true&refresh=true`)).toEqual({ resource: NAMES })
    expect(await bodyOf(`shop/${group}?wrap=false&as_list=1`)).toEqual(NAMES)
  })

  test('lists only what the caller may see', async () => {
    expect((await door.ask(`shop/${group}`, as(READER_KEY))).body).toEqual({ resource: [{ name: 'orders' }] })
  })

  test('tells more of each with fields', async () => {
    expect(await bodyOf(`shop/${group}?fields=name,is_view`)).toMatchObject({
      resource: [{ name: 'customers', is_view: false }, {}, {}, {}],
    })
  })
})

test('a table listed with all fields has the members of the wire', async () => {
  const summary = {
    name: 'orders',
    label: 'Orders',
    description: null,
    native: [],
    plural: 'Orders',
    is_view: false,
    access: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  }
  expect(await bodyOf('shop/_table?fields=*&ids=orders')).toEqual({ resource: [summary] })
  const { resource } = (await bodyOf('shop/_schema?fields=*')) as { resource: object[] }
  expect(resource[2]).toEqual({ alias: null, ...summary })
})

test('_schema with ids gives whole definitions', async () => {
  const { resource } = (await bodyOf('shop/_schema?ids=orders')) as { resource: object[] }
  expect(resource).toEqual([await bodyOf('shop/_schema/orders')])
})

describe('_schema/{table}', () => {
  test('describes it', async () => {
    expect(await bodyOf('shop/_schema/ORDERS')).toMatchObject({
      alias: null,
      name: 'orders',
      primary_key: ['id'],
      field: expect.arrayContaining([expect.objectContaining({ alias: null, name: 'status' })]),
      related: expect.arrayContaining([
        expect.objectContaining({ alias: null, name: 'customers_by_customer_id' }),
      ]),
      access: 31,
    })
  })

  test('has fields, one by one and together', async () => {
    const { resource } = (await bodyOf('shop/_schema/orders/_field')) as { resource: { name: string }[] }
    expect(resource.map(({ name }) => name)).toEqual(['id', 'customer_id', 'status', 'total', 'placed_on'])
    expect(resource[2]).toMatchObject({ alias: null, name: 'status', default: 'new' })
    expect(await bodyOf('shop/_schema/orders/status')).toEqual(resource[2])
    expect(await bodyOf('shop/_schema/orders/_field/status')).toEqual(resource[2])
    expect(await bodyOf('shop/_schema/orders/_field?as_list=true')).toMatchObject({
      resource: ['id', 'customer_id', 'status', 'total', 'placed_on'],
    })
  })

  test('has relations', async () => {
    const { resource } = (await bodyOf('shop/_schema/orders/_related')) as { resource: { name: string }[] }
    expect(resource.map(({ name }) => name)).toContain('customers_by_customer_id')
    expect(await bodyOf('shop/_schema/orders/_related/customers_by_customer_id')).toMatchObject({
      alias: null,
      type: 'belongs_to',
    })
  })

  test.each([
    ['nosuch', 'Table "nosuch" does not exist in the database.'],
    ['orders/_field/nosuch', "No requested fields found in table 'orders'."],
    ['orders/nosuch', "No requested fields found in table 'orders'."],
    ['orders/_related/nosuch', "No requested relationships found in table 'orders'."],
  ])('%s is 404', async (path, message) => {
    const answer = await door.ask(`shop/_schema/${path}`)
    expect(answer.status).toBe(404)
    expect(errorOf(answer).message).toBe(message)
  })

  test('is not dropped while another table refers to it', async () => {
    const answer = await door.ask('shop/_schema/orders?force=true', { method: 'DELETE' })
    expect(answer.status).toBe(409)
    expect(errorOf(answer).message).toBe("'order_items' refers to 'orders'.")
  })
})
