import { beforeEach, describe, expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import { aggregateRecords } from '../../src/operations/database/aggregate-records.ts'
import { getRecord } from '../../src/operations/database/get-record.ts'
import { listRecords } from '../../src/operations/database/list-records.ts'
import { listTables } from '../../src/operations/database/list-tables.ts'
import { openShop, type Shop } from '../helpers/shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})

const ids = (page: { rows?: readonly unknown[] }) => page.rows?.map((row) => (row as { id: number }).id)
const orders = (input: object) => shop.run(listRecords, { table_name: 'orders', ...input })

describe('list records', () => {
  test('answers all fields of all rows in key order', async () => {
    const page = await orders({})
    expect(page).toMatchObject({ returned: 6, has_more: false, offset: 0 })
    expect(page.rows?.[0]).toEqual({
      id: 1,
      customer_id: 1,
      status: 'paid',
      total: 10.5,
      placed_on: '2025-01-05',
    })
  })

  test('says there is more when the limit cuts', async () => {
    expect(await orders({ limit: 2 })).toMatchObject({ returned: 2, has_more: true })
    expect(await orders({ limit: 6 })).toMatchObject({ returned: 6, has_more: false })
    expect(ids(await orders({ limit: 2, offset: 4 }))).toEqual([5, 6])
  })

  test('applies AND before OR and keeps quoted words apart', async () => {
    expect(ids(await orders({ filter: "status = 'paid' or status = 'new' and total > 25" }))).toEqual([
      1, 3, 6,
    ])
    expect(
      ids(
        await orders({
          filter: "status in ('paid', 'new') and placed_on between '2025-01-01' and '2025-01-31'",
        }),
      ),
    ).toEqual([1])
  })

  test('binds named parameters as values', async () => {
    const filter = 'status = :status'
    expect(ids(await orders({ filter, params: { status: "paid' or 1=1 --" } }))).toEqual([])
    expect(ids(await orders({ filter, params: { ':status': 'new' } }))).toEqual([2])
  })

  test.each([
    [
      'a wrong field',
      { filter: 'statos = 1' },
      "Invalid or unparsable field in filter request: 'statos'",
      "Did you mean 'status'?",
    ],
    ['a wrong type', { filter: "id = 'abc'" }, "Field 'id' must be a valid integer.", undefined],
    [
      'an impossible date',
      { filter: "placed_on = '2025-02-30'" },
      "Field 'placed_on' must be a valid date (YYYY-MM-DD).",
      undefined,
    ],
    [
      'an unknown field in fields',
      { fields: ['id', 'nope'] },
      'Invalid field requested: nope',
      'Fields of orders: id, customer_id, status, total, placed_on',
    ],
    [
      'an unknown field in order',
      { order: 'nope desc' },
      "Invalid field 'nope' in order by clause.",
      undefined,
    ],
    [
      'a second statement in order',
      { order: 'id; drop table orders' },
      'Invalid order by clause in request.',
      undefined,
    ],
    ['an unknown input', { fitler: 'id = 1' }, 'Invalid input: Unrecognized key: "fitler"', undefined],
  ])('refuses %s', async (_, input, message, hint) => {
    await expect(orders(input)).rejects.toMatchObject({
      code: 'bad_request',
      message,
      ...(hint ? { hint } : {}),
    })
  })

  test('names the nearest table', async () => {
    await expect(shop.run(listRecords, { table_name: 'ordres' })).rejects.toMatchObject({
      code: 'not_found',
      message: 'Table "ordres" does not exist in the database.',
      didYouMean: ['orders'],
    })
  })

  test('reads ids in the order asked and fails as a batch when one is missing', async () => {
    expect(ids(await orders({ ids: [3, '1'] }))).toEqual([3, 1])
    await expect(orders({ ids: [1, 99, 2] })).rejects.toMatchObject({
      wireCode: 1000,
      context: {
        error: [1],
        resource: [{ id: 1 }, { status_code: 404, message: "Record with identifier '99' not found." }],
      },
    })
  })

  test('counts without reading', async () => {
    expect(await orders({ count_only: true, filter: "status = 'paid'" })).toMatchObject({ count_only: 3 })
    expect(await orders({ limit: 1, include_count: true })).toMatchObject({ returned: 1, total: 6 })
  })

  test('reads related records in both directions', async () => {
    const page = await shop.run(listRecords, {
      table_name: 'orders',
      ids: [1, 6],
      related: ['customers_by_customer_id', 'order_items_by_order_id'],
    })
    expect(page.rows).toMatchObject([
      {
        id: 1,
        customers_by_customer_id: { name: 'Ann' },
        order_items_by_order_id: [{ sku: 'A' }, { sku: 'B' }],
      },
      { id: 6, customers_by_customer_id: { name: 'Canary-Cid' }, order_items_by_order_id: [] },
    ])
  })

  test('limits and filters related records per parent', async () => {
    const page = await shop.run(listRecords, {
      table_name: 'customers',
      fields: ['id'],
      related: ['orders_by_customer_id'],
      related_options: {
        orders_by_customer_id: { fields: ['id'], limit: 1, order: 'id desc', filter: 'total is not null' },
      },
    })
    expect(page.rows).toEqual([
      { id: 1, orders_by_customer_id: [{ id: 2 }] },
      { id: 2, orders_by_customer_id: [{ id: 4 }] },
      { id: 3, orders_by_customer_id: [{ id: 5 }] },
    ])
  })

  test('groups with aggregates in the field list', async () => {
    const page = await orders({
      fields: ['status', 'COUNT(*)', 'SUM(total)'],
      group: ['status'],
      order: 'status',
    })
    expect(page.rows).toEqual([
      { status: 'canary-held', COUNT_ALL: 2, SUM_total: 777_041 },
      { status: 'new', COUNT_ALL: 1, SUM_total: 20 },
      { status: 'paid', COUNT_ALL: 3, SUM_total: 40.75 },
    ])
  })
})

describe('get record', () => {
  test('addresses a composite key by its values in order', async () => {
    expect(await shop.run(getRecord, { table_name: 'order_items', id: '1,2' })).toMatchObject({ sku: 'B' })
    await expect(shop.run(getRecord, { table_name: 'order_items', id: '1' })).rejects.toMatchObject({
      code: 'bad_request',
    })
  })

  test('finds a record for each of several values that others share', async () => {
    const asked = { id_field: ['status'], ids: ['paid', 'canary-held', 'paid'], fields: ['status'] }
    const [paid, held] = [{ status: 'paid' }, { status: 'canary-held' }]
    expect(await orders(asked)).toMatchObject({ rows: [paid, held, paid] })
    await expect(orders({ ...asked, ids: ['paid', 'none', 'canary-held'] })).rejects.toMatchObject({
      context: { error: [1] },
    })
  })

  test('finds by another field', async () => {
    expect(
      await shop.run(getRecord, { table_name: 'customers', id: 'bob@example.com', id_field: ['email'] }),
    ).toMatchObject({ id: 2 })
  })
})

describe('aggregate records', () => {
  test('groups, filters groups and orders by an alias', async () => {
    const page = await shop.run(aggregateRecords, {
      table_name: 'orders',
      aggregates: [
        { function: 'COUNT', field: '*', alias: 'n' },
        { function: 'MAX', field: 'total' },
      ],
      group_by: ['customer_id'],
      having: 'n >= 2',
      order: 'n desc, customer_id desc',
      limit: 2,
    })
    expect(page).toMatchObject({
      returned: 2,
      has_more: true,
      rows: [
        { customer_id: 3, n: 2, MAX_total: 777_001 },
        { customer_id: 2, n: 2, MAX_total: 40 },
      ],
    })
  })

  test('answers one row without a group', async () => {
    const page = await shop.run(aggregateRecords, {
      table_name: 'orders',
      aggregates: [{ function: 'COUNT', field: 'total' }],
      filter: 'id > 100',
    })
    expect(page.rows).toEqual([{ COUNT_total: 0 }])
  })

  test.each([
    [{ function: 'SUM', field: 'status' }, 'SUM needs a numeric field'],
    [{ function: 'SUM', field: '*' }, 'Invalid field requested: SUM(*)'],
    [{ function: 'COUNT', field: 'id', alias: 'x"; drop' }, 'Invalid alias'],
  ])('refuses %j', async (aggregate, message) => {
    await expect(
      shop.run(aggregateRecords, { table_name: 'orders', aggregates: [aggregate] }),
    ).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining(message),
    })
  })
})

