import { describe, expect, test } from 'vitest'
import { door, errorOf, ids, openAs, orders, useDoor, write } from './asks.ts'
import { as, READER_KEY } from './door.ts'

useDoor()

describe('lists', () => {
  test('are wrapped, and have no meta when nothing calls for it', async () => {
    const answer = await orders('?fields=id,status&limit=2')
    expect(answer.body).toEqual({
      resource: [
        { id: 1, status: 'paid' },
        { id: 2, status: 'new' },
      ],
    })
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    })
  })

  test('come bare when asked', async () => {
    expect((await orders('?fields=id&ids=1&wrap=false')).body).toEqual([{ id: 1 }])
    const headers = { 'x-dreamfactory-api-key': 'admin-key', wrap: 'false' }
    expect((await door.ask('shop/_table/orders?fields=id&ids=1', { headers })).body).toEqual([{ id: 1 }])
    expect((await orders('?fields=id&limit=1&wrap=false&include_count=1')).body).toEqual({
      resource: [{ id: 1 }],
      meta: { count: 6, next: 1 },
    })
  })

  test.each([
    ['?top=2&skip=1&select=id&sort=id desc', [5, 4]],
    ["?where=status='paid'&order_by=id desc", [6, 3, 1]],
    ['?filter=status=:s&params[:s]=new', [2]],
    ['?filter=status=:s&params[s]=new', [2]],
    ['?filter=status=:s&params={":s":"new"}', [2]],
    ['?ids=3,1', [3, 1]],
    ['?ids= 3 , 1 ,', [3, 1]],
    ['?limit=0', [1, 2, 3, 4, 5, 6]],
    ['?limit=-1', [1, 2, 3, 4, 5, 6]],
    ['?limit=abc', [1, 2, 3, 4, 5, 6]],
    ['?limit=2.9', [1, 2]],
    ['?limit=1&limit=2', [1, 2]],
    ['?offset=999', []],
    ['?zzz=1&$top=1&limit=1', [1]],
    ['?filter=&order=&group=&ids=&limit=1', [1]],
    ['/?limit=1', [1]],
  ])('%s', async (query, wanted) => {
    const answer = await orders(query)
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    expect(ids(answer)).toEqual(wanted)
  })

  test('params that are no JSON object are refused', async () => {
    expect(errorOf(await orders('?filter=status=:s&params=[1')).message).toBe(
      "'params' is not a JSON object.",
    )
  })

  test('count, next page and schema are in meta when asked', async () => {
    expect((await orders('?limit=2&offset=2&include_count=true&fields=id')).body).toEqual({
      resource: [{ id: 3 }, { id: 4 }],
      meta: { count: 6, next: 4, previous: 0 },
    })
    expect((await orders('?limit=4&offset=4&include_count=true')).body).toMatchObject({ meta: { count: 6 } })
    expect((await orders('?limit=4&offset=4&include_count=true')).body).not.toHaveProperty('meta.next')
    expect((await orders('?limit=1&include_schema=true')).body).toMatchObject({
      meta: { schema: { name: 'orders' } },
    })
  })

  test('count_only is a bare number', async () => {
    expect((await orders("?count_only=true&filter=status='paid'")).body).toBe(3)
  })

  test.each(['true', '1', 'on', 'YES', 'y', 't'])('a flag is set by %s', async (word) => {
    expect((await orders(`?count_only=${word}`)).body).toBe(6)
  })

  test.each(['false', '0', '', 'off', 'NO', 'f'])('and not by %j', async (word) => {
    expect((await orders(`?count_only=${word}`)).body).toHaveProperty('resource')
  })

  test('without a limit, more rows than one answer holds are told in meta on every page', async () => {
    await openAs({ maxRecords: 4 })
    expect((await orders('?fields=id')).body).toMatchObject({ meta: { count: 6, next: 4 } })
    const last = await orders('?fields=id&offset=4')
    expect(last.body).toEqual({ resource: [{ id: 5 }, { id: 6 }], meta: { count: 6, previous: 0 } })
    expect((await orders('?fields=id&limit=50')).body).not.toHaveProperty('meta')
    expect(ids(await orders('?fields=id&limit=50'))).toHaveLength(4)
  })

  test('as_list gives the values of the identifying field', async () => {
    expect((await orders('?as_list=true&limit=2')).body).toEqual({ resource: [1, 2] })
    expect((await door.ask('shop/_table/customers?as_list=1&id_field=email&limit=1')).body).toEqual({
      resource: ['ann@example.com'],
    })
  })

  test('an empty fields gives the identifying field alone', async () => {
    expect((await orders('?fields=&limit=1')).body).toEqual({ resource: [{ id: 1 }] })
  })

  test('read their options from a body, where the query wins', async () => {
    const body = { method: 'GET', payload: { filter: 'id<3', fields: ['id'], limit: 5 } } as const
    expect((await door.ask('shop/_table/orders', body)).body).toEqual({ resource: [{ id: 1 }, { id: 2 }] })
    expect(ids(await door.ask('shop/_table/orders?filter=id=6', body))).toEqual([6])
    const records = {
      method: 'GET',
      payload: { resource: [{ id: 2, status: null }, { id: 1 }], fields: 'id' },
    } as const
    expect(ids(await door.ask('shop/_table/orders', records))).toEqual([2, 1])
  })

  test('composite keys go as objects', async () => {
    const payload = { ids: [{ order_id: 1, line_no: 2 }], fields: 'sku' }
    expect((await door.ask('shop/_table/order_items?method=GET', { method: 'POST', payload })).body).toEqual({
      resource: [{ sku: 'B' }],
    })
  })

  test('a wrong type in the body is refused by name', async () => {
    const answer = await door.ask('shop/_table/orders', { method: 'GET', payload: { filter: { id: 1 } } })
    expect(answer.status).toBe(400)
    expect(errorOf(answer).message).toContain("'filter'")
  })

  test('relations take options of their own, in both spellings', async () => {
    const query = '?related=orders_by_customer_id&fields=id&ids=2&orders_by_customer_id'
    const wanted = { resource: [{ id: 2, orders_by_customer_id: [{ id: 4 }] }] }
    for (const dot of ['.', '_']) {
      const name = `orders_by_customer_id${dot}`
      const all = `${query}${dot}fields=id&${name}order=id desc&${name}limit=1&${name}filter=id>1`
      expect((await door.ask(`shop/_table/customers${all}`)).body).toEqual(wanted)
    }
  })

  test('a missing id is a batch error', async () => {
    const answer = await orders('?ids=1,99&fields=id')
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({
      error: {
        code: 1000,
        context: {
          error: [1],
          resource: [
            { id: 1 },
            { code: 404, context: null, message: "Record with identifier '99' not found.", status_code: 404 },
          ],
        },
        message: 'Batch Error: Not all requested records could be retrieved.',
        status_code: 400,
      },
    })
  })

  test('an unknown field names the nearest', async () => {
    expect((await orders('?fields=id,statos')).body).toEqual({
      error: {
        code: 400,
        context: null,
        message: 'Invalid field requested: statos',
        status_code: 400,
        hint: expect.stringContaining("Did you mean 'status'?"),
      },
    })
  })
})

