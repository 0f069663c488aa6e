import { expect, test } from 'vitest'
import { compilePolicy } from '../../../src/access/policy.ts'
import type { Caller } from '../../../src/core/caller.ts'
import { aggregateRecords } from '../../../src/operations/database/aggregate-records.ts'
import { listRecords } from '../../../src/operations/database/list-records.ts'
import { callerWith, serviceOn } from '../../helpers/shop.ts'
import { type Engine, useScene } from '../scene.ts'

const n = { function: 'COUNT', field: '*', alias: 'n' }
const revenue = { function: 'SUM', field: 'total', alias: 'revenue' }

/** What the operation asks of an engine beyond plain groups: parts of dates, and fields of related rows. */
export function aggregateRequests(engine: Engine): void {
  const scene = useScene(engine)
  const ask = async (table_name: string, request: object, caller?: Caller) =>
    (await serviceOn(scene.adapter).run(aggregateRecords, { table_name, ...request }, caller)).rows

  test.each<[string, object]>([
    ['groups', { group: ['status'], fields: ['status', 'COUNT(*)'] }],
    [
      'groups that tie in their order',
      { group: ['status'], fields: ['status', 'MIN(number)'], order: 'MIN_number' },
    ],
    ['different rows', { distinct: true, fields: ['status'] }],
  ])('%s come in one order, so that each is on one page', async (_, request) => {
    const page = async (offset: number) => {
      const asked = { table_name: 'orders', ...request, limit: 1, offset }
      const { rows = [] } = await serviceOn(scene.adapter).run(listRecords, asked)
      return rows.map(({ status }) => status)
    }
    const pages = [await page(0), await page(1), await page(2), await page(3)]
    expect(pages).toEqual([['open'], ['paid'], ['shipped'], []])
  })

  test('having compares fields of related rows', async () => {
    const group_by = ['customer.city']
    const rows = await ask('orders', {
      aggregates: [n],
      group_by,
      having: "customer.city = 'London' or n = 2",
    })
    expect(rows).toEqual([
      { 'customer.city': 'London', n: 3 },
      { 'customer.city': 'New York', n: 2 },
    ])
  })

  test('groups by a field of the row that a row refers to, with exact sums', async () => {
    const request = { aggregates: [n, revenue], group_by: ['customer.city'], order: 'customer.city' }
    expect(await ask('orders', request)).toEqual([
      { 'customer.city': null, n: 1, revenue: 10 },
      { 'customer.city': 'London', n: 3, revenue: 70.35 },
      { 'customer.city': 'New York', n: 2, revenue: 100.19 },
      { 'customer.city': 'Paris', n: 1, revenue: null },
      { 'customer.city': 'Praha', n: 1, revenue: null },
    ])
  })

  test('leads through several relations, beside filters, other groups, having and an order', async () => {
    const rows = await ask('order_items', {
      aggregates: [{ function: 'SUM', field: 'quantity', alias: 'pieces' }],
      group_by: ['order.customer.city', 'order.status'],
      filter: "order.customer.city != 'Paris'",
      having: 'pieces > 1',
      order: 'pieces desc, order.status',
    })
    expect(rows).toEqual([
      { 'order.customer.city': 'London', 'order.status': 'open', pieces: 3 },
      { 'order.customer.city': 'London', 'order.status': 'paid', pieces: 3 },
      { 'order.customer.city': 'New York', 'order.status': 'paid', pieces: 2 },
    ])
  })

  test('having compares a part of a date beside a related field of its name', async () => {
    const group_by = ['name:year(ordered_on)', 'customer.name']
    const rows = await ask('orders', { aggregates: [n], group_by, having: "name = '2023'" })
    expect(rows).toEqual([{ name: '2023', 'customer.name': expect.any(String), n: 1 }])
  })

  test('sums a field of related rows, and each value once', async () => {
    const credit = { function: 'MAX', field: 'customer.credit', alias: 'credit' }
    expect(await ask('orders', { aggregates: [credit], filter: 'customer_id < 3' })).toEqual([
      { credit: 100.5 },
    ])
    const twice = { function: 'SUM', field: 'quantity', alias: 'once', distinct: true }
    expect(await ask('order_items', { aggregates: [twice] })).toEqual([{ once: 6 }])
    const cities = { function: 'COUNT', field: 'customer.city', alias: 'cities', distinct: true }
    expect(await ask('orders', { aggregates: [cities] })).toEqual([{ cities: 4 }])
  })

  test('related rows that the caller may not read are no rows', async () => {
    const rule = { service: 'shop', verbMask: 1, requestorMask: 1, filters: [], filterOp: 'AND' } as const
    const inLondon = [{ name: 'city', operator: '=', value: 'London' }]
    const policy = compilePolicy({
      roleId: 1,
      version: 1,
      lookups: new Map(),
      rules: [
        { ...rule, component: '_table/orders/*' },
        { ...rule, component: '_table/customers/*', filters: inLondon },
      ],
    })
    const request = { aggregates: [n], group_by: ['customer.city'], where: { total: [50, 99.99, '10.00'] } }
    expect(await ask('orders', request, callerWith(policy))).toEqual([
      { 'customer.city': null, n: 2 },
      { 'customer.city': 'London', n: 1 },
    ])
  })

  test('groups what another table links, for each record', async () => {
    const tags = 'tags_by_order_tags'
    const orders = async (options: object, caller?: Caller) => {
      const request = {
        table_name: 'orders',
        fields: ['id'],
        related: [tags],
        related_options: { [tags]: options },
      }
      const { rows } = await serviceOn(scene.adapter).run(
        listRecords,
        { ...request, ids: [1, 2, 3, 8] },
        caller,
      )
      return rows?.map((row) => row[tags])
    }
    expect(await orders({ fields: ['n:COUNT(*)', 'last:MAX(label)'] })).toEqual([
      [{ n: 2, last: 'urgent' }],
      [],
      [{ n: 1, last: 'gift' }],
      [{ n: 1, last: 'fragile' }],
    ])
    const byLabel = { group: ['label'], fields: ['label', 'COUNT(*)'], order: 'label desc' }
    expect(await orders({ ...byLabel, limit: 1, filter: "label != 'fragile'" })).toEqual([
      [{ label: 'urgent', COUNT_ALL: 1 }],
      [],
      [{ label: 'gift', COUNT_ALL: 1 }],
      [],
    ])
    const rule = { service: 'shop', verbMask: 1, requestorMask: 1, filters: [], filterOp: 'AND' } as const
    const policy = compilePolicy({
      roleId: 1,
      version: 1,
      lookups: new Map(),
      rules: [
        { ...rule, component: '_table/*' },
        { ...rule, component: '_table/tags/*', filters: [{ name: 'label', operator: '!=', value: 'gift' }] },
        {
          ...rule,
          component: '_table/order_tags/*',
          filters: [{ name: 'order_id', operator: '<', value: 8 }],
        },
      ],
    })
    expect(await orders({ fields: ['n:COUNT(*)'] }, callerWith(policy))).toEqual([[{ n: 1 }], [], [], []])
  })

  test('a structured where says what a filter says', async () => {
    const count = async (where: unknown) => (await ask('orders', { aggregates: [n], where }))[0]?.n
    expect(await count({ column: 'status', op: '=', value: 'paid' })).toBe(4)
    expect(await count({ status: ['paid', 'open'] })).toBe(6)
    expect(await count({ total: null })).toBe(2)
    expect(await count({ and: [{ status: 'paid' }, { column: 'total', op: '>=', value: 50 }] })).toBe(2)
    expect(await count({ or: [{ id: 1 }, { not: { column: 'id', op: 'between', value: [1, 6] } }] })).toBe(3)
    expect(
      await count([
        { column: 'status', op: 'not_in', value: ['paid'] },
        { column: 'total', op: 'is_not_null' },
      ]),
    ).toBe(2)
    expect(await count({ column: 'customer.city', op: 'starts_with', value: 'Lon' })).toBe(3)
    expect(await count({ status: "paid' or '1'='1" })).toBe(0)
  })
}
