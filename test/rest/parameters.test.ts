import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Door, openDoor } from './door.ts'

let door: Door
beforeAll(async () => {
  door = await openDoor()
})
afterAll(() => door.app.close())

const orders = async (query: string) => door.ask(`shop/_table/orders?${query}`)
const ids = (body: unknown) => (body as { resource: { id?: number }[] }).resource.map(({ id }) => id)

/** Every parameter of a list and its other spellings (dreamfactory-rest §4.3), with what shows that it was understood. */
const UNDERSTOOD: readonly (readonly [string, unknown])[] = [
  ['fields=id&limit=1', { resource: [{ id: 1 }] }],
  ['select=id&limit=1', { resource: [{ id: 1 }] }],
  ['fields=id&filter=id=2', { resource: [{ id: 2 }] }],
  ['fields=id&where=id=2', { resource: [{ id: 2 }] }],
  ['fields=id&filter=id=:x&params[:x]=2', { resource: [{ id: 2 }] }],
  ['fields=id&filter=id=:x&params={"x":2}', { resource: [{ id: 2 }] }],
  ['fields=id&top=1', { resource: [{ id: 1 }] }],
  ['fields=id&limit=1&offset=2', { resource: [{ id: 3 }] }],
  ['fields=id&limit=1&skip=2', { resource: [{ id: 3 }] }],
  ['fields=id&limit=1&order=id desc', { resource: [{ id: 6 }] }],
  ['fields=id&limit=1&sort=id desc', { resource: [{ id: 6 }] }],
  ['fields=id&limit=1&order_by=id desc', { resource: [{ id: 6 }] }],
  ['fields=id&limit=1&order=total desc nulls first', { resource: [{ id: 6 }] }],
  ['fields=id&limit=1&order=total nulls last', { resource: [{ id: 1 }] }],
  [
    'fields=status,COUNT(*)&group=status&order=COUNT_ALL desc&limit=1',
    { resource: [{ status: 'paid', COUNT_ALL: 3 }] },
  ],
  [
    'fields=status,COUNT(*)&group_by=status&order=status&limit=1',
    { resource: [{ status: 'canary-held', COUNT_ALL: 2 }] },
  ],
  [
    'fields=status,COUNT(*)&group=status&having=COUNT_ALL = 1',
    { resource: [{ status: 'new', COUNT_ALL: 1 }] },
  ],
  [
    "fields=status,COUNT(*)&group=status&having=COUNT(*) = 1 and status != 'COUNT(*)'",
    { resource: [{ status: 'new', COUNT_ALL: 1 }] },
  ],
  ['fields=status,n:SUM(total)&group=status&having=sum( TOTAL )>1000000', { resource: [] }],
  ['group=STATUS&fields=Status&order=status&limit=1', { resource: [{ status: 'canary-held' }] }],
  ['group=status&fields=&order=status&limit=1', { resource: [{ status: 'canary-held' }] }],
  ['group=status&as_list=true&order=status&limit=2', { resource: ['canary-held', 'new'] }],
  ['fields=status&distinct=true&order=status&limit=1', { resource: [{ status: 'canary-held' }] }],
  ['fields=id&ids=3,1', { resource: [{ id: 3 }, { id: 1 }] }],
  ['fields=id&ids=paid&id_field=status&limit=1', undefined],
  ['fields=id&ids=3,1&limit=2&offset=0&distinct=false', { resource: [{ id: 3 }, { id: 1 }] }],
  ['fields=id&ids=3,1&filter=id=2', { resource: [{ id: 3 }, { id: 1 }] }],
  ['fields=id&ids=3,1&group=status', { resource: [{ id: 3 }, { id: 1 }] }],
  ['fields=id&limit=1&utm.source=x&status_id=2', { resource: [{ id: 1 }] }],
  [
    'fields=id&limit=1&related=customers_by_customer_id&customers_by_customer_id.fields=name',
    { resource: [{ id: 1, customer_id: 1, customers_by_customer_id: { name: 'Ann' } }] },
  ],
  [
    'fields=id&limit=1&related=customers_by_customer_id&customers_by_customer_id_fields=name',
    { resource: [{ id: 1, customer_id: 1, customers_by_customer_id: { name: 'Ann' } }] },
  ],
  ['fields=id&limit=1&include_count=true', { resource: [{ id: 1 }], meta: { count: 6, next: 1 } }],
  [
    'fields=id&limit=2&offset=3&include_count=true',
    { resource: [{ id: 4 }, { id: 5 }], meta: { count: 6, next: 5, previous: 1 } },
  ],
  [
    'fields=id&limit=4&offset=2&include_count=true',
    { resource: [{ id: 3 }, { id: 4 }, { id: 5 }, { id: 6 }], meta: { count: 6, previous: 0 } },
  ],
  ['count_only=true', 6],
  ['as_list=true&limit=2', { resource: [1, 2] }],
  ['fields=id&limit=1&refresh=true', { resource: [{ id: 1 }] }],
  ['fields=id&limit=1&wrap=false', [{ id: 1 }]],
]

