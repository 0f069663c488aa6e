import { expect, test } from 'vitest'
import type { Value } from '../../../src/core/database/value.ts'
import { asc, calm, type Engine, equals, useScene } from '../scene.ts'

export function constraints(engine: Engine): void {
  const scene = useScene(engine)
  const update = (name: string, id: number, set: { readonly [field: string]: Value }) =>
    scene.adapter.update({ table: scene.table(name), set, where: equals('id', id), returning: [] }, calm)
  const remove = (name: string, id: number) =>
    scene.adapter.delete({ table: scene.table(name), where: equals('id', id), returning: [] }, calm)
  const clash = (table: string, ...fields: string[]) => ({
    name: 'AppError',
    code: 'conflict',
    context: { table, fields },
  })
  const nullIn = (table: string, field: string) => ({
    name: 'AppError',
    code: 'bad_request',
    context: { table, field },
  })

  test('a unique value cannot be inserted twice', async () => {
    const twice = scene.insert('customers', [{ name: 'Imposter', email: 'ada@example.com' }])
    await expect(twice).rejects.toMatchObject(clash('customers', 'email'))
  })

  test('a unique value cannot be taken by an update', async () => {
    await expect(update('customers', 2, { email: 'ada@example.com' })).rejects.toMatchObject(
      clash('customers', 'email'),
    )
  })

  test('a unique field may be null many times', async () => {
    const rows = await scene.insert('customers', [{ name: 'Null one' }, { name: 'Null two' }])
    expect(rows.map((row) => row.email)).toEqual([null, null])
  })

  test('a row does not clash with itself', async () => {
    expect(await update('customers', 1, { email: 'ada@example.com' })).toMatchObject({ affected: 1 })
  })

  test('a primary key cannot be inserted twice', async () => {
    await expect(scene.insert('tags', [{ id: 1, label: 'again' }])).rejects.toMatchObject(clash('tags', 'id'))
  })

  test('a composite primary key clashes only as a whole', async () => {
    const rows = await scene.insert('order_items', [{ order_id: 4, line: 1, product: 'Saw' }])
    expect(rows).toEqual([{ order_id: 4, line: 1, product: 'Saw', quantity: 1 }])
    const twice = scene.insert('order_items', [{ order_id: 4, line: 1, product: 'Hammer' }])
    await expect(twice).rejects.toMatchObject(clash('order_items', 'order_id', 'line'))
  })

  test('a composite unique key clashes only as a whole', async () => {
    await scene.insert('orders', [{ customer_id: 6, number: 1 }])
    const twice = scene.insert('orders', [{ customer_id: 6, number: 1 }])
    await expect(twice).rejects.toMatchObject(clash('orders', 'customer_id', 'number'))
  })

  test('rows of one insert clash with each other', async () => {
    const pair = scene.insert('tags', [{ label: 'pair' }, { label: 'pair' }])
    await expect(pair).rejects.toMatchObject(clash('tags', 'label'))
  })

  test('an insert that fails leaves none of its rows', async () => {
    const failing = scene.insert('tags', [{ label: 'good 1' }, { label: 'good 2' }, { label: 'urgent' }])
    await expect(failing).rejects.toMatchObject({ code: 'conflict' })
    expect(await scene.count('tags', { op: 'starts_with', field: 'label', value: 'good' })).toBe(0)
  })

  test('a foreign key must name a row that is there', async () => {
    const orphan = scene.insert('orders', [{ customer_id: 404, number: 1 }])
    await expect(orphan).rejects.toMatchObject(clash('orders', 'customer_id'))
    await expect(update('orders', 1, { customer_id: 404 })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('a foreign key may be null', async () => {
    const [row] = await scene.insert('categories', [{ name: 'Free', parent_id: null }])
    expect(row?.parent_id).toBeNull()
  })

  test('NO ACTION keeps a row that others refer to', async () => {
    await expect(remove('customers', 5)).rejects.toMatchObject({ code: 'conflict' })
    expect(await scene.count('customers', equals('id', 5))).toBe(1)
  })

  test('CASCADE deletes the rows that refer to a deleted row', async () => {
    expect(await remove('orders', 3)).toMatchObject({ affected: 1 })
    expect(await scene.count('order_items', equals('order_id', 3))).toBe(0)
    expect(await scene.count('order_tags', equals('order_id', 3))).toBe(0)
    expect(await scene.count('order_items', equals('order_id', 1))).toBe(2)
  })

  test.skipIf(engine.differs?.noRuleOnItself)('SET NULL empties what refers to a deleted row', async () => {
    await remove('categories', 2)
    const rows = await scene.read('categories', { fields: ['parent_id'], where: equals('name', 'Fruit') })
    expect(rows).toEqual([{ parent_id: null }])
  })

  test.skipIf(engine.differs?.keepsNumbers)(
    'CASCADE on update carries a new key to the rows that refer to it',
    async () => {
      const [customer] = await scene.insert('customers', [{ name: 'Movable' }])
      await scene.insert('orders', [{ customer_id: Number(customer?.id), number: 1, status: 'movable' }])
      await update('customers', Number(customer?.id), { id: 900 })
      const rows = await scene.read('orders', { fields: ['customer_id'], where: equals('status', 'movable') })
      expect(rows).toEqual([{ customer_id: 900 }])
    },
  )

  test.skipIf(engine.differs?.keepsNumbers)(
    'NO ACTION refuses a new key while others refer to the old one',
    async () => {
      await expect(update('orders', 1, { id: 901 })).rejects.toMatchObject({ code: 'conflict' })
      expect(await scene.count('order_items', equals('order_id', 1))).toBe(2)
    },
  )

  test('a field that is not nullable refuses null', async () => {
    await expect(scene.insert('customers', [{ name: null }])).rejects.toMatchObject(
      nullIn('customers', 'name'),
    )
    await expect(update('customers', 1, { name: null })).rejects.toMatchObject(nullIn('customers', 'name'))
  })

  test('a field that is not nullable and has no default must be given', async () => {
    await expect(scene.insert('customers', [{ city: 'Nowhere' }])).rejects.toMatchObject(
      nullIn('customers', 'name'),
    )
    await expect(scene.insert('order_items', [{ order_id: 1, product: 'X' }])).rejects.toMatchObject(
      nullIn('order_items', 'line'),
    )
  })

  test('a refusal says nothing of the statement or the values', async () => {
    const refused = await scene.insert('tags', [{ label: 'urgent' }]).catch((error: unknown) => error)
    expect(String(refused)).not.toMatch(/insert into|values \(|constraint failed|urgent/i)
  })

  test('nothing of the refused writes is left', async () => {
    const rows = await scene.read('tags', { fields: ['label'], orderBy: [asc('id')] })
    expect(rows.map((row) => row.label)).toEqual(['urgent', 'gift', 'fragile'])
  })
}
