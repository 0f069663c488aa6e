import { beforeEach, describe, expect, test } from 'vitest'
import { parseForm } from '../../src/http/form-body.ts'
import { type Door, openDoor } from './door.ts'

const ITEMS = 'order_items_by_order_id'

let door: Door
beforeEach(async () => {
  door = await openDoor()
})

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
const ask = async (method: Method, address: string, payload?: string | object, type = 'application/json') => {
  const headers = { 'x-dreamfactory-api-key': 'admin-key', 'content-type': type }
  const given = payload === undefined ? {} : { payload }
  const { status, body } = await door.ask(address, { method, headers, ...given })
  return { status, body, text: JSON.stringify(body) }
}
const count = async (query: string) => (await ask('GET', `shop/_table/${query}&count_only=true`)).body

describe('a list in brackets', () => {
  test.each([
    ['fields[]=id&fields[]=status&ids=1', { resource: [{ id: 1, status: 'paid' }] }],
    ['fields[0]=id&fields[1]=status&ids[]=1', { resource: [{ id: 1, status: 'paid' }] }],
    ['fields=id&ids[]=3&ids[]=1', { resource: [{ id: 3 }, { id: 1 }] }],
  ])('%s', async (query, expected) => {
    expect((await ask('GET', `shop/_table/orders?${query}`)).body).toEqual(expected)
  })

  test.each([
    ['fields[]=id&fields=status&ids=1', { resource: [{ id: 1, status: 'paid' }] }],
    ['fields=status&fields=id&ids=1', { resource: [{ id: 1, status: 'paid' }] }],
    ['select=status&fields=id&ids=1', { resource: [{ id: 1, status: 'paid' }] }],
    ['fields=id&ids=1&ids=3', { resource: [{ id: 1 }, { id: 3 }] }],
    ['fields=id&ids=1,2&ids[]=3', { resource: [{ id: 1 }, { id: 2 }, { id: 3 }] }],
    ['fields=id&fields=&ids=1', { resource: [{ id: 1 }] }],
    [
      `fields=id&ids=1&related=${ITEMS}&${ITEMS}.fields=sku&${ITEMS}_fields=quantity&${ITEMS}_limit=1&${ITEMS}.limit=1`,
      { resource: [{ id: 1, [ITEMS]: [{ sku: 'A', quantity: 2 }] }] },
    ],
  ])('is joined with what else is given: %s', async (query, expected) => {
    expect((await ask('GET', `shop/_table/orders?${query}`)).body).toEqual(expected)
  })

  test.each([
    ['filter=id=1&filter=id=2', 'filter'],
    ['filter=id=1&where=id=2', 'filter'],
    ['filter=id=1&filter=id=2&where=id=2', 'filter'],
    ['limit=1&top=2', 'limit'],
    ['limit=1&limit[]=1', 'limit'],
    ['order=id&sort=id desc', 'order'],
    ['filter=id=:x&params[:x]=1&params[:x]=2', 'params'],
    ['filter=id=:x&params[:x]=1&params[x]=2', 'params[:x]'],
    ['filter=id=:x&params={":x":1}&params[:x]=2', 'params[:x]'],
    [`related=${ITEMS}&${ITEMS}.filter=line_no=1&${ITEMS}.filter=line_no=2`, `${ITEMS}.filter`],
    [`related=${ITEMS}&${ITEMS}.limit=1&${ITEMS}_limit=2`, `${ITEMS}.limit`],
  ])('is refused where only one can be meant: %s', async (query, name) => {
    const { status, text } = await ask('GET', `shop/_table/orders?${query}`)
    expect([status, text]).toEqual([400, expect.stringContaining(name)])
    expect(text).toContain('is given twice')
  })

  test('what is given twice alike is given once', async () => {
    const { body } = await ask('GET', 'shop/_table/orders?fields=id&filter=id=2&where=id=2&limit=1&top=1')
    expect(body).toEqual({ resource: [{ id: 2 }] })
  })

  test('of a write, all that is named', async () => {
    const before = Number(await count('order_items?'))
    const removed = await ask('DELETE', 'shop/_table/order_items?filter=quantity>0&where=quantity=1')
    expect([removed.status, await count('order_items?')]).toEqual([400, before])
  })

  test.each(['filter', 'order', 'limit', 'offset', 'count_only', 'as_list'])(
    'is none for %s',
    async (name) => {
      const { status, text } = await ask('GET', `shop/_table/orders?${name}[]=1`)
      expect([status, text]).toEqual([400, expect.stringContaining(name)])
    },
  )

  test('removes those that it names, and no others', async () => {
    const before = Number(await count('order_items?'))
    expect((await ask('DELETE', 'shop/_table/orders?ids[]=99')).status).toBe(400)
    expect(await count('order_items?')).toBe(before)
  })
})

