import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const ofAnn = [{ name: 'customer_id', operator: '=', value: 1 }]
const deletes = { component: '_table/*', verbs: ['GET', 'DELETE'] }

let house: House
beforeEach(async () => {
  house = await openHouse({
    everything: [{ component: '*', verbs: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] }],
    deleter: [deletes],
    granted: [deletes, { component: '_delete_all/order_items', verbs: ['DELETE'] }],
    'granted-all': [deletes, { component: '_delete_all/*', verbs: ['DELETE'] }],
    'granted-to-read': [deletes, { component: '_delete_all/*', verbs: ['GET', 'PUT'] }],
    'granted-with-filter': [deletes, { component: '_delete_all/*', verbs: ['DELETE'], filters: ofAnn }],
    'granted-without-delete': [
      { component: '_table/*', verbs: ['GET'] },
      { component: '_delete_all/*', verbs: ['DELETE'] },
    ],
    ann: [
      { component: '_table/orders', verbs: ['GET', 'DELETE'], filters: ofAnn },
      { component: '_delete_all/*', verbs: ['DELETE'] },
    ],
  })
})
afterEach(() => house.close())

const empty = (role: string, table: string) =>
  house.rest('DELETE', `/api/v2/shop/_table/${table}?force=true`, { key: keyOf(role) })
const rowsIn = async (table: string) =>
  Number(
    (await house.rest('GET', `/api/v2/shop/_table/${table}?count_only=true`, { key: keyOf('everything') }))
      .text,
  )

describe('deleting everything in a table', () => {
  test.each(['everything', 'deleter', 'granted-to-read', 'granted-with-filter', 'granted-without-delete'])(
    'is refused for the role %s, by each door',
    async (role) => {
      const before = await rowsIn('order_items')
      expect((await empty(role, 'order_items')).status).toBe(403)
      await house.tool('delete_records', { table_name: 'order_items', force: true }, keyOf(role))
      expect(await rowsIn('order_items')).toBe(before)
    },
  )

  test('works for the tables that a role has it granted for', async () => {
    expect((await empty('granted', 'secret_salaries')).status).toBe(403)
    expect(await empty('granted', 'ORDER_ITEMS')).toMatchObject({ status: 200, body: { success: true } })
    expect(await rowsIn('order_items')).toBe(0)
    expect((await empty('granted-all', 'secret_salaries')).status).toBe(200)
    expect(await rowsIn('secret_salaries')).toBe(0)
  })

  test('takes no row that the table’s own rule keeps out of reach', async () => {
    await empty('granted', 'order_items')
    expect((await empty('ann', 'orders')).status).toBe(200)
    expect(await rowsIn('orders')).toBe(4)
  })
})
