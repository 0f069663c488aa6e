import { beforeAll, expect, test } from 'vitest'
import { createRecords } from '../../../src/operations/database/create-records.ts'
import { listRecords } from '../../../src/operations/database/list-records.ts'
import { rename } from '../../../src/operations/database/schema/rename.ts'
import { updateTables } from '../../../src/operations/database/schema/write-tables.ts'
import { type Shop, serviceOn } from '../../helpers/shop.ts'
import { type Engine, useScene } from '../scene.ts'

/** Other names for tables and fields: rows, keys and what is kept beside them go on. */
export function renames(engine: Engine): void {
  const scene = useScene(engine)
  let shop: Shop
  beforeAll(() => {
    shop = serviceOn(scene.adapter)
  })
  const list = async (table_name: string, request: object = {}) =>
    (await shop.run(listRecords, { table_name, order: 'id', ...request })).rows ?? []
  const code = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: { code: string }) => error.code,
    )

  test('a table goes on with its rows, keys, labels and relations', async () => {
    const before = await list('tags')
    await shop.run(updateTables, { tables: [{ name: 'tags', label: 'Marks', name_field: 'label' }] })
    expect(await code(shop.run(rename, { table_name: 'tags', new_name: 'marks' }))).toBe('bad_request')
    expect(await shop.run(rename, { table_name: 'tags', new_name: 'marks', force: true })).toEqual({
      name: 'marks',
    })
    expect(await code(list('tags'))).toBe('not_found')
    expect(await list('marks')).toEqual(before)
    const [order] = await list('orders', { ids: [1], order: undefined, related: ['marks_by_order_tags'] })
    expect(order?.marks_by_order_tags).toEqual(before.slice(0, 2))
    const again = { table_name: 'marks', records: [{ label: String(before[0]?.label) }] }
    await expect(shop.run(createRecords, again)).rejects.toMatchObject({ code: 'bad_request' })
    const made = await shop.run(createRecords, { table_name: 'marks', records: [{ label: 'more' }] })
    expect(Number(made.rows[0]?.id)).toBeGreaterThan(3)
    const dangling = { table_name: 'order_tags', records: [{ order_id: 1, tag_id: 99 }] }
    await expect(shop.run(createRecords, dangling)).rejects.toMatchObject({ code: 'bad_request' })
    await shop.run(rename, { table_name: 'MARKS', new_name: 'tags', force: true })
    expect(await list('tags')).toHaveLength(before.length + 1)
  })

  test('a field goes on with its values, constraints, alias and rules', async () => {
    const before = await list('customers')
    const field = [
      { name: 'score', alias: 'points', validation: { int: { range: { min: 0, max: 100 } } } },
      { name: 'email', label: 'Mail' },
    ]
    await shop.run(updateTables, { tables: [{ name: 'customers', field }] })
    await shop.run(rename, { table_name: 'customers', field_name: 'points', new_name: 'rating' })
    await shop.run(rename, { table_name: 'customers', field_name: 'email', new_name: 'mail' })
    const rows = await list('customers')
    expect(rows.map((row) => [row.points, row.mail])).toEqual(before.map((row) => [row.score, row.email]))
    const create = (record: object) =>
      code(shop.run(createRecords, { table_name: 'customers', records: [record] }))
    expect(await create({ name: 'x', points: 101 })).toBe('bad_request')
    expect(await create({ name: 'x', mail: String(before[0]?.email) })).toBe('bad_request')
    expect(await create({ name: 'x', email: 'x@example.com' })).toBe('bad_request')
    expect(await create({ name: 'x', points: 100, mail: 'new@example.com' })).toBe('done')
    expect(await code(list('customers', { filter: 'score = 1' }))).toBe('bad_request')
  })

  test('a key goes on from both of its sides', async () => {
    expect(
      await code(shop.run(rename, { table_name: 'orders', field_name: 'customer_id', new_name: 'buyer' })),
    ).toBe('bad_request')
    await shop.run(rename, {
      table_name: 'orders',
      field_name: 'customer_id',
      new_name: 'buyer',
      force: true,
    })
    const [order] = await list('orders', { ids: [1], order: undefined, related: ['customers_by_buyer'] })
    expect(order).toMatchObject({ buyer: 1, customers_by_buyer: { id: 1 } })
    await shop.run(rename, { table_name: 'orders', field_name: 'id', new_name: 'order_no', force: true })
    const [item] = await list('order_items', { order: 'line', limit: 1, related: ['orders_by_order_id'] })
    expect(item?.orders_by_order_id).toMatchObject({ order_no: item?.order_id })
  })

  test.each([
    ['a name that is taken', { table_name: 'orders', new_name: 'customers' }, 'conflict'],
    ['a name that is a field', { table_name: 'texts', field_name: 'body', new_name: 'ID' }, 'conflict'],
    ['no name', { table_name: 'texts', new_name: 'a/b' }, 'bad_request'],
    ['a long name', { table_name: 'texts', new_name: 'x'.repeat(64) }, 'bad_request'],
    ['an empty name', { table_name: 'texts', new_name: '' }, 'bad_request'],
    ['no table', { table_name: 'nothing', new_name: 'something' }, 'not_found'],
    ['no field', { table_name: 'texts', field_name: 'nothing', new_name: 'something' }, 'not_found'],
  ])('%s is refused, and nothing is changed', async (_what, request, expected) => {
    const before = await list('texts')
    expect(await code(shop.run(rename, { ...request, force: true }))).toBe(expected)
    expect(await list('texts')).toEqual(before)
  })
}