test.each([
  [{ ids: [true] }, "'ids.0': Must be text, a number, or an object"],
  [{ ids: [1, ['x', 1]] }, "'ids.1': Must be text, a number, or an object"],
  [{ filter: 'id=:x', params: { x: [1] } }, "'params.x': Must be text, a number, true, false or null"],
])('%j is refused with what would be right', async (body, told) => {
  const { status, text } = await ask('POST', 'shop/_table/orders?method=GET', body)
  expect([status, text]).toEqual([400, expect.stringContaining(told)])
})

describe('a read takes every option in its body', () => {
  const read = (body: object, query = '') => ask('POST', `shop/_table/orders?method=GET${query}`, body)

  test.each<[object, unknown]>([
    [{ as_list: true, limit: 2 }, { resource: [1, 2] }],
    [{ id_field: 'status', ids: ['new'], fields: ['status'] }, { resource: [{ status: 'new' }] }],
    [
      { distinct: true, fields: ['status'], filter: 'id < 3' },
      { resource: [{ status: 'new' }, { status: 'paid' }] },
    ],
    [
      { fields: ['id'], limit: 1, include_count: true },
      { resource: [{ id: 1 }], meta: { count: 6, next: 1 } },
    ],
    [
      {
        fields: ['id'],
        ids: [1],
        related: 'order_items_by_order_id',
        'order_items_by_order_id.fields': ['sku'],
        'order_items_by_order_id.limit': 1,
      },
      { resource: [{ id: 1, order_items_by_order_id: [{ sku: 'A' }] }] },
    ],
  ])('%j', async (body, expected) => {
    expect((await read(body)).body).toEqual(expected)
  })

  test.each([
    [{ having: 'nope > 1', group: 'status' }, 'nope'],
    [{ include_count: 'maybe' }, 'include_count'],
    [{ related: 'order_items_by_order_id', 'order_items_by_order_id.top': 1 }, 'order_items_by_order_id.top'],
  ])('%j is refused', async (body, name) => {
    const { status, text } = await read(body)
    expect([status, text]).toEqual([400, expect.stringContaining(name)])
  })

  test.each<[object, string]>([
    [{ filters: 'id=1' }, 'filters'],
    [{ fitler: 'id=1', limit: 1 }, 'fitler'],
    [{ wrap: false }, 'wrap'],
    [{ id: 1 }, 'id'],
    [{ 'nowhere.limit': 1 }, 'nowhere'],
    [{ related: 'order_items_by_order_id', 'nowhere.limit': 1 }, 'nowhere'],
    [
      { related: 'order_items_by_order_id', 'order_items_by_order_id.limit': true },
      'order_items_by_order_id.limit',
    ],
    [
      { related: 'order_items_by_order_id', 'order_items_by_order_id.filter': { quantity: 1 } },
      'order_items_by_order_id.filter',
    ],
  ])('%j is refused, for it would mean nothing', async (body, name) => {
    const answers = [
      await read(body),
      await ask('GET', 'shop/_table/orders', body),
      await ask('POST', 'shop/_table/orders/1?method=GET', body),
    ]
    for (const { status, text } of answers)
      expect([status, text]).toEqual([400, expect.stringContaining(`'${name}'`)])
  })

  test('of records in it, their keys count alone', async () => {
    const ids = [{ id: 1, status: 'other', total: 4, placed_on: null }]
    expect((await read({ resource: ids, fields: 'id' })).body).toEqual({ resource: [{ id: 1 }] })
    expect((await read({ ids, fields: 'id' })).status).toBe(400)
    const lines = { resource: [{ ORDER_ID: 1, line_no: 2, quantity: 7 }] }
    const { body } = await ask('POST', 'shop/_table/order_items?method=GET&fields=sku', lines)
    expect(body).toEqual({ resource: [{ sku: 'B' }] })
    const roles = await ask('POST', 'system/role?method=GET', { resource: [{ id: 1, name: 'other' }] })
    expect(roles.status).toBe(200)
  })

  test('of system records too', async () => {
    const { status, text } = await ask('POST', 'system/role?method=GET', { fitler: 'id=1' })
    expect([status, text]).toEqual([400, expect.stringContaining("'fitler'")])
    expect((await ask('POST', 'system/role?method=GET', { filter: 'id=1' })).status).toBe(200)
  })

  test('records, credentials and empty values may stand in it', async () => {
    const { status, body } = await read({
      resource: [{ id: 1 }],
      fields: 'id',
      api_key: 'x',
      'customers_by_customer_id.limit': null,
    })
    expect([status, body]).toEqual([200, { resource: [{ id: 1 }] }])
  })

  test('the query wins, and the body of a write is its records', async () => {
    const { body } = await read({ as_list: true, fields: ['id'], limit: 1 }, '&as_list=false')
    expect(body).toEqual({ resource: [{ id: 1 }] })
    const written = { resource: [{ name: 'n', region: 'r' }], as_list: true, related: 'nowhere' }
    expect((await ask('POST', 'shop/_table/customers', written)).body).toEqual({
      resource: [{ id: expect.any(Number) }],
    })
  })
})