describe('a parameter is understood', () => {
  test.each(UNDERSTOOD)('%s', async (query, body) => {
    const answer = await orders(query)
    if (body === undefined) expect(answer.status).not.toBe(500)
    else expect(answer).toMatchObject({ status: 200, body })
    if (body !== undefined) expect(answer.body).toEqual(body)
  })

  test('include_schema', async () => {
    expect(await orders('limit=1&include_schema=true')).toMatchObject({
      body: { meta: { schema: { name: 'orders' } } },
    })
  })

  test.each(['cursor=', 'after='])('%s', async (query) => {
    const first = await orders(`fields=id&limit=2&${query}`)
    const next = (first.body as { meta: { next_cursor: string } }).meta.next_cursor
    expect(ids((await orders(`fields=id&limit=2&${query}${next}`)).body)).toEqual([3, 4])
  })

  test('continue tells each of the ids that failed', async () => {
    const failures = async (query: string) =>
      ((await orders(query)).body as { error: { context: { error: number[] } } }).error.context.error
    expect(await failures('ids=98,1,99')).toEqual([0])
    expect(await failures('ids=98,1,99&continue=true')).toEqual([0, 2])
  })

  test.each([
    ['customers_by_customer_id', 'filter=id = 2', null],
    ['order_items_by_order_id', 'filter=quantity = 1', [{ sku: 'B' }]],
    ['order_items_by_order_id', 'limit=1', [{ sku: 'A' }]],
    ['order_items_by_order_id', 'offset=1', [{ sku: 'B' }]],
    ['order_items_by_order_id', 'order=line_no desc', [{ sku: 'B' }, { sku: 'A' }]],
    [
      'order_items_by_order_id',
      'group=sku&order_items_by_order_id.fields=order_id,sku',
      [
        { order_id: 1, sku: 'A' },
        { order_id: 1, sku: 'B' },
      ],
    ],
    ['order_items_by_order_id', 'group=sku', [{ sku: 'A' }, { sku: 'B' }]],
  ])('%s.%s', async (relation, option, expected) => {
    for (const dot of ['.', '_']) {
      const { body } = await orders(`ids=1&related=${relation}&${relation}${dot}${option}`)
      const [row = {}] = (body as { resource: Record<string, unknown>[] }).resource
      if (expected === null) expect(row[relation]).toBeNull()
      else expect(row[relation]).toMatchObject(expected)
      expect(row[relation] ?? []).toHaveLength(expected?.length ?? 0)
    }
  })
})

