import { expect, test } from 'vitest'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { asc, calm, type Engine, equals, linesOf, present, rowsOf, useScene } from '../scene.ts'
import { field, id, table, WORLD, WORLD_ROWS } from '../world.ts'

export function reading(engine: Engine): void {
  const scene = useScene(engine)

  test('gives the asked fields in the asked order', async () => {
    const [row] = await scene.read('customers', { fields: ['city', 'id', 'name'], orderBy: [asc('id')] })
    expect(Object.entries(row ?? {})).toEqual([
      ['city', 'London'],
      ['id', 1],
      ['name', 'Ada Lovelace'],
    ])
  })

  test('gives every row that was inserted', async () => {
    const rows = await scene.read('orders', { fields: ['customer_id', 'number'], orderBy: [asc('id')] })
    expect(rows).toEqual(WORLD_ROWS.orders.map(({ customer_id, number }) => ({ customer_id, number })))
  })

  test('gives at most limit rows', async () => {
    expect(await scene.read('customers', { limit: 2 })).toHaveLength(2)
  })

  test('gives null for null', async () => {
    const [row] = await scene.read('customers', { fields: ['email', 'score'], where: equals('id', 4) })
    expect(row).toEqual({ email: null, score: null })
  })

  test('gives no rows from an empty table', async () => {
    expect(await scene.read('types')).toEqual([])
  })

  test('gives no rows when nothing matches', async () => {
    expect(await scene.read('customers', { where: equals('id', 404) })).toEqual([])
  })

  test('gives no rows as an empty JSON array', async () => {
    const result = await scene.adapter.select({ ...scene.query('types'), as: 'json' }, calm)
    expect(rowsOf(result)).toEqual([])
  })

  test.each(WORLD.map(({ name }) => name))('gives %s as JSON text equal to its rows', async (name) => {
    const query = scene.query(name, { orderBy: scene.table(name).primaryKey.map(asc) })
    const rows = rowsOf(await scene.adapter.select(query, calm))
    const result = await scene.adapter.select({ ...query, as: 'json' }, calm)
    expect(rowsOf(result)).toEqual(rows)
    expect('json' in result ? result.count : rows.length).toBe(rows.length)
  })

  test.each(WORLD.map(({ name }) => name))(
    'gives so many rows of %s as lines, and counts the others',
    async (name) => {
      const query = scene.query(name, { orderBy: scene.table(name).primaryKey.map(asc), limit: 3 })
      const rows = rowsOf(await scene.adapter.select(query, calm))
      const result = await scene.adapter.select({ ...query, as: 'json', lines: 2 }, calm)
      const count = 'json' in result ? result.count : rows.length
      const shown = ('json' in result && result.shown) || count
      expect(rowsOf(result)).toEqual(rows.slice(0, shown))
      expect([count, shown]).toEqual([rows.length, expect.toBeOneOf([count, Math.min(count, 2)])])
      const { told, ofRows } = linesOf(result)
      expect(told).toBe(ofRows)
    },
  )

  test('keeps the field order in JSON text', async () => {
    const query = scene.query('customers', { fields: ['score', 'name', 'id'], limit: 1 })
    const [row] = rowsOf(await scene.adapter.select({ ...query, as: 'json' }, calm))
    expect(Object.keys(row ?? {})).toEqual(['score', 'name', 'id'])
  })

  test('answers not_found for a missing table', async () => {
    const missing = buildSchema([table('missing', { fields: [id()], primaryKey: ['id'] })])
    const query = { ...scene.query('customers'), table: present(missing.tables[0]), fields: ['id'] }
    await expect(scene.adapter.select(query, calm)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('refuses a field the table does not have', async ({ skip }) => {
    if (scene.table('customers').takesNewFields)
      skip('rows have any fields here: one that no row has is null')
    const stale = table('customers', { fields: [id(), field('gone', 'string')], primaryKey: ['id'] })
    const query = {
      ...scene.query('customers'),
      table: present(buildSchema([stale]).tables[0]),
      fields: ['gone'],
    }
    await expect(scene.adapter.select(query, calm)).rejects.toMatchObject({
      name: 'AppError',
      code: expect.stringMatching(/^(bad_request|not_found)$/),
    })
  })
}