test('a record without its key fails by itself, in a DELETE as in a PATCH', async () => {
  const resource = [{ order_id: 98, line_no: 1 }, { quantity: 1 }]
  for (const verb of ['DELETE', 'PATCH'] as const) {
    const answer = await ask(verb, 'shop/_table/order_items?continue=true', { resource })
    expect(answer.body).toMatchObject({
      error: {
        code: 1000,
        context: { error: [0, 1], resource: [{ status_code: 404 }, { status_code: 400 }] },
      },
    })
  }
})

describe('a key of several parts', () => {
  beforeEach(async () => {
    const key = { type: 'string', length: 20, is_primary_key: true }
    const field = [
      { name: 'a', ...key },
      { name: 'b', ...key },
      { name: 'v', type: 'string', allow_null: true },
    ]
    await ask('POST', 'shop/_schema', { resource: [{ name: 'pairs', field }] })
    const resource = [
      { a: 'x, y', b: '1', v: 'comma' },
      { a: 'say "x"', b: 'z', v: 'quote' },
      { a: 'p', b: '"q"', v: 'quoted' },
    ]
    await ask('POST', 'shop/_table/pairs', { resource })
  })

  test.each([
    ['x%2C%20y,1', 'comma'],
    ['%22x%2C%20y%22,1', 'comma'],
    ['say%20%22x%22,z', 'quote'],
    ['p,%22%22%22q%22%22%22', 'quoted'],
  ])('%s', async (address, v) => {
    expect((await ask('GET', `shop/_table/pairs/${address}?fields=v`)).body).toEqual({ v })
    expect((await ask('PATCH', `shop/_table/pairs/${address}?fields=v`, { v: 'new' })).body).toEqual({
      v: 'new',
    })
  })
})

describe('nothing chooses among the records of a write', () => {
  test.each(['limit=1', 'top=1', 'offset=1', 'cursor=x', 'group=status', 'distinct=true', 'count_only=true'])(
    '%s',
    async (option) => {
      const before = (await ask('GET', 'shop/_table/order_items')).text
      const removed = await ask('DELETE', `shop/_table/order_items?filter=quantity>0&${option}`)
      expect([removed.status, removed.text]).toEqual([
        400,
        expect.stringContaining('does not choose the records of a write'),
      ])
      const change = { resource: [{ quantity: 9 }] }
      for (const verb of ['PUT', 'PATCH'] as const)
        expect((await ask(verb, `shop/_table/order_items?filter=quantity>0&${option}`, change)).status).toBe(
          400,
        )
      expect((await ask('GET', 'shop/_table/order_items')).text).toBe(before)
    },
  )

  test.each([{ limit: 1 }, { distinct: true }, { having: 'quantity > 1' }])(
    'nor in a body: %j',
    async (option) => {
      const body = { resource: [{ quantity: 95 }], filter: 'quantity > 0', ...option }
      expect((await ask('PATCH', 'shop/_table/order_items', body)).status).toBe(400)
      const removed = await ask('DELETE', 'shop/_table/order_items', { filter: 'quantity = 95', ...option })
      expect(removed.status).toBe(400)
      expect(await count('order_items?filter=quantity=95')).toBe(0)
    },
  )
})

