import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const ofAnn = [{ name: 'customer_id', operator: '=', value: 1 }]

let house: House
beforeEach(async () => {
  house = await openHouse({
    reader: [{ component: '_table/*', verbs: ['GET'] }],
    ann: [{ component: '_table/orders/*', verbs: ALL, filters: ofAnn }],
    either: [
      {
        component: '_table/orders/*',
        verbs: ALL,
        filters: [...ofAnn, { name: 'status', operator: '=', value: 'new' }],
        filter_op: 'OR',
      },
    ],
    'write-only': [{ component: '_table/orders/*', verbs: ['POST', 'PATCH', 'DELETE'] }],
    'narrow-reader': [
      { component: '_table/orders/*', verbs: ['PATCH', 'DELETE'] },
      { component: '_table/orders/*', verbs: ['GET'], filters: ofAnn },
    ],
    everything: [{ component: '*', verbs: ALL }],
  })
})
afterEach(() => house.close())

const everyOrder = async () =>
  (await house.rest('GET', '/api/v2/shop/_table/orders', { key: keyOf('everything') })).text
const orders = (role: string, method: string, rest: string, body?: unknown) =>
  house.rest(method, `/api/v2/shop/_table/orders${rest}`, { key: keyOf(role), body })

describe('a row filter holds on writes', () => {
  test.each([
    ['PATCH', '/4', { status: 'x' }],
    ['PUT', '/4', { status: 'x' }],
    ['DELETE', '/4', undefined],
    ['PATCH', '', { resource: [{ id: 4, status: 'x' }] }],
    ['PATCH', '?ids=1,4', { resource: [{ status: 'x' }] }],
    ['PATCH', '?filter=id=4', { resource: [{ status: 'x' }] }],
    ['PATCH', `?filter=${encodeURIComponent('id=4) or (id>0')}`, { resource: [{ status: 'x' }] }],
    ['DELETE', '?ids=4', undefined],
    ['DELETE', '?filter=id=4', undefined],
    ['DELETE', '?force=true', undefined],
    ['POST', '', { resource: [{ customer_id: 2, status: 'mine' }] }],
    [
      'POST',
      '',
      {
        resource: [
          { customer_id: 1, status: 'mine' },
          { customer_id: 2, status: 'mine' },
        ],
      },
    ],
    ['PATCH', '/1', { customer_id: 2 }],
    ['PATCH', '?filter=id=1', { resource: [{ customer_id: 2 }] }],
  ])('%s orders%s changes no row outside it', async (method, rest, body) => {
    for (const role of ['ann', 'either']) {
      const before = JSON.parse(await everyOrder()).resource.filter(
        (row: { customer_id: number; status: string }) => row.customer_id !== 1 && row.status !== 'new',
      )
      await orders(role, method, rest, body)
      const after = JSON.parse(await everyOrder()).resource
      expect(
        after.filter(
          (row: { customer_id: number; status: string }) => row.customer_id !== 1 && row.status !== 'new',
        ),
        role,
      ).toEqual(before)
    }
  })

  test('a record moved out of it is put back', async () => {
    const before = await everyOrder()
    expect(await orders('ann', 'PATCH', '/1', { customer_id: 2 })).toMatchObject({
      status: 403,
      body: { error: { message: 'Denied access to some of the requested fields.' } },
    })
    expect(await everyOrder()).toBe(before)
  })

  test('a record outside it does not exist', async () => {
    expect(await orders('ann', 'PATCH', '/4', { status: 'x' })).toMatchObject({
      status: 404,
      body: { error: { message: "Record with identifier '4' not found." } },
    })
    expect(await orders('ann', 'GET', '/4')).toMatchObject({ status: 404 })
  })

  test('holds through the tools alike', async () => {
    const before = await everyOrder()
    for (const [tool, args] of [
      ['update_records', { ids: [4], records: [{ status: 'x' }] }],
      ['update_records', { filter: 'id >= 3', records: [{ status: 'x' }] }],
      ['update_records', { records: [{ id: 4, status: 'x' }] }],
      ['update_records', { ids: [1], records: [{ customer_id: 2 }] }],
      ['delete_records', { ids: [4] }],
      ['delete_records', { filter: 'customer_id != 1' }],
      ['delete_records', { force: true }],
      ['create_records', { records: [{ customer_id: 3 }] }],
    ] as const) {
      await house.tool(tool, { table_name: 'orders', ...args }, keyOf('ann'))
    }
    expect(await everyOrder()).toBe(before)
  })
})

