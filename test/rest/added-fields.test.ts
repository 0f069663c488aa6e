import { beforeEach, expect, test } from 'vitest'
import { type Door, openDoor } from './door.ts'

let door: Door
beforeEach(async () => {
  door = await openDoor()
})

const ask = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => {
  const headers = { 'x-dreamfactory-api-key': 'admin-key', 'content-type': 'application/json' }
  const answer = await door.ask(`shop/${path}`, { method, headers, ...(body && { payload: body }) })
  return { status: answer.status, text: JSON.stringify(answer.body), body: answer.body }
}
const NEEDED = { name: 'needed', type: 'integer' }

test.each<[string, 'POST' | 'PATCH', string, object]>([
  ['with its table', 'PATCH', '_schema/orders', { field: [NEEDED] }],
  ['by itself', 'POST', '_schema/orders/_field', { resource: [NEEDED] }],
  ['in a list of tables', 'PATCH', '_schema', { resource: [{ name: 'orders', field: [NEEDED] }] }],
])('a field without null and default is not added to rows: %s', async (_, method, path, body) => {
  const { status, text } = await ask(method, path, body)
  expect([status, text]).toEqual([400, expect.stringContaining("Field 'needed' takes no null")])
  expect((await ask('GET', '_schema/orders/_field/needed')).status).toBe(404)
})

test('it is added where there are no rows, or with a value for them', async () => {
  await ask('DELETE', '_table/order_items?filter=quantity>0 or quantity is null')
  expect((await ask('PATCH', '_schema/order_items', { field: [NEEDED] })).status).toBe(200)
  const given = { ...NEEDED, default: 7 }
  expect((await ask('PATCH', '_schema/orders', { field: [given] })).status).toBe(200)
  expect((await ask('GET', '_table/orders?fields=needed&limit=1')).body).toEqual({
    resource: [{ needed: 7 }],
  })
})
