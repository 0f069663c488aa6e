import { afterEach, beforeEach, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const everything = { component: '*', verbs: ALL }

let house: House
beforeEach(async () => {
  house = await openHouse({
    everything: [everything],
    cut: [
      everything,
      { component: '_table/secret_salaries', verbs: [] },
      { component: '_schema/secret_salaries', verbs: [] },
    ],
  })
})
afterEach(() => house.close())

const ask = (role: string, method: string, path: string, body?: unknown) =>
  house.rest(method, `/api/v2/shop/${path}`, { key: keyOf(role), body })

test('a hidden relation is dropped as one that is not there: not at all', async () => {
  const direct = {
    alias: 'pay',
    type: 'has_many',
    field: 'id',
    ref_table: 'secret_salaries',
    ref_field: 'hidden_amount',
    is_virtual: true,
  }
  const through = {
    alias: 'far',
    type: 'many_many',
    field: 'id',
    ref_table: 'orders',
    ref_field: 'id',
    junction_table: 'secret_salaries',
    junction_field: 'customer_id',
    junction_ref_field: 'hidden_amount',
    is_virtual: true,
  }
  const made = await ask('everything', 'POST', '_schema/customers/_related', { resource: [direct, through] })
  expect(made.status, made.text).toBe(200)
  const related = async () => (await ask('everything', 'GET', '_schema/customers/_related')).text
  const before = await related()
  for (const name of ['pay', 'far', 'secret_salaries_by_hidden_amount', 'secret_salaries_by_customer_id']) {
    const told = async (of: string, path: string) => {
      const { status, text } = await ask('cut', 'DELETE', `${path}${of}`)
      return [status, text.replaceAll(of, 'R')]
    }
    for (const path of ['_schema/customers/_related/', '_schema/customers/_related?ids='])
      expect([name, await told(name, path)]).toEqual([name, await told('nothing', path)])
  }
  expect(await related()).toBe(before)
  expect((await ask('everything', 'DELETE', '_schema/customers/_related/pay')).status).toBe(200)
  expect(await related()).not.toContain('"pay"')
})

test('an alias of a relation is the name of no field and of no other relation', async () => {
  const path = '_schema/orders/_related/customers_by_customer_id'
  const items = '_schema/orders/_related/order_items_by_order_id'
  for (const alias of ['status', 'STATUS', 'order_items_by_order_id'])
    expect([alias, (await ask('everything', 'PATCH', path, { alias })).status]).toEqual([alias, 400])
  expect((await ask('everything', 'PATCH', path, { alias: 'buyer' })).status).toBe(200)
  expect((await ask('everything', 'PATCH', path, { alias: 'buyer' })).status).toBe(200)
  expect((await ask('everything', 'PATCH', items, { alias: 'Buyer' })).status).toBe(400)
  expect((await ask('everything', 'PATCH', '_schema/orders/status', { alias: 'buyer' })).status).toBe(400)
  const field = { resource: [{ name: 'buyer', type: 'integer' }] }
  expect((await ask('everything', 'POST', '_schema/orders/_field', field)).status).toBe(400)
})