describe('one record', () => {
  test('comes bare, by any identifying field, whatever follows its id', async () => {
    expect((await orders('/1?fields=id,status')).body).toEqual({ id: 1, status: 'paid' })
    expect((await orders('/1/2?fields=id')).body).toEqual({ id: 1 })
    expect((await door.ask('shop/_table/customers/bob%40example.com?id_field=email&fields=id')).body).toEqual(
      { id: 2 },
    )
    expect((await door.ask('shop/_table/order_items/1,2?fields=sku')).body).toEqual({ sku: 'B' })
  })

  test('is 404 when it is not there, 400 when its id cannot be', async () => {
    expect(errorOf(await orders('/99')).message).toBe("Record with identifier '99' not found.")
    expect(errorOf(await orders('/abc'))).toMatchObject({
      code: 400,
      message: "Field 'id' must be a valid integer.",
    })
  })

  test('is not made by POST', async () => {
    expect(errorOf(await write('POST', 'orders/9', { status: 'x' })).message).toBe(
      'Create record by identifier not currently supported.',
    )
  })

  test.each(['PUT', 'PATCH'] as const)('%s changes it: bare, wrapped or in a list', async (verb) => {
    for (const body of [
      { status: 'a' },
      { resource: [{ status: 'b' }] },
      { resource: { status: 'c' } },
      [{ status: 'd' }],
    ]) {
      expect((await write(verb, 'orders/1', body)).body).toEqual({ id: 1 })
    }
    expect((await write(verb, 'orders/1?fields=id,status', { total: 1 })).body).toEqual({
      id: 1,
      status: 'd',
    })
  })

  test.each([{}, 'text', undefined, [], [3]])('is not changed by %j', async (body) => {
    const answer = await write('PATCH', 'orders/1', body)
    expect(answer.status).toBe(400)
    expect(errorOf(answer).message).toBe('The request contains no valid record fields.')
  })

  test.each([{ nosuch: 1 }, { nosuch: 1, other: null }])(
    'is not changed by %j, which has none of its fields, and must be there',
    async (body) => {
      expect((await write('PATCH', 'orders/1', body)).body).toEqual({ id: 1 })
      expect((await write('PATCH', 'orders/1', { ...body, id: 1 })).body).toEqual({ id: 1 })
      expect((await write('PATCH', 'orders/999', body)).status).toBe(404)
    },
  )

  test('a field of a bare record is never taken for an option', async () => {
    const answer = await write('PATCH', 'orders/1', { status: 'x', fields: 'nosuch', filter: 'id=2' })
    expect(answer.body).toEqual({ id: 1 })
  })

  test('DELETE answers its key, or the fields asked for', async () => {
    expect((await write('DELETE', 'order_items/1,1?fields=sku')).body).toEqual({ sku: 'A' })
    expect((await write('DELETE', 'order_items/1,2')).body).toEqual({ order_id: 1, line_no: 2 })
    expect((await write('DELETE', 'orders/99')).status).toBe(404)
  })
})

