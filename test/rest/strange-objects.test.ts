import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ all: [{ service: 'shop', component: '*', verb_mask: 31 }] })
})
afterAll(() => house.close())

/** What `String` throws at: JSON can name whatever a text is made by. */
const STRANGE: unknown = JSON.parse('{"toString":1,"valueOf":2}')

const OPTIONS = ['fields', 'ids', 'filter', 'params', 'limit', 'offset', 'order', 'group', 'cursor', 'top']

test.each(OPTIONS)('%s that cannot be made a text is told, and no failure', async (name) => {
  for (const verb of ['GET', 'PATCH', 'DELETE'])
    for (const value of [STRANGE, [STRANGE]]) {
      const { status } = await house.rest('POST', '/api/v2/shop/_table/orders', {
        key: keyOf('all'),
        headers: { 'x-http-method': verb },
        body: { resource: [{ status: 'x' }], [name]: value },
      })
      expect([verb, value, status < 500]).toEqual([verb, value, true])
    }
})

test.each(['GET', 'POST', 'PATCH', 'DELETE'])('%s of a schema neither', async (verb) => {
  const { status } = await house.rest('POST', '/api/v2/shop/_schema', {
    key: keyOf('all'),
    headers: { 'x-http-method': verb },
    body: {
      resource: [
        { name: STRANGE, field: [{ name: 'a', type: 'string', required: STRANGE, validation: [STRANGE] }] },
      ],
    },
  })
  expect(status).toBeLessThan(500)
})

test('ids that are an object are refused by name', async () => {
  const { status, text } = await house.rest('DELETE', '/api/v2/shop/_table/orders', {
    key: keyOf('all'),
    body: { ids: STRANGE },
  })
  expect([status, text]).toEqual([400, expect.stringContaining("'ids' must be a list")])
})
