import { afterEach, beforeEach, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

let house: House
beforeEach(async () => {
  house = await openHouse({
    everything: [{ component: '*', verbs: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] }],
    blind: [
      {
        component: '_table/orders/*',
        verbs: ['GET', 'POST', 'PATCH', 'DELETE'],
        fields: ['id', 'customer_id', 'status'],
      },
    ],
    'write-only': [{ component: '_table/orders/*', verbs: ['PATCH'] }],
  })
  const made = await rest('everything', 'POST', '_schema/orders/_field', {
    body: { resource: [{ name: 'revision', type: 'integer', default: 0 }] },
  })
  expect([made.status, made.text]).toEqual([200, expect.stringContaining('revision')])
  const body = { version_field: 'revision' }
  expect((await rest('everything', 'PATCH', '_schema/orders', { body })).status).toBe(200)
})
afterEach(() => house.close())

interface Asked {
  readonly tag?: string
  readonly body?: object
}
const rest = (role: string, method: string, address: string, { tag, body }: Asked = {}) =>
  house.rest(method, `/api/v2/shop/${address}`, {
    key: keyOf(role),
    ...(tag === undefined ? {} : { headers: { 'if-match': tag } }),
    ...(body === undefined ? {} : { body }),
  })
const tagFor = async (role: string) => String((await rest(role, 'GET', '_table/orders/1')).headers.etag)

test('is told where it is set, and to those who see it', async () => {
  expect((await rest('everything', 'GET', '_schema/orders')).text).toContain('"version_field":"revision"')
  expect((await rest('everything', 'GET', '_schema/customers')).text).not.toContain('version_field')
  expect((await rest('blind', 'GET', '_schema/orders')).text).not.toMatch(/version_field|revision/)
})

test('a role that does not see it has a tag of what it sees, and raises it all the same', async () => {
  const [theirs, all] = [await tagFor('blind'), await tagFor('everything')]
  expect(all).toMatch(/^"v\.[\w-]+"$/)
  expect(theirs).toMatch(/^"[\w-]{27}"$/)
  const body = { status: 'seen' }
  expect((await rest('blind', 'PATCH', '_table/orders/1', { tag: all, body })).status).toBe(412)
  expect((await rest('blind', 'PATCH', '_table/orders/1', { tag: theirs, body })).status).toBe(200)
  expect((await rest('everything', 'PATCH', '_table/orders/1', { tag: all, body })).status).toBe(412)
  expect((await rest('everything', 'GET', '_table/orders/1')).text).toContain('"revision":1')
})

test('nobody guesses versions without the right to read', async () => {
  const body = { status: 'guessed' }
  const [right, wrong] = [
    await rest('write-only', 'PATCH', '_table/orders/1', { tag: await tagFor('everything'), body }),
    await rest('write-only', 'PATCH', '_table/orders/1', { tag: '"v.OTk"', body }),
  ]
  expect([right.status, right.text]).toEqual([403, wrong.text])
})

test('a role that does not see it cannot write it', async () => {
  const answer = await rest('blind', 'POST', '_table/orders', {
    body: [{ customer_id: 1, status: 'new', revision: 70 }],
  })
  expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('"id"')])
  expect((await rest('everything', 'GET', '_table/orders?filter=revision=70')).text).toBe('{"resource":[]}')
})

test('the last version that there is stays the last, and no change goes on without another', async () => {
  const last = '9223372036854775807'
  const made = await rest('everything', 'POST', '_table/orders', {
    body: [{ id: 70, customer_id: 1, revision: last }],
  })
  expect([made.status, made.text]).toEqual([200, expect.stringContaining('70')])
  const body = { status: 'changed' }
  expect((await rest('everything', 'PATCH', '_table/orders/70', { body })).status).toBe(400)
  expect((await rest('everything', 'GET', '_table/orders/70')).body).toMatchObject({
    status: 'new',
    revision: last,
  })
})