describe('dry_run where nothing is only tried', () => {
  const steps = [{ operation: 'create', table: 'customers', record: { name: 'tried', region: 'r' } }]

  test('steps are tried, asked for in the address or in the body', async () => {
    for (const [query, body] of [
      ['?dry_run=true', { steps }],
      ['?dry_run=1', steps],
      ['', { steps, dry_run: true }],
    ] as const) {
      const { status, text } = await ask('POST', `shop/_batch${query}`, body)
      expect([status, JSON.parse(text)]).toMatchObject([200, { dry_run: true, affected: 1, steps: [{}] }])
    }
    expect((await ask('POST', 'shop/_batch?dry_run=perhaps', { steps })).status).toBe(400)
    expect(await count("customers?filter=name='tried'")).toBe(0)
  })

  test.each<[Method, string, object]>([
    ['POST', 'shop/_schema', { resource: [{ name: 'tried', field: [{ name: 'id', type: 'id' }] }] }],
    ['PATCH', 'shop/_schema/orders', { label: 'tried' }],
    ['DELETE', 'shop/_schema/order_items', {}],
    ['POST', 'shop/_import/customers', [{ name: 'tried', region: 'r' }]],
    ['POST', 'system/role', { resource: [{ name: 'tried' }] }],
    ['POST', 'shop/_proc/anything', { params: [1] }],
  ])('%s %s is refused', async (method, address, body) => {
    const { status, text } = await ask(method, `${address}?dry_run=true&force=true`, body)
    expect([status, text]).toEqual([400, expect.stringContaining("'dry_run' is for writes of records")])
    expect(await count("customers?filter=name='tried'")).toBe(0)
    expect((await ask('GET', 'shop/_schema/tried')).status).toBe(404)
    expect((await ask('GET', 'shop/_schema/order_items')).status).toBe(200)
  })

  test.each<[Method, string, object]>([
    ['POST', 'shop/_schema', { resource: [{ name: 'tried', field: [{ name: 'id', type: 'id' }] }] }],
    ['DELETE', 'shop/_schema/order_items', {}],
    ['POST', 'shop/_import/customers', { resource: [{ name: 'tried', region: 'r' }] }],
    ['POST', 'system/role', { resource: [{ name: 'tried' }] }],
  ])('%s %s is refused with it in the body', async (method, address, body) => {
    const { status, text } = await ask(method, `${address}?force=true`, { ...body, dry_run: true })
    expect([status, text]).toEqual([400, expect.stringContaining("'dry_run' is for writes of records")])
  })

  test.each<[Method, string, object | undefined]>([
    ['POST', '_func/add_ints?dry_run=true', [2, 3]],
    ['POST', '_func/add_ints(2,3)?dry_run=true', undefined],
    ['POST', '_func/add_ints(2,3)?dry_run=true', {}],
    ['GET', '_func/add_ints(2,3)?dry_run=true', undefined],
    ['POST', '_func/add_ints', { params: [2, 3], dry_run: true }],
    ['POST', '_proc/anything?dry_run=true', [1]],
  ])('%s %s with %j is no argument', async (method, address, body) => {
    const { status, text } = await ask(method, `shop/${address}`, body)
    expect([status, text]).toEqual([400, expect.stringContaining("'dry_run' is for writes of records")])
  })

  test('is an argument where those of a routine are in the query', async () => {
    const { text } = await ask('POST', 'shop/_func/add_ints?a=2&b=3&dry_run=true')
    expect(text).not.toContain('is for writes of records')
  })

  test.each([
    ['_batch', 'continue'],
    ['_import/customers', 'continue'],
    ['_import/customers', 'rollback'],
  ])('%s with %s is refused', async (address, option) => {
    const body = address === '_batch' ? { steps } : [{ name: 'tried', region: 'r' }]
    const { status, text } = await ask('POST', `shop/${address}?${option}=true`, body)
    expect([status, text]).toEqual([400, expect.stringContaining(`'${option}'`)])
  })
})

describe('related records as elements', () => {
  const order = (inner: string) =>
    `<dfapi><resource><id>77</id><customer_id>1</customer_id><status>new</status>${inner}</resource></dfapi>`
  const item = (line: number) =>
    `<order_items_by_order_id><line_no>${line}</line_no><sku>E</sku><quantity>1</quantity></order_items_by_order_id>`

  test.each([
    ['one', item(1), 1],
    ['several', item(1) + item(2), 2],
    ['none', '<order_items_by_order_id/>', 0],
  ])('%s of them', async (_, inner, made) => {
    const answer = await ask('POST', 'shop/_table/orders', order(inner), 'application/xml')
    expect(answer.body).toEqual({ resource: [{ id: 77 }] })
    expect(await count('order_items?filter=order_id=77')).toBe(made)
  })

  test('in JSON a list stays a list', async () => {
    const record = { customer_id: 1, status: 'new', order_items_by_order_id: { line_no: 1, sku: 'E' } }
    expect((await ask('POST', 'shop/_table/orders', { resource: [record] })).status).toBe(400)
  })
})

test('a form that appends records has each of them', () => {
  expect(parseForm('resource[][name]=a&resource[][name]=b%20c')).toEqual({
    resource: [{ name: 'a' }, { name: 'b c' }],
  })
  expect(parseForm('resource%5B%5D%5Bname%5D=a&x=1&resource[][tags][]=b')).toEqual({
    resource: [{ name: 'a' }, { tags: ['b'] }],
    x: '1',
  })
})
