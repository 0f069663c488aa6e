import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const ofAnn = [{ name: 'customer_id', operator: '=', value: 1 }]

let house: House
beforeEach(async () => {
  house = await openHouse({
    ann: [{ component: '_table/orders/*', verbs: ALL, filters: ofAnn }],
    'one-order': [{ component: '_table/orders/2', verbs: ['GET', 'PATCH'] }],
    blind: [{ component: '_table/orders/*', verbs: ['POST', 'PATCH', 'DELETE'] }],
    'no-schema': [
      { component: '_table/orders/*', verbs: ['GET'] },
      { component: '_schema/orders', verbs: [] },
    ],
    'all-but-secrets': [
      { component: '_table/*', verbs: ALL },
      { component: '_table/secret_salaries/*', verbs: [] },
    ],
    everything: [{ component: '*', verbs: ALL }],
  })
})
afterEach(() => house.close())

const orders = (role: string, method: string, rest: string, body?: unknown) =>
  house.rest(method, `/api/v2/shop/_table/orders${rest}`, { key: keyOf(role), body })
const everyOrder = async () => (await orders('everything', 'GET', '')).text

describe('id_field finds records, and proves nothing', () => {
  test.each([
    ['POST', '?id_field=status', { resource: [{ customer_id: 2, status: 'new' }] }],
    ['POST', '?id_field=status&continue=true', { resource: [{ customer_id: 2, status: 'paid' }] }],
    ['PATCH', '?filter=id%3D1&id_field=status', { resource: [{ customer_id: 2 }] }],
    ['PUT', '?filter=id%3D1&id_field=status', { resource: [{ customer_id: 2 }] }],
    ['PATCH', '/paid?id_field=status', { customer_id: 2 }],
    ['PATCH', '?ids=40&id_field=total', { resource: [{ placed_on: '2020-01-01' }] }],
    ['DELETE', '?ids=40&id_field=total', undefined],
    ['DELETE', '/40?id_field=total', undefined],
  ])('%s orders%s stays inside the row filter', async (method, rest, body) => {
    const before = await everyOrder()
    const answer = await orders('ann', method, rest, body)
    expect(answer.status, answer.text).toBeGreaterThanOrEqual(400)
    expect(await everyOrder()).toBe(before)
  })

  test('a right to one address is no right to the record that another field calls so', async () => {
    expect((await orders('one-order', 'GET', '/2')).status).toBe(200)
    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', { status: 'x' }],
    ] as const) {
      expect((await orders(`one-order`, method, '/2?id_field=customer_id', body)).status).toBe(403)
      expect((await orders(`one-order`, method, '/paid?id_field=status', body)).status).toBe(403)
    }
  })

  test.each(['PATCH', 'DELETE'])(
    'a role that may not read learns of no field by naming it: %s',
    async (method) => {
      const body = method === 'PATCH' ? { status: 'x' } : undefined
      const [there, not] = await Promise.all(
        ['status', 'stotus'].map((name) => orders('blind', method, `/1?id_field=${name}`, body)),
      )
      expect([there?.status, there?.text]).toEqual([403, not?.text])
      const { status } = await orders('blind', method, '/2?id_field=ID', body)
      expect(status).toBe(200)
    },
  )

  test('nor by a row of an import', async () => {
    const { status, text } = await house.rest('POST', '/api/v2/shop/_import/orders', {
      key: keyOf('blind'),
      body: [{ statu: 'x' }],
    })
    expect([status, text]).toEqual([400, expect.stringContaining("Row 1: Unknown field 'statu'.")])
    expect(text).not.toMatch(/'status'|customer_id/)
  })

  test('a role that may not read cannot test values with it', async () => {
    const before = await everyOrder()
    for (const [method, rest, body] of [
      ['PATCH', '?ids=777001&id_field=total', { resource: [{ total: 777_001 }] }],
      ['DELETE', '?ids=777001&id_field=total', undefined],
      ['POST', '?id_field=total,status', { resource: [{ customer_id: 1 }] }],
      ['PATCH', '?filter=nope=1', { resource: [{ total: 1 }] }],
    ] as const) {
      expect((await orders('blind', method, rest, body)).status, rest).toBe(403)
    }
    expect(await everyOrder()).toBe(before)
  })

  test('the key of a record never changes', async () => {
    const answer = await orders('everything', 'PATCH', '?ids=new&id_field=status', {
      resource: [{ id: 501 }],
    })
    expect(answer.text).toContain("Field 'id' identifies the record and can not be changed.")
    expect(await everyOrder()).not.toContain('501')
  })
})

