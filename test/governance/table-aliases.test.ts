import { afterEach, beforeEach, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

let house: House
beforeEach(async () => {
  house = await openHouse({
    everything: [{ component: '*', verbs: ALL }],
    cut: [
      { component: '*', verbs: ALL },
      { component: '_table/secret_salaries', verbs: [] },
      { component: '_schema/secret_salaries', verbs: [] },
    ],
  })
})
afterEach(() => house.close())

const ask = (role: string, method: string, path: string, body?: unknown) =>
  house.rest(method, `/api/v2/shop/${path}`, { key: keyOf(role), body })

test('an alias of a table is no name and no alias of another, hidden or not', async () => {
  expect((await ask('everything', 'PATCH', '_schema/secret_salaries', { alias: 'pay' })).status).toBe(200)
  expect((await ask('everything', 'PATCH', '_schema/orders', { alias: 'sales' })).status).toBe(200)
  const told = async (role: string, alias: string) => {
    const { status, text } = await ask(role, 'PATCH', '_schema/customers', { alias })
    return [status, text.replaceAll(alias, 'A')]
  }
  const seen = await told('cut', 'sales')
  expect(seen[0]).toBe(409)
  for (const alias of ['pay', 'PAY', 'Sales', 'orders', 'secret_salaries', 'SECRET_SALARIES'])
    for (const role of ['cut', 'everything']) expect([alias, await told(role, alias)]).toEqual([alias, seen])
  expect((await ask('everything', 'GET', '_schema/customers')).body).not.toMatchObject({
    alias: expect.any(String),
  })
  expect((await told('cut', 'clients'))[0]).toBe(200)
  expect((await told('cut', 'clients'))[0]).toBe(200)
})

test('two tables of one request get no alias between them', async () => {
  const resource = ['customers', 'orders'].map((name) => ({ name, alias: 'same' }))
  expect((await ask('everything', 'PATCH', '_schema', { resource })).status).toBe(409)
  expect((await ask('everything', 'GET', '_table/same')).status).toBe(404)
})
