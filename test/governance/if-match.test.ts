import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const ofAnn = [{ name: 'customer_id', operator: '=', value: 1 }]

let house: House
beforeEach(async () => {
  house = await openHouse({
    everything: [{ component: '*', verbs: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] }],
    'write-only': [{ component: '_table/orders/*', verbs: ['PATCH', 'DELETE'] }],
    'narrow-reader': [
      { component: '_table/orders/*', verbs: ['PATCH', 'DELETE'] },
      { component: '_table/orders/*', verbs: ['GET'], filters: ofAnn },
    ],
    ann: [{ component: '_table/orders/*', verbs: ['GET', 'PATCH', 'DELETE'], filters: ofAnn }],
  })
})
afterEach(() => house.close())

const ask = (role: string, method: string, id: number, tag?: string, body?: object) =>
  house.rest(method, `/api/v2/shop/_table/orders/${id}`, {
    key: keyOf(role),
    ...(tag === undefined ? {} : { headers: { 'if-match': tag } }),
    ...(body === undefined ? {} : { body }),
  })
const change = { placed_on: '2020-01-01' }
const everyOrder = async () =>
  (await house.rest('GET', '/api/v2/shop/_table/orders', { key: keyOf('everything') })).text
const tagOf = async (id: number) => String((await ask('everything', 'GET', id)).headers.etag)

describe('If-Match tells nothing of records that a role may not read', () => {
  test.each(['PATCH', 'DELETE'])(
    'without the right to read, %s is refused for a right tag as for a wrong one',
    async (method) => {
      const before = await everyOrder()
      const body = method === 'PATCH' ? change : undefined
      const [right, wrong] = [
        await ask('write-only', method, 2, await tagOf(2), body),
        await ask('write-only', method, 2, '"wrong"', body),
      ]
      expect([right.status, right.text]).toEqual([403, wrong.text])
      expect(await everyOrder()).toBe(before)
      expect((await ask('write-only', method, 2, '*', body)).status).toBe(200)
    },
  )

  test.each(['PATCH', 'DELETE'])(
    '%s of a record outside the filter for reading never matches',
    async (method) => {
      const before = await everyOrder()
      const body = method === 'PATCH' ? change : undefined
      const [right, wrong] = [
        await ask('narrow-reader', method, 4, await tagOf(4), body),
        await ask('narrow-reader', method, 4, '"wrong"', body),
      ]
      expect([right.status, right.text]).toEqual([412, wrong.text])
      expect(await everyOrder()).toBe(before)
    },
  )

  test('a record outside the filter for writing is not there', async () => {
    const hidden = await ask('ann', 'PATCH', 4, await tagOf(4), change)
    const absent = await ask('ann', 'PATCH', 99, '"x"', change)
    expect([hidden.status, hidden.text.replace("'4'", "'99'")]).toEqual([404, absent.text])
  })

  test('two roles that see the same record have the same tag', async () => {
    expect((await ask('ann', 'GET', 1)).headers.etag).toBe(await tagOf(1))
    expect((await ask('ann', 'PATCH', 1, await tagOf(1), change)).status).toBe(200)
  })
})