/** What is wrong, and the name that the refusal tells. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['fields=id,nope', 'nope'],
  ['fields=id%2B1', 'id+1'],
  ['fields=UPPER(status)', 'UPPER(status)'],
  ['fields=x:UPPER(status)', 'UPPER(status)'],
  ['fields=MAX(total)', 'MAX(total)'],
  ['fields=(select 1)', '(select 1)'],
  ['fields=COUNT(*) AS n', 'COUNT(*) AS n'],
  ['fields=status,n:COUNT(*)', 'status'],
  ['fields=x"y:COUNT(*)&group=status', 'x"y'],
  ['fields=status:COUNT(*)&group=status', 'status'],
  ['fields=a:COUNT(*),A:COUNT(id)&group=status', 'A'],
  ['filter=nope=1', 'nope'],
  ['filter=id=1&params=x', 'params'],
  ['filter=id=:x', ':x'],
  ['order=nope', 'nope'],
  ['order=id sideways', 'sideways'],
  ['order=id nulls middle', 'middle'],
  ['order=id;drop', 'order'],
  ['group=nope', 'nope'],
  ['group=status&fields=status,id', 'id'],
  ['group=status&fields=id', 'id'],
  ['group=status&fields=total,COUNT(*)', 'total'],
  ['having=status', 'having'],
  ['having=status&fields=', 'having'],
  ['group=status,id&as_list=true', 'as_list'],
  ['group=status&as_list=true&id_field=id', 'id'],
  ['fields=status,COUNT(*)&group=status&order=total', 'total'],
  ['fields=status,SUM(status)&group=status', 'SUM'],
  ['having=nope=1&group=status&fields=status', 'nope'],
  ['ids=1&cursor=', 'cursor'],
  ['offset=x', 'offset'],
  ['skip=1.5', 'offset'],
  ['offset=-1', 'offset'],
  ['ids=,', 'ids'],
  ['params=x', 'params'],
  ['include_count=maybe', 'include_count'],
  ['count_only=2', 'count_only'],
  ['include_schema=x', 'include_schema'],
  ['as_list=x', 'as_list'],
  ['distinct=x&fields=status', 'distinct'],
  ['refresh=x', 'refresh'],
  ['continue=x&ids=1', 'continue'],
  ['distinct=true&fields=status&order=id', 'id'],
  ['fields=status&group=status&having=COUNT(*)>1', 'COUNT(*)'],
  ['fields=status,COUNT(*)&group=status&having=SUM_total>1', 'SUM_total'],
  ['id_field=nope&ids=1', 'id_field'],
  ['cursor=x', 'cursor'],
  ['id_type=int', 'id_type'],
  ['related=order_items_by_order_id&order_items_by_order_id.limit=x', 'order_items_by_order_id.limit'],
  ['related=order_items_by_order_id&order_items_by_order_id_limit=0', 'order_items_by_order_id_limit'],
  ['related=order_items_by_order_id&order_items_by_order_id.offset=-1', 'order_items_by_order_id.offset'],
  ['related=order_items_by_order_id&order_items_by_order_id.fields=nope', 'nope'],
  ['related=order_items_by_order_id&order_items_by_order_id.order=nope', 'nope'],
  ['related=order_items_by_order_id&order_items_by_order_id.filter=nope=1', 'nope'],
  ['related=order_items_by_order_id&order_items_by_order_id.group=nope', 'nope'],
  [
    'related=order_items_by_order_id&order_items_by_order_id.group=sku&order_items_by_order_id.fields=quantity',
    'quantity',
  ],
  ['order_items_by_order_id.limit=1', 'order_items_by_order_id'],
  ['order_items_by_order_id.bogus=1', 'order_items_by_order_id.bogus'],
  ['related=*&order_items_by_order_id.top=1', 'order_items_by_order_id.top'],
  ['related=order_items_by_order_id&order_items_by_order_id_bogus=1', 'order_items_by_order_id_bogus'],
  ['related=order_items_by_order_id&Order_Items_By_Order_Id.Limit=1', 'Order_Items_By_Order_Id.Limit'],
  ['related=order_items_by_order_id&order_items_by_order_id.limit[]=1', 'order_items_by_order_id.limit[]'],
  ['related=order_items_by_order_id&order_items_by_order_id.limit=1.5', 'order_items_by_order_id.limit'],
  ['related=order_items_by_order_id&order_items_by_order_id.limit=-1', 'order_items_by_order_id.limit'],
  ['related=order_items_by_order_id&order_items_by_order_id.offset=two', 'order_items_by_order_id.offset'],
  ['related=order_items_by_order_id&order_items_by_order_id.fields=COUNT(*) AS n', 'COUNT(*) AS n'],
  ['ids=1,2&having=id=1', 'having'],
  ['ids=1,2&distinct=true', 'distinct'],
  ['ids=1,2&order=id desc', 'order'],
  ['ids=1,2&offset=1', 'offset'],
  ['ids=1,2&limit=1', 'limit'],
  ['related=order_items_by_order_id&fields=status&group=status', 'order_items_by_order_id'],
]

describe('a parameter is refused by name', () => {
  test.each(REFUSED)('%s', async (query, name) => {
    const { status, body } = await orders(query)
    expect(status).toBe(400)
    expect(
      Object.values((body as { error: object }).error)
        .map(String)
        .join(' '),
    ).toContain(name)
  })
})

describe('aggregates', () => {
  test.each([
    ['fields=n:COUNT(*)', [{ n: 6 }]],
    ['fields=n:COUNT(*),sum:SUM(total),the most:MAX(id)&filter=id<3', [{ n: 2, sum: 30.5, 'the most': 2 }]],
    ['fields=n:COUNT(*)&filter=id>99', [{ n: 0 }]],
    [
      'fields=status,n:COUNT(*)&group=status&order=n desc,status&having=n > 1',
      [
        { status: 'paid', n: 3 },
        { status: 'canary-held', n: 2 },
      ],
    ],
    ['fields=n:COUNT_DISTINCT(status)', [{ n: 3 }]],
  ])('%s', async (query, resource) => {
    expect((await orders(query)).body).toEqual({ resource })
  })
})

describe('writes', () => {
  const ask = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', address: string, payload?: object) =>
    door.ask(`shop/_table/${address}`, { method, ...(payload && { payload }) })

  test.each([
    ['POST', 'customers?continue=maybe', 'continue'],
    ['POST', 'customers?rollback=2', 'rollback'],
    ['PATCH', 'customers?ids=1&allow_related_delete=maybe', 'allow_related_delete'],
    ['DELETE', 'customers?force=maybe', 'force'],
    ['GET', 'customers/1?filter=id=2', 'filter'],
  ] as const)('%s %s is refused, naming %s', async (method, address, name) => {
    const record = { name: 'x', region: 'y' }
    const { status, body } = await ask(
      method,
      address,
      method === 'GET' ? undefined : { resource: method === 'DELETE' ? [] : [record] },
    )
    expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining(name)])
    expect((await ask('GET', 'customers?count_only=true')).body).toBe(3)
  })
})
