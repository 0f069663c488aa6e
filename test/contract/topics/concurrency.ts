import { expect, test } from 'vitest'
import { calm, type Engine, equals, useScene } from '../scene.ts'

export function concurrency(engine: Engine): void {
  const scene = useScene(engine)

  test('200 reads at once all get their own answer', async () => {
    const reads = Array.from({ length: 200 }, (_, n) =>
      scene.read('customers', { fields: ['id', 'name'], where: equals('id', (n % 6) + 1) }),
    )
    const ids = (await Promise.all(reads)).map((rows) => rows.map((row) => row.id))
    expect(ids).toEqual(Array.from({ length: 200 }, (_, n) => [(n % 6) + 1]))
  })

  test('reads of many shapes at once all get their own answer', async () => {
    const tables = ['customers', 'orders', 'order_items', 'tags', 'texts', 'categories']
    const counts = await Promise.all(
      Array.from({ length: 10 }, () => tables.map((name) => scene.count(name))).flat(),
    )
    expect(counts).toEqual(Array.from({ length: 10 }, () => [6, 8, 5, 3, 11, 5]).flat())
  })

  test('50 inserts at once all land, each with its own id', async () => {
    const inserts = Array.from({ length: 50 }, (_, n) => scene.insert('texts', [{ body: `insert ${n}` }]))
    const ids = (await Promise.all(inserts)).map(([row]) => row?.id)
    expect(new Set(ids).size).toBe(50)
    expect(await scene.count('texts', { op: 'starts_with', field: 'body', value: 'insert ' })).toBe(50)
  })

  test('of many inserts with one unique value exactly one succeeds', async () => {
    const inserts = Array.from({ length: 10 }, () => scene.insert('tags', [{ label: 'contested' }]))
    const results = await Promise.allSettled(inserts)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await scene.count('tags', equals('label', 'contested'))).toBe(1)
  })

  test('a reader sees all of a large write or nothing of it', async ({ skip }) => {
    if (!scene.adapter.capabilities.has('transactions')) skip('only each row is written at once')
    const rows = Array.from({ length: 2000 }, (_, line) => ({ order_id: 7, line, product: 'Nail' }))
    const writing = scene.adapter.insert({ table: scene.table('order_items'), rows, returning: [] }, calm)
    const counts = await Promise.all(
      Array.from({ length: 20 }, () => scene.count('order_items', equals('order_id', 7))),
    )
    await writing
    expect([0, 2000]).toEqual(expect.arrayContaining(counts))
    expect(await scene.count('order_items', equals('order_id', 7))).toBe(2000)
  })

  test('updates of one row at once all come through', async () => {
    const where = equals('id', 2)
    const updates = Array.from({ length: 20 }, (_, score) =>
      scene.adapter.update(
        { table: scene.table('customers'), set: { score }, where, returning: ['score'] },
        calm,
      ),
    )
    const scores = (await Promise.all(updates)).map(({ rows }) => rows[0]?.score)
    expect(scores).toEqual(Array.from({ length: 20 }, (_, score) => score))
  })
}