describe('groups', () => {
  const grouped = { fields: ['status', 'COUNT(*)'], group: ['status'] }

  test('are filtered by having and counted as groups', async () => {
    expect((await orders({ ...grouped, having: 'COUNT_ALL > 1', order: 'status' })).rows).toEqual([
      { status: 'canary-held', COUNT_ALL: 2 },
      { status: 'paid', COUNT_ALL: 3 },
    ])
    expect(await orders({ ...grouped, limit: 1, include_count: true })).toMatchObject({
      returned: 1,
      total: 3,
    })
    expect(await orders({ ...grouped, count_only: true })).toMatchObject({ count_only: 3 })
    expect(await orders({ fields: ['status'], distinct: true, count_only: true })).toMatchObject({
      count_only: 3,
    })
  })

  test('are ordered by what they have one value of', async () => {
    await expect(orders({ ...grouped, order: 'total' })).rejects.toMatchObject({
      message: "Invalid field 'total' in order by clause.",
      hint: 'Order groups by one of: COUNT_ALL, status',
    })
  })
})

test('a service that cannot write grants no verb that writes', async () => {
  const memory = openMemory()
  const capabilities = new Set(memory.capabilities)
  capabilities.delete('records.write')
  const readOnly = await openShop({ ...memory, capabilities })
  const { tables } = await readOnly.run(listTables, {})
  expect(new Set(tables.flatMap(({ access }) => access))).toEqual(new Set(['GET']))
})