describe('writes to a collection', () => {
  test.each([
    ['wrapped', { resource: [{ name: 'New', region: 'east' }] }],
    ['wrapped alone', { resource: { name: 'New', region: 'east' } }],
    ['as a list', [{ name: 'New', region: 'east' }]],
  ])('POST takes records %s', async (_how, body) => {
    expect(await write('POST', 'customers', body)).toMatchObject({
      status: 200,
      body: { resource: [{ id: 4 }] },
    })
  })

  test('POST answers the fields asked for', async () => {
    const body = { resource: [{ name: 'New', region: 'east', nosuch: 1 }] }
    expect((await write('POST', 'customers?fields=id,name', body)).body).toEqual({
      resource: [{ id: 4, name: 'New' }],
    })
  })

  test.each([{ name: 'bare' }, { resource: [] }, undefined, []])('%j holds no records', async (body) => {
    const answer = await write('POST', 'customers', body)
    expect(answer.status).toBe(400)
    expect(errorOf(answer).message).toBe(
      `No record(s) detected in request. Please make sure record(s) are wrapped in a 'resource' tag. Example: {"resource":[{"record":1},{"record":2}]}`,
    )
  })

  test('text and lists of anything else hold none either', async () => {
    const headers = { 'x-dreamfactory-api-key': 'admin-key', 'content-type': 'text/plain' }
    const text = await door.ask('shop/_table/customers', { method: 'POST', payload: 'hello', headers })
    expect(errorOf(text).message).toBe('The request contains no valid record sets.')
    expect(errorOf(await write('POST', 'customers', [1, 2])).message).toBe(
      'The request contains no valid record sets.',
    )
  })

  test('malformed JSON is refused with its place', async () => {
    const headers = { 'x-dreamfactory-api-key': 'admin-key', 'content-type': 'application/json' }
    const answer = await door.ask('shop/_table/customers', {
      method: 'POST',
      payload: '{"resource":[{',
      headers,
    })
    expect(answer.status).toBe(400)
    expect(errorOf(answer).context).toEqual({ line: 1, column: 15, position: 14 })
  })

  test.each(['PUT', 'PATCH'] as const)('%s changes by record, by ids and by filter', async (verb) => {
    const two = {
      resource: [
        { id: 1, status: 'r1' },
        { id: 2, status: 'r2' },
      ],
    }
    expect((await write(verb, 'orders?fields=id,status', two)).body).toEqual(two)
    const same = { resource: [{ status: 'same' }] }
    expect((await write(verb, 'orders?ids=1,2', same)).body).toEqual({ resource: [{ id: 1 }, { id: 2 }] })
    expect((await write(verb, 'orders', { ...same, ids: [3] })).body).toEqual({ resource: [{ id: 3 }] })
    expect((await write(verb, "orders?filter=status='same'", { resource: [{ total: 1 }] })).body).toEqual({
      resource: [{ id: 1 }, { id: 2 }, { id: 3 }],
    })
    expect((await write(verb, 'orders', { resource: [{ total: 2 }], filter: 'id=4' })).body).toEqual({
      resource: [{ id: 4 }],
    })
  })

  test.each([
    ['PATCH', "orders/3?filter=status='none'", { status: 'x' }],
    ['PUT', "orders/3?where=status='paid'", { status: 'x' }],
    ['DELETE', "orders/3?filter=status='none'", undefined],
  ] as const)('%s %s: a filter beside one id is refused', async (verb, address, body) => {
    const order = async () => (await door.ask('shop/_table/orders/3')).body
    const before = await order()
    const answer = await write(verb, address, body)
    expect(answer.status).toBe(400)
    expect(errorOf(answer).message).toContain('filter')
    expect(await order()).toEqual(before)
  })

  test('DELETE goes by ids, by records, by filter', async () => {
    expect(
      (await write('DELETE', 'order_items?as_list=1', { resource: [{ order_id: 1, line_no: 1 }] })).body,
    ).toEqual({
      resource: [{ order_id: 1, line_no: 1 }],
    })
    expect((await write('DELETE', 'secret_salaries?ids=1')).body).toEqual({ resource: [{ id: 1 }] })
    expect((await write('DELETE', 'order_items', { filter: "sku='B'" })).body).toMatchObject({
      resource: [{ line_no: 2 }],
    })
    expect((await write('DELETE', "order_items?filter=sku='none'")).body).toEqual({ resource: [] })
  })

  test('DELETE of everything must be forced', async () => {
    expect(errorOf(await write('DELETE', 'order_items')).message).toBe(
      'No filter or records given for delete request.',
    )
    expect((await write('DELETE', 'order_items?force=true')).body).toEqual({ success: true })
    expect((await door.ask('shop/_table/order_items?count_only=1')).body).toBe(0)
  })

  test('ids win over a filter, in a body as well', async () => {
    expect(
      (await write('PATCH', 'orders?filter=id>0', { ids: [1], resource: [{ status: 'one' }] })).body,
    ).toEqual({ resource: [{ id: 1 }] })
    expect((await orders("?filter=status='one'&count_only=1")).body).toBe(1)
  })

  test('continue and rollback exclude each other', async () => {
    const answer = await write('POST', 'customers?continue=1&rollback=1', [{ name: 'x', region: 'y' }])
    expect(errorOf(answer).message).toBe(
      'Rollback and continue operations can not be requested at the same time.',
    )
  })

  test('a conflict in a batch keeps the envelope', async () => {
    const answer = await write('POST', 'customers?continue=true', [
      { name: 'x', region: 'y', email: 'ann@example.com' },
      { name: 'ok', region: 'y' },
    ])
    expect(answer.status).toBe(400)
    expect(errorOf(answer)).toMatchObject({
      code: 1000,
      context: { error: [0], resource: [{ status_code: 409 }, {}] },
    })
  })
})

test('what a role may not see is in no answer', async () => {
  for (const address of [
    'shop/_table',
    'shop/_schema?fields=*',
    'shop?as_access_list=true',
    'shop/_table/orders?include_schema=true',
    'shop/_table/secret_salarie',
  ]) {
    const { body } = await door.ask(address, as(READER_KEY))
    expect(JSON.stringify(body), address).not.toMatch(/secret_salaries|customers"/)
  }
})
