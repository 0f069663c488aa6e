import { expect, test } from 'vitest'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { asc, calm, type Engine, equals, present, useScene } from '../scene.ts'
import { id, table } from '../world.ts'

export function writing(engine: Engine): void {
  const scene = useScene(engine)
  const named = (name: string) => equals('name', name)

  test('an insert gives the generated id', async () => {
    const [row] = await scene.insert('categories', [{ name: 'Generated' }])
    expect(await scene.read('categories', { where: named('Generated') })).toEqual([row])
    expect(row).toMatchObject({ id: expect.any(Number), name: 'Generated', parent_id: null })
  })

  test('an insert gives the rows back in the order they came in', async () => {
    const words = Array.from({ length: 300 }, (_, n) => `word ${(n * 7919) % 300}`)
    const rows = await scene.insert(
      'texts',
      words.map((body) => ({ body })),
    )
    expect(rows.map((row) => row.body)).toEqual(words)
    expect(new Set(rows.map((row) => row.id)).size).toBe(300)
  })

  test('an insert takes rows with different keys; what is missing takes its default', async () => {
    const rows = await scene.insert('customers', [
      { name: 'Only a name' },
      { score: 7, name: 'Score first', email: 'score@example.com' },
      { name: 'Credit', credit: '12.50', is_active: false },
    ])
    expect(rows).toMatchObject([
      { name: 'Only a name', email: null, credit: 0, is_active: true, score: null },
      { name: 'Score first', email: 'score@example.com', credit: 0, is_active: true, score: 7 },
      { name: 'Credit', email: null, credit: 12.5, is_active: false, score: null },
    ])
  })

  test('rows that have values in common are written as any others', async () => {
    const rows = Array.from({ length: 70 }, (_, n) => ({
      name: `Alike ${n}`,
      email: null,
      credit: '12.50',
      score: n === 69 ? null : n,
      is_active: false,
    }))
    const returning = ['name', 'email', 'credit', 'score', 'is_active']
    const same = ['is_active', 'credit', 'email', 'created_at']
    const query = { table: scene.table('customers'), rows, same, returning }
    const written = await scene.adapter.insert(query, calm)
    const expected = rows.map((row) => ({ ...row, credit: 12.5 }))
    expect(written).toMatchObject({ affected: 70, rows: expected })
    const where = { op: 'starts_with', field: 'name', value: 'Alike' } as const
    const kept = await scene.read('customers', { where, orderBy: [asc('id')], limit: 100 })
    expect(kept).toMatchObject(expected)
  })

  test('an explicit null is not the default', async () => {
    const [row] = await scene.insert('customers', [{ name: 'No credit', credit: null }])
    expect(row).toMatchObject({ credit: null })
  })

  test('CURRENT_TIMESTAMP is the time of the insert, in UTC, as text', async () => {
    const before = new Date(Date.now() - 2000).toISOString().slice(0, 19).replace('T', ' ')
    const [row] = await scene.insert('customers', [{ name: 'Punctual' }])
    const createdAt = String(row?.created_at)
    const after = new Date(Date.now() + 2000).toISOString().slice(0, 19).replace('T', ' ')
    expect(createdAt).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/)
    expect([before, createdAt, after].toSorted()).toEqual([before, createdAt, after])
  })

  test('an insert keeps an id that is given', async () => {
    const [row] = await scene.insert('categories', [{ id: 700, name: 'Chosen' }])
    expect(row).toMatchObject({ id: 700, name: 'Chosen' })
  })

  test('an insert takes a row without any field', async () => {
    const rows = await scene.insert('types', [{}])
    expect(rows).toMatchObject([{ id: expect.any(Number), big: null, words: null }])
  })

  test('an insert of no rows does nothing', async () => {
    const before = await scene.count('tags')
    const result = await scene.adapter.insert(
      { table: scene.table('tags'), rows: [], returning: ['id'] },
      calm,
    )
    expect(result).toEqual({ affected: 0, rows: [] })
    expect(await scene.count('tags')).toBe(before)
  })

  test('an insert of 10 000 rows is one call', async () => {
    const rows = Array.from({ length: 10_000 }, (_, n) => ({
      order_id: 8,
      line: n,
      product: `Nail ${n}`,
      quantity: n,
    }))
    const query = { table: scene.table('order_items'), rows, returning: ['line'] }
    const result = await scene.adapter.insert(query, calm)
    expect(result.affected).toBe(10_000)
    expect(result.rows.map((row) => row.line)).toEqual(rows.map(({ line }) => line))
    expect(await scene.count('order_items', equals('order_id', 8))).toBe(10_000)
  })

  test('an insert into a missing table answers not_found', async () => {
    const missing = buildSchema([table('missing', { fields: [id()], primaryKey: ['id'] })])
    const query = { table: present(missing.tables[0]), rows: [{ id: 1 }], returning: [] }
    await expect(scene.adapter.insert(query, calm)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('an update changes the rows that match and gives them as they are now', async () => {
    await scene.insert('texts', [{ body: 'draft' }, { body: 'draft' }, { body: 'final' }])
    const result = await scene.adapter.update(
      {
        table: scene.table('texts'),
        set: { body: 'edited' },
        where: equals('body', 'draft'),
        returning: ['body'],
      },
      calm,
    )
    expect(result).toEqual({ affected: 2, rows: [{ body: 'edited' }, { body: 'edited' }] })
    expect(await scene.count('texts', equals('body', 'final'))).toBe(1)
  })

  test('an update counts the rows it finds, changed or not', async () => {
    const [row] = await scene.insert('texts', [{ body: 'same' }])
    const where = equals('id', Number(row?.id))
    const query = { table: scene.table('texts'), set: { body: 'same' }, where, returning: [] }
    expect(await scene.adapter.update(query, calm)).toMatchObject({ affected: 1 })
  })

  test('an update of nothing changes nothing', async () => {
    const query = {
      table: scene.table('texts'),
      set: { body: 'x' },
      where: equals('id', 0),
      returning: ['id'],
    }
    expect(await scene.adapter.update(query, calm)).toEqual({ affected: 0, rows: [] })
  })

  test('an update sets null', async () => {
    const [row] = await scene.insert('customers', [{ name: 'Mover', city: 'Wien' }])
    const where = equals('id', Number(row?.id))
    const query = { table: scene.table('customers'), set: { city: null }, where, returning: ['name', 'city'] }
    expect(await scene.adapter.update(query, calm)).toEqual({
      affected: 1,
      rows: [{ name: 'Mover', city: null }],
    })
  })

  test.skipIf(engine.differs?.keepsNumbers)('an update may change the key', async () => {
    await scene.insert('categories', [{ id: 800, name: 'Renumbered' }])
    const query = {
      table: scene.table('categories'),
      set: { id: 801 },
      where: equals('id', 800),
      returning: ['id', 'name'],
    }
    expect((await scene.adapter.update(query, calm)).rows).toEqual([{ id: 801, name: 'Renumbered' }])
    expect(await scene.count('categories', equals('id', 800))).toBe(0)
  })

  test('a delete gives the rows as they were', async () => {
    const [row] = await scene.insert('texts', [{ body: 'doomed' }])
    const query = { table: scene.table('texts'), where: equals('body', 'doomed'), returning: ['id', 'body'] }
    expect(await scene.adapter.delete(query, calm)).toEqual({
      affected: 1,
      rows: [{ id: row?.id, body: 'doomed' }],
    })
    expect(await scene.count('texts', equals('body', 'doomed'))).toBe(0)
  })

  test('a delete of nothing deletes nothing', async () => {
    const query = { table: scene.table('texts'), where: equals('id', 0), returning: ['id'] }
    expect(await scene.adapter.delete(query, calm)).toEqual({ affected: 0, rows: [] })
  })

  test('a delete without a filter empties the table', async () => {
    const before = await scene.read('Order "Log"', { orderBy: [asc('id')] })
    const result = await scene.adapter.delete({ table: scene.table('Order "Log"'), returning: [] }, calm)
    expect(result.affected).toBe(before.length)
    expect(await scene.count('Order "Log"')).toBe(0)
  })
}