describe('writing never implies reading', () => {
  test('an answer shows keys only', async () => {
    expect(await orders('write-only', 'PATCH', '/1', { status: 'x' })).toMatchObject({
      status: 200,
      body: { id: 1 },
    })
    expect(await orders('write-only', 'PATCH', '/1?fields=*', { status: 'x' })).toMatchObject({ status: 403 })
    expect(await orders('write-only', 'DELETE', '/6?fields=total')).toMatchObject({ status: 403 })
    expect(JSON.parse(await everyOrder()).resource).toHaveLength(6)
  })

  test('a filter of a write cannot be used to feel for values', async () => {
    expect(
      await orders('write-only', 'PATCH', `?filter=${encodeURIComponent('total > 700000')}`, {
        resource: [{ placed_on: null }],
      }),
    ).toMatchObject({ status: 403 })
    const felt = await orders(
      'narrow-reader',
      'PATCH',
      `?filter=${encodeURIComponent('total > 0')}&fields=*`,
      { resource: [{ status: 'felt' }] },
    )
    expect(felt.text).not.toContain('777001')
    expect(felt.body).toMatchObject({ resource: [{ id: 1 }, { id: 2 }] })
  })

  test('a record that may be written but not read shows its key', async () => {
    expect(await orders('narrow-reader', 'PATCH', '/5?fields=*', { placed_on: '2025-01-01' })).toMatchObject({
      status: 200,
      body: { id: 5 },
    })
    expect((await orders('narrow-reader', 'DELETE', '/4?fields=*')).body).toEqual({ id: 4 })
  })
})

describe('verbs', () => {
  test('the doors agree on every verb', async () => {
    const calls = [
      ['GET', '/1', undefined, 'get_table_data', { ids: [1] }],
      ['POST', '', { resource: [{ customer_id: 1 }] }, 'create_records', { records: [{ customer_id: 1 }] }],
      [
        'PATCH',
        '?ids=1',
        { resource: [{ total: 1 }] },
        'update_records',
        { ids: [1], records: [{ total: 1 }] },
      ],
      ['DELETE', '?ids=6', undefined, 'delete_records', { ids: [2] }],
    ] as const
    for (const role of ['reader', 'write-only', 'everything']) {
      for (const [method, rest, body, tool, args] of calls) {
        const overRest = await orders(role, method, rest, body)
        const overMcp = await house.tool(tool, { table_name: 'orders', ...args }, keyOf(role))
        const allowed = !overMcp.text.includes('"error"') && !overMcp.text.includes('"isError":true')
        expect({ role, method, allowed: overRest.status < 300 }, overRest.text + overMcp.text).toEqual({
          role,
          method,
          allowed,
        })
      }
    }
  })

  test('a role that only reads is offered no tool that writes', async () => {
    const { body } = await house.rpc('tools/list', {}, keyOf('reader'))
    const names = (body as { result: { tools: { name: string }[] } }).result.tools.map(({ name }) => name)
    expect(names).toContain('get_table_data')
    expect(names.filter((name) => /create|update|delete|call/.test(name))).toEqual([])
  })

  test('without credentials there is nothing', async () => {
    for (const path of [
      '/api/v2/shop/_table/orders',
      '/api/v2/shop/_table/nope',
      '/api/v2/nope/_table/orders',
      '/api/v2/shop',
    ]) {
      expect((await house.rest('GET', path)).status, path).toBe(401)
    }
    expect((await house.rest('POST', '/mcp/shop', { body: {} })).status).toBe(401)
  })
})
