import { expect, test } from 'vitest'
import { createRecords } from '../../../src/operations/database/create-records.ts'
import { replaceRecords, updateRecords } from '../../../src/operations/database/update-records.ts'
import { serviceOn } from '../../helpers/shop.ts'
import { asc, type Engine, equals, type Scene, useScene } from '../scene.ts'

type Nested = Readonly<Record<string, unknown>>

export function nestedWrites(engine: Engine): void {
  const scene = useScene(engine)
  const create = async (table: string, record: Nested, options: Nested = {}) => {
    const input = { table_name: table, records: [record], ...options }
    const [row = {}] = (await serviceOn(scene.adapter).run(createRecords, input)).rows
    return row
  }
  const change = async (table: string, id: unknown, record: Nested, options: Nested = {}) => {
    const input = { table_name: table, id: String(id), records: [record], ...options }
    const [row = {}] = (await serviceOn(scene.adapter).run(updateRecords, input)).rows
    return row
  }
  const items = (...lines: readonly number[]) => lines.map((line) => ({ line, product: `Thing ${line}` }))

  test('a record is created with its children, and theirs', async () => {
    const made = await create(
      'customers',
      {
        name: 'Whole',
        customer_notes_by_customer_id: { note: 'one' },
        orders_by_customer_id: [{ number: 1, order_items_by_order_id: items(1, 2) }, { number: 2 }],
      },
      { fields: ['id', 'name'], related: ['orders_by_customer_id', 'customer_notes_by_customer_id'] },
    )
    expect(made).toMatchObject({
      name: 'Whole',
      customer_notes_by_customer_id: { customer_id: made.id, note: 'one' },
      orders_by_customer_id: [
        { customer_id: made.id, number: 1 },
        { customer_id: made.id, number: 2 },
      ],
    })
    const [order] = await scene.read('orders', { where: equals('customer_id', Number(made.id)), limit: 1 })
    expect(await scene.count('order_items', equals('order_id', Number(order?.id)))).toBe(2)
  })

  test('nothing of it stays when a child of a child is refused', async () => {
    const before = await everything(scene)
    const record = {
      name: 'Undone',
      orders_by_customer_id: [{ number: 1, order_items_by_order_id: [...items(1), { product: 'no line' }] }],
    }
    await expect(create('customers', record)).rejects.toMatchObject({
      wireCode: 1000,
      context: {
        error: [0],
        resource: [{ status_code: 400, context: { relation: 'orders_by_customer_id', index: 0 } }],
      },
    })
    expect(await everything(scene)).toEqual(before)
  })

  test('nothing of it stays when the database refuses a child', async () => {
    const before = await everything(scene)
    const record = { name: 'Undone', orders_by_customer_id: [{ number: 1 }, { number: 1 }] }
    await expect(create('customers', record)).rejects.toMatchObject({
      context: { resource: [{ status_code: 409 }] },
    })
    expect(await everything(scene)).toEqual(before)
  })

  test('each record of a request keeps its own children with continue', async () => {
    const records = [
      { name: 'Kept', orders_by_customer_id: [{ number: 1 }] },
      { name: 'Not kept', orders_by_customer_id: [{ number: 1 }, { number: 1 }] },
      { name: 'Kept', orders_by_customer_id: [] },
    ]
    const run = serviceOn(scene.adapter).run(createRecords, {
      table_name: 'customers',
      records,
      continue: true,
    })
    await expect(run).rejects.toMatchObject({ context: { error: [1] } })
    expect(await scene.count('customers', equals('name', 'Kept'))).toBe(2)
    expect(await scene.count('customers', equals('name', 'Not kept'))).toBe(0)
  })

  test('what a record belongs to is created, changed or only named', async () => {
    const options = { fields: ['customer_id'], related: ['customers_by_customer_id'] }
    const made = await create(
      'orders',
      { number: 1, customers_by_customer_id: { name: 'New owner' } },
      options,
    )
    expect(made.customers_by_customer_id).toMatchObject({ id: made.customer_id, name: 'New owner' })
    const id = Number(made.customer_id)
    const changed = await create(
      'orders',
      { number: 2, customers_by_customer_id: { id, city: 'Oslo' } },
      options,
    )
    expect(changed.customers_by_customer_id).toMatchObject({ id, name: 'New owner', city: 'Oslo' })
    const named = await create('orders', { number: 3, customers_by_customer_id: { id } }, options)
    expect(named.customer_id).toBe(id)
  })

  test('a child is changed, added, and those not mentioned stay', async () => {
    const made = await create('orders', { customer_id: 4, number: 20, order_items_by_order_id: items(1, 2) })
    const changed = await change(
      'orders',
      made.id,
      { order_items_by_order_id: [{ line: 2, quantity: 7 }, ...items(3)] },
      { fields: ['id'], related: ['order_items_by_order_id'] },
    )
    expect(changed.order_items_by_order_id).toMatchObject([
      { line: 1, quantity: 1 },
      { line: 2, quantity: 7, product: 'Thing 2' },
      { line: 3, quantity: 1 },
    ])
  })

  test('a child of another parent becomes this one’s, whatever it says of its parent', async () => {
    const [one, other] = [
      await create('customers', { name: 'One', orders_by_customer_id: [{ number: 1 }] }),
      await create('customers', { name: 'Other' }),
    ]
    const [order] = await scene.read('orders', { where: equals('customer_id', Number(one.id)) })
    await change('customers', other.id, { orders_by_customer_id: [{ id: order?.id, customer_id: one.id }] })
    expect(await scene.read('orders', { where: equals('id', Number(order?.id)) })).toMatchObject([
      { customer_id: other.id, number: 1 },
    ])
  })

  test('a child whose own key names another parent is refused by that field, and nothing changes', async () => {
    const before = await everything(scene)
    const item = { order_id: 5, line: 1, quantity: 99 }
    const refused = { code: 'bad_request', message: expect.stringContaining("'order_id'") }
    await expect(change('orders', 1, { order_items_by_order_id: [item] })).rejects.toMatchObject(refused)
    const note = { customer_id: 2, note: 'moved' }
    const moved = change('customers', 1, { customer_notes_by_customer_id: note })
    await expect(moved).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining("'customer_id'"),
    })
    const made = create('orders', { customer_id: 4, number: 22, order_items_by_order_id: [item] })
    await expect(made).rejects.toMatchObject({ wireCode: 1000 })
    expect(await everything(scene)).toEqual(before)
    const same = { order_id: 1, line: 1, quantity: 98 }
    await change('orders', 1, { order_items_by_order_id: [same] })
    expect(
      await scene.read('order_items', { where: equals('order_id', 1), orderBy: [asc('line')] }),
    ).toMatchObject([{ quantity: 98 }, {}])
  })

  test('a child lets go of its parent by a null; one that cannot be alone is deleted if that is allowed', async () => {
    const root = await create('categories', { name: 'Top', categories_by_parent_id: [{ name: 'Low' }] })
    const [low] = await scene.read('categories', { where: equals('parent_id', Number(root.id)) })
    const letGo = { categories_by_parent_id: [{ id: low?.id, parent_id: null }] }
    await change('categories', root.id, letGo)
    expect(await scene.read('categories', { where: equals('id', Number(low?.id)) })).toMatchObject([
      { name: 'Low', parent_id: null },
    ])
    await expect(change('categories', root.id, letGo)).rejects.toMatchObject({ code: 'bad_request' })

    const order = await create('orders', { customer_id: 4, number: 21, order_items_by_order_id: items(1) })
    const remove = { order_items_by_order_id: [{ line: 1, order_id: null }] }
    await expect(change('orders', order.id, remove)).rejects.toMatchObject({ code: 'bad_request' })
    expect(await scene.count('order_items', equals('order_id', Number(order.id)))).toBe(1)
    await change('orders', order.id, remove, { allow_related_delete: true })
    expect(await scene.count('order_items', equals('order_id', Number(order.id)))).toBe(0)
  })

  test('the one child of a record is made, changed, and let go by a null', async () => {
    const made = await create('customers', { name: 'Noted', customer_notes_by_customer_id: { note: 'a' } })
    const note = () => scene.read('customer_notes', { where: equals('customer_id', Number(made.id)) })
    await change('customers', made.id, { customer_notes_by_customer_id: { note: 'b' } })
    expect(await note()).toMatchObject([{ note: 'b' }])
    const letGo = { customer_notes_by_customer_id: null }
    await expect(change('customers', made.id, letGo)).rejects.toMatchObject({ code: 'bad_request' })
    await change('customers', made.id, letGo, { allow_related_delete: true })
    expect(await note()).toEqual([])
    await change('customers', made.id, letGo)
    await change('customers', made.id, { customer_notes_by_customer_id: { note: 'c' } })
    expect(await note()).toMatchObject([{ note: 'c' }])
  })

  test('records are linked through a junction: new ones, known ones, and linked ones again', async () => {
    const made = await create(
      'orders',
      { customer_id: 4, number: 30, tags_by_order_tags: [{ label: 'linked' }, { id: 1 }] },
      { fields: ['id'], related: ['tags_by_order_tags'] },
    )
    expect(made.tags_by_order_tags).toMatchObject([{ id: 1 }, { label: 'linked' }])
    const changed = await change(
      'orders',
      made.id,
      { tags_by_order_tags: [{ id: 1 }, { id: 2, label: 'gift!' }, { id: 3, 'order_tags.tag_id': null }] },
      { fields: ['id'], related: ['tags_by_order_tags'] },
    ).catch((error: unknown) => error)
    expect(changed).toMatchObject({ code: 'bad_request' })
    const again = await change(
      'orders',
      made.id,
      {
        tags_by_order_tags: [
          { id: 1, 'order_tags.order_id': null },
          { id: 2, label: 'gift!' },
        ],
      },
      { fields: ['id'], related: ['tags_by_order_tags'] },
    )
    expect(again.tags_by_order_tags).toMatchObject([{ id: 2, label: 'gift!' }, { label: 'linked' }])
    expect(await scene.count('tags', equals('id', 1))).toBe(1)
  })

  test.each([
    ['orders', { customer_id: 4, number: 31, tags_by_order_tags: [{ id: 990 }] }],
    ['orders', { number: 32, customers_by_customer_id: { id: 991 } }],
    ['customers', { name: 'Alone', orders_by_customer_id: [{ id: 992 }] }],
  ])('a number alone that no record has is no record of %s', async (table, record) => {
    const before = await everything(scene)
    await expect(create(table, record)).rejects.toMatchObject({
      context: { resource: [{ status_code: 400, message: expect.stringContaining('not found') }] },
    })
    expect(await everything(scene)).toEqual(before)
  })

  test('a record found by a composite key takes them too, in a list and by PUT', async () => {
    const run = serviceOn(scene.adapter).run
    const records = [
      { order_id: 1, line: 1, orders_by_order_id: { id: 1, status: 'nested' } },
      { order_id: 1, line: 2, quantity: 9 },
    ]
    const { rows } = await run(replaceRecords, { table_name: 'order_items', records })
    expect(rows).toEqual([
      { order_id: 1, line: 1 },
      { order_id: 1, line: 2 },
    ])
    expect(await scene.read('orders', { where: equals('id', 1) })).toMatchObject([{ status: 'nested' }])
    const moved = { orders_by_order_id: { id: 2 } }
    await expect(change('order_items', '1,1', moved)).rejects.toMatchObject({ code: 'bad_request' })
  })

  test('an upsert writes the record and its children once', async () => {
    const { run } = serviceOn(scene.adapter, { allowUpsert: true })
    const record = {
      name: 'Upserted',
      orders_by_customer_id: [{ number: 1 }],
    }
    const input = { table_name: 'customers', id: '9001', records: [record] }
    expect((await run(replaceRecords, input)).rows).toEqual([{ id: 9001 }])
    expect(await scene.count('orders', equals('customer_id', 9001))).toBe(1)
    const order = { number: 2, customers_by_customer_id: { name: 'Once' } }
    await run(replaceRecords, { table_name: 'orders', id: '9002', records: [order] })
    expect(await scene.count('customers', equals('name', 'Once'))).toBe(1)
  })
}

function everything(scene: Scene): Promise<unknown> {
  return Promise.all(
    ['customers', 'customer_notes', 'orders', 'order_items', 'tags', 'order_tags'].map((name) =>
      scene.read(name),
    ),
  )
}
