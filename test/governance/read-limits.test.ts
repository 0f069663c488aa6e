import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const everything = { component: '_table/*', verbs: ALL }
const two = { component: '_table/orders/*', verbs: ALL, limits: { max_rows: 2 } }

let house: House
beforeAll(async () => {
  house = await openHouse({
    free: [everything],
    two: [everything, two],
    lowest: [
      { component: '_table/*', verbs: ['GET'], limits: { max_rows: 2 } },
      { component: '_table/*', verbs: ['GET'], limits: { max_rows: 5 } },
    ],
    'by-id': [everything, two, { component: '_table/orders/1', verbs: ALL }],
    'one-item': [everything, { component: '_table/order_items/*', verbs: ALL, limits: { max_rows: 1 } }],
    // Far longer than any of these takes: that it is there must change nothing.
    patient: [{ ...everything, limits: { timeout_ms: 600_000 } }],
  })
})
afterAll(() => house.close())

const rest = (role: string, path: string, more: object = {}, method = 'GET') =>
  house.rest(method, `/api/v2/shop/${path}`, { key: keyOf(role), ...more })
const idsIn = (text: string) => [...text.matchAll(/"id":\s*(\d+)/g)].map(([, id]) => Number(id))
const tool = async (role: string, name: string, args: object) =>
  Object((await house.tool(name, { table_name: 'orders', ...args }, keyOf(role))).body).result

describe('most rows of an answer', () => {
  test.each(['two', 'lowest', 'by-id'])('%s: no parameter of a list goes past it', async (role) => {
    for (const query of [
      '',
      '?limit=6',
      '?limit=1000000',
      '?include_count=true',
      '?filter=id%3E0',
      '?order=id&limit=6',
      '?offset=1&limit=6',
      '?fields=id&distinct=true',
      '?fields=id&group=id',
      '?cursor=&limit=6',
      '?include_schema=false&limit=6',
    ]) {
      const { status, text } = await rest(role, `_table/orders${query}`)
      expect([query, status]).toEqual([query, 200])
      expect([query, idsIn(text).length]).toEqual([query, 2])
    }
  })

  test.each(['two', 'lowest'])('%s: nor another form of the answer', async (role) => {
    for (const accept of ['text/csv', 'application/xml']) {
      const { text } = await rest(role, '_table/orders?fields=id&limit=6', { headers: { accept } })
      const rows = text.match(/^\d+\s*$|<id>\d+<\/id>/gm) ?? []
      expect([accept, rows.length]).toEqual([accept, 2])
    }
  })

  test('more ids than that are refused, at both doors', async () => {
    for (const query of ['?ids=1,2,3', '?ids=1,2,3&continue=true', '?ids=1,1,2']) {
      const { status, text } = await rest('two', `_table/orders${query}`)
      expect([query, status, text]).toEqual([query, 403, expect.stringContaining('at most 2 rows')])
    }
    expect((await rest('two', '_table/orders?ids=1,2')).status).toBe(200)
    const refused = await tool('two', 'get_table_data', { ids: [1, 2, 3] })
    expect([refused.isError, refused.content[0].text]).toEqual([
      true,
      expect.stringContaining('at most 2 rows'),
    ])
  })

  test('tools show as many, and the rest page by page', async () => {
    const first = await tool('two', 'get_table_data', { limit: 6, order: 'id' })
    expect(first.structuredContent).toMatchObject({ returned: 2, has_more: true })
    const groups = await tool('two', 'aggregate_data', {
      aggregates: [{ function: 'COUNT', field: '*', alias: 'n' }],
      group_by: ['id'],
      limit: 6,
    })
    expect(groups.structuredContent.rows).toHaveLength(2)
    const linked = await tool('two', 'get_table_data', { format: 'json_link' })
    const { uri } = linked.content.find(({ type }: { type: string }) => type === 'resource_link')
    const { text } = await house.rpc('resources/read', { uri }, keyOf('two'))
    const [content] = JSON.parse(text).result.contents
    expect(JSON.parse(content.text)).toHaveLength(2)
    const steps = { steps: [{ operation: 'list', table: 'orders', limit: 6 }] }
    const { body } = await house.tool('run_batch', steps, keyOf('two'))
    expect(idsIn(JSON.stringify(Object(body).result.structuredContent))).toHaveLength(2)
  })

  test('related records count, of all relations together, in answers of reads and of writes', async () => {
    const wide = ['customers?related=orders_by_customer_id', 'customers/1?related=orders_by_customer_id']
    for (const path of wide) {
      const { status, text } = await rest('two', `_table/${path}`)
      const own = idsIn(JSON.stringify(JSON.parse(text).orders_by_customer_id ?? [])).length
      expect([path, status === 403 || (status === 200 && own <= 2)]).toEqual([path, true])
    }
    expect((await rest('two', '_table/customers?related=orders_by_customer_id')).status).toBe(403)
    expect((await rest('free', '_table/customers?related=orders_by_customer_id')).status).toBe(200)
    const refused = 'at most 1 rows'
    const items = (path: string, method = 'GET', body?: object) =>
      rest('one-item', `_table/${path}`, body ? { body } : {}, method)
    for (const path of [
      'orders/1?related=order_items_by_order_id',
      'orders?related=order_items_by_order_id',
      'customers?related=orders_by_customer_id.order_items_by_order_id',
      'orders?related=*',
      'orders?ids=1,5&related=order_items_by_order_id',
    ])
      expect([path, (await items(path)).text]).toEqual([path, expect.stringContaining(refused)])
    const written = await items('orders/1?related=order_items_by_order_id', 'PATCH', { status: 'paid' })
    expect(written.text).toContain(refused)
    const cut = 'orders/1?related=order_items_by_order_id&order_items_by_order_id.limit=1'
    expect((await items(cut)).status).toBe(200)
    const csv = await rest('one-item', '_table/orders?related=order_items_by_order_id', {
      headers: { accept: 'text/csv' },
    })
    expect(csv.text.includes('CANARY-SKU') && csv.text.includes('"A"')).toBe(false)
  })

  test('counts and what others may read stay as they are', async () => {
    const counted = await rest('two', '_table/orders?count_only=true')
    expect(counted.text).toContain('6')
    expect(idsIn((await rest('two', '_table/customers')).text)).toHaveLength(3)
    expect(idsIn((await rest('free', '_table/orders')).text)).toHaveLength(6)
    expect(idsIn((await rest('patient', '_table/orders')).text)).toHaveLength(6)
  })
})