describe('what else tells', () => {
  test('a schema that is closed stays closed beside the records', async () => {
    expect((await orders('no-schema', 'GET', '?limit=1')).status).toBe(200)
    expect((await orders('no-schema', 'GET', '?limit=1&include_schema=true')).status).toBe(403)
    expect((await orders('no-schema', 'GET', '?fields=nope')).text).not.toMatch(/customer_id|placed_on/)
    const { text } = await house.tool(
      'get_table_data',
      { table_name: 'orders', include_schema: true },
      keyOf('no-schema'),
    )
    expect(text).toContain('forbidden')
  })

  test('relations to a hidden table are no names in a record', async () => {
    const post = (relation: string) =>
      house.rest('POST', '/api/v2/shop/_table/customers', {
        key: keyOf('all-but-secrets'),
        body: { resource: [{ name: 'N', region: 'r', [relation]: [{ id: 1 }] }] },
      })
    const strict = (relation: string) =>
      house.tool(
        'create_records',
        { table_name: 'customers', records: [{ name: 'N', region: 'r', [relation]: [{ id: 1 }] }] },
        keyOf('all-but-secrets'),
      )
    expect((await post('secret_salaries_by_customer_id')).status).toBe(
      (await post('nothing_by_customer_id')).status,
    )
    expect((await strict('secret_salaries_by_customer_id')).text.replaceAll('secret_salaries', 'T')).toBe(
      (await strict('sekret_salariez_by_customer_id')).text.replaceAll('sekret_salariez', 'T'),
    )
  })

  test('what contradicts the row filter is refused before the database can tell of a conflict', async () => {
    const clash = await orders('ann', 'POST', '', { resource: [{ id: 5, customer_id: 2 }] })
    const free = await orders('ann', 'POST', '', { resource: [{ id: 500, customer_id: 2 }] })
    expect(clash.text).toBe(free.text)
  })

  test('both ways to end a batch are refused alike for hidden and unknown tables', async () => {
    const ask = (table: string) =>
      house.rest('DELETE', `/api/v2/shop/_table/${table}?ids=1&continue=true&rollback=true`, {
        key: keyOf('all-but-secrets'),
      })
    expect((await ask('secret_salaries')).text).toBe((await ask('sekret_salariez')).text)
  })
})

describe('one request does not hold up the others', () => {
  test.each([
    ['a long order', '', { order: `id${' '.repeat(200_000)}x` }, 400],
    ['many criteria', '', { order: 'id,'.repeat(1_300) }, 400],
    ['many ids', '', { ids: Array.from({ length: 20_000 }, (_, id) => id) }, 400],
    ['many fields', '', { fields: Array.from({ length: 2_000 }, () => 'id') }, 400],
  ])('%s are refused at once', async (_, rest, body, status) => {
    expect((await orders('everything', 'GET', rest, body)).status).toBe(status)
  })

  test('more records than a request may hold are refused before they are looked at', async () => {
    const answer = await orders('everything', 'POST', '', {
      resource: Array.from({ length: 20_000 }, () => ({})),
    })
    expect(answer).toMatchObject({ status: 400 })
    expect(answer.text).toContain('At most 10000 records in one request.')
  })

  test('a large body of a stranger is not read', async () => {
    const answer = await house.rest('POST', '/api/v2/shop/_table/orders', {
      body: `{"resource":[${'0,'.repeat(50_000)}1234567890123456789]}`,
    })
    expect(answer.status).toBe(401)
  })
})
