import { expect, test } from 'vitest'
import type { Value } from '../../../src/core/database/value.ts'
import { asc, calm, type Engine, equals, useScene } from '../scene.ts'

export function upserts(engine: Engine): void {
  const scene = useScene(engine)
  const upsert = (
    name: string,
    key: readonly string[],
    rows: readonly { readonly [field: string]: Value }[],
  ) => {
    const table = scene.table(name)
    const returning = table.fields.map((field) => field.name)
    return scene.adapter.insert({ table, rows, onConflict: key, returning }, calm)
  }

  test('inserts what is new', async () => {
    const result = await upsert('tags', ['label'], [{ label: 'fresh' }])
    expect(result).toEqual({ affected: 1, rows: [{ id: expect.any(Number), label: 'fresh' }] })
  })

  test('changes what is there and keeps the fields it does not name', async () => {
    const result = await upsert('customers', ['id'], [{ id: 1, name: 'Ada King', score: 11 }])
    expect(result.affected).toBe(1)
    expect(result.rows).toMatchObject([
      { id: 1, name: 'Ada King', score: 11, email: 'ada@example.com', credit: 100.5 },
    ])
    expect(await scene.read('customers', { where: equals('id', 1) })).toEqual(result.rows)
  })

  test('does both in one call and gives the rows in the order they came in', async () => {
    const result = await upsert(
      'order_items',
      ['order_id', 'line'],
      [
        { order_id: 2, line: 2, product: 'Plum', quantity: 5 },
        { order_id: 2, line: 1, product: 'Apple', quantity: 9 },
        { order_id: 4, line: 1, product: 'Saw', quantity: 1 },
      ],
    )
    expect(result.rows.map((row) => [row.order_id, row.line, row.quantity])).toEqual([
      [2, 2, 5],
      [2, 1, 9],
      [4, 1, 1],
    ])
    expect(await scene.count('order_items', equals('order_id', 2))).toBe(2)
  })

  test('takes rows with different keys', async () => {
    await upsert(
      'customers',
      ['email'],
      [
        { name: 'Grace H.', email: 'grace@example.com' },
        { name: 'Žofie N.', email: 'zofie@example.com', city: 'Brno' },
      ],
    )
    const where = { op: 'in', field: 'id', values: [2, 3] } as const
    const rows = await scene.read('customers', {
      fields: ['name', 'city', 'score'],
      where,
      orderBy: [asc('id')],
    })
    expect(rows).toEqual([
      { name: 'Grace H.', city: 'New York', score: 30 },
      { name: 'Žofie N.', city: 'Brno', score: 20 },
    ])
  })

  test('sets null where null is given', async () => {
    await upsert('customer_notes', ['customer_id'], [{ customer_id: 1, note: null }])
    expect(await scene.read('customer_notes', { where: equals('customer_id', 1) })).toEqual([
      { customer_id: 1, note: null },
    ])
  })

  test('with nothing but the key leaves the row alone and gives it back', async () => {
    const result = await upsert('customer_notes', ['customer_id'], [{ customer_id: 2 }, { customer_id: 3 }])
    expect(result.rows).toEqual([
      { customer_id: 2, note: null },
      { customer_id: 3, note: null },
    ])
  })

  test('still refuses a clash of another key', async () => {
    const clash = upsert('customers', ['id'], [{ id: 5, name: 'Thief', email: 'grace@example.com' }])
    await expect(clash).rejects.toMatchObject({ code: 'conflict', context: { fields: ['email'] } })
    expect(await scene.count('customers', equals('name', 'Thief'))).toBe(0)
  })
}
