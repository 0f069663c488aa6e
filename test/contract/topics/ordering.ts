import { expect, test } from 'vitest'
import type { Order } from '../../../src/core/database/query.ts'
import { asc, calm, desc, type Engine, rowsOf, useScene } from '../scene.ts'

export function ordering(engine: Engine): void {
  const scene = useScene(engine)
  const sorted = async (name: string, ...orderBy: readonly Order[]) => {
    const rows = await scene.read(name, { fields: ['id'], orderBy })
    return rows.map((row) => row.id)
  }

  test('sorts ascending with nulls first', async () => {
    expect(await sorted('customers', asc('score'), asc('id'))).toEqual([4, 6, 1, 3, 5, 2])
  })

  test('sorts descending with nulls last', async () => {
    expect(await sorted('customers', desc('score'), asc('id'))).toEqual([2, 3, 5, 1, 4, 6])
  })

  test('puts nulls where they are asked to be', async () => {
    const score = (direction: Order['direction'], nulls: 'first' | 'last'): Order => ({
      by: 'score',
      direction,
      nulls,
    })
    expect(await sorted('customers', score('asc', 'last'), asc('id'))).toEqual([1, 3, 5, 2, 4, 6])
    expect(await sorted('customers', score('desc', 'first'), asc('id'))).toEqual([4, 6, 2, 3, 5, 1])
    expect(await sorted('customers', score('asc', 'first'), asc('id'))).toEqual([4, 6, 1, 3, 5, 2])
    expect(await sorted('customers', score('desc', 'last'), asc('id'))).toEqual([2, 3, 5, 1, 4, 6])
  })

  test('sorts by several fields, each in its own direction', async () => {
    expect(await sorted('orders', desc('status'), asc('customer_id'), desc('number'))).toEqual([
      8, 4, 7, 1, 3, 5, 2, 6,
    ])
  })

  test('sorts by a field it does not give', async () => {
    const rows = await scene.read('customers', { fields: ['name'], orderBy: [desc('id')], limit: 1 })
    expect(rows).toEqual([{ name: "Pat O'Brien" }])
  })

  test('sorts text by code point', async () => {
    expect(await sorted('customers', asc('name'))).toEqual([1, 2, 6, 5, 3, 4])
  })

  test('sorts characters of four bytes after all others', async () => {
    await scene.insert(
      'Order "Log"',
      ['～', '😀', 'a', 'Z'].map((text) => ({ select: text })),
    )
    const rows = await scene.read('Order "Log"', { fields: ['select'], orderBy: [asc('select')] })
    expect(rows.map((row) => row.select)).toEqual([null, 'Z', 'a', 'from', '～', '😀'])
  })

  test('sorts decimals as numbers', async () => {
    expect(await sorted('customers', asc('credit'))).toEqual([3, 5, 2, 4, 1, 6])
  })

  test('sorts dates by day', async () => {
    expect(await sorted('orders', asc('ordered_on'), asc('id'))).toEqual([4, 6, 1, 2, 3, 7, 8, 5])
  })

  test('sorts false before true', async () => {
    expect(await sorted('customers', asc('is_active'), asc('id'))).toEqual([3, 5, 1, 2, 4, 6])
  })

  test('sorts big integers without losing digits', async () => {
    const values = [9007199254740993n, 9007199254740992n, 9007199254740994n, -9223372036854775808n]
    await scene.insert(
      'types',
      values.map((big) => ({ big })),
    )
    const rows = await scene.read('types', { fields: ['big'], orderBy: [asc('big')] })
    const sortedBig = ['-9223372036854775808', '9007199254740992', '9007199254740993', '9007199254740994']
    expect(rows.map((row) => row.big)).toEqual(sortedBig)
  })

  test('sorts JSON text the same way', async () => {
    const query = scene.query('customers', {
      fields: ['id'],
      orderBy: [desc('score'), asc('id')],
      limit: 3,
      offset: 1,
    })
    const rows = rowsOf(await scene.adapter.select({ ...query, as: 'json' }, calm))
    expect(rows.map((row) => row.id)).toEqual([3, 5, 1])
  })

  test('pages through everything once, in order', async () => {
    const pages = [0, 3, 6].map((offset) =>
      scene.read('orders', { fields: ['id'], orderBy: [asc('status'), asc('id')], limit: 3, offset }),
    )
    const ids = (await Promise.all(pages)).map((rows) => rows.map((row) => row.id))
    expect(ids).toEqual([
      [2, 6, 1],
      [3, 5, 7],
      [4, 8],
    ])
  })

  test('gives nothing beyond the last row', async () => {
    expect(await scene.read('orders', { orderBy: [asc('id')], offset: 8 })).toEqual([])
    expect(await scene.read('orders', { orderBy: [asc('id')], offset: 1_000_000 })).toEqual([])
  })
}
