import { expect, test } from 'vitest'
import { asc, calm, desc, type Engine, equals, rowsOf, useScene } from '../scene.ts'

const count = { function: 'COUNT', field: '*', alias: 'n' } as const

export function groups(engine: Engine): void {
  const scene = useScene(engine)

  test('gives one row for each group', async () => {
    const rows = await scene.read('orders', {
      groupBy: ['status'],
      aggregates: [count],
      orderBy: [asc('status')],
    })
    expect(rows).toEqual([
      { status: 'open', n: 2 },
      { status: 'paid', n: 4 },
      { status: 'shipped', n: 2 },
    ])
  })

  test('nulls are one group', async () => {
    const rows = await scene.read('customers', {
      groupBy: ['score'],
      aggregates: [count],
      orderBy: [asc('score')],
    })
    expect(rows).toEqual([
      { score: null, n: 2 },
      { score: 10, n: 1 },
      { score: 20, n: 2 },
      { score: 30, n: 1 },
    ])
  })

  test('groups by several fields', async () => {
    const rows = await scene.read('orders', {
      groupBy: ['customer_id', 'status'],
      aggregates: [count],
      where: { op: '<', field: 'customer_id', value: 3 },
      orderBy: [asc('customer_id'), asc('status')],
    })
    expect(rows).toEqual([
      { customer_id: 1, status: 'open', n: 1 },
      { customer_id: 1, status: 'paid', n: 2 },
      { customer_id: 2, status: 'paid', n: 1 },
      { customer_id: 2, status: 'shipped', n: 1 },
    ])
  })

  test('grouped fields keep their type', async () => {
    const rows = await scene.read('customers', {
      groupBy: ['is_active'],
      aggregates: [count],
      orderBy: [asc('is_active')],
    })
    expect(rows).toEqual([
      { is_active: false, n: 2 },
      { is_active: true, n: 4 },
    ])
  })

  test('groups that have no row do not appear', async () => {
    const where = equals('status', 'lost')
    expect(await scene.read('orders', { groupBy: ['status'], aggregates: [count], where })).toEqual([])
  })

  test('keeps the groups whose aggregate fits', async () => {
    const rows = await scene.read('orders', {
      groupBy: ['customer_id'],
      aggregates: [count],
      having: { op: '>', field: 'n', value: 1 },
      orderBy: [asc('customer_id')],
    })
    expect(rows).toEqual([
      { customer_id: 1, n: 3 },
      { customer_id: 2, n: 2 },
    ])
  })

  test('keeps groups by an aggregate and a grouped field together', async () => {
    const rows = await scene.read('customers', {
      groupBy: ['city'],
      aggregates: [count, { function: 'MAX', field: 'score', alias: 'best' }],
      having: {
        op: 'or',
        all: [
          { op: 'and', all: [equals('city', 'London'), { op: '>=', field: 'n', value: 2 }] },
          { op: 'and', all: [{ op: 'is_null', field: 'best' }, equals('n', 1)] },
        ],
      },
      orderBy: [desc('n')],
    })
    expect(rows).toEqual([
      { city: 'London', n: 2, best: 10 },
      { city: null, n: 1, best: null },
    ])
  })

  test('sorts and pages by an aggregate', async () => {
    const best = { function: 'MAX', field: 'score', alias: 'best' } as const
    const page = { groupBy: ['city'], aggregates: [best], orderBy: [desc('best'), asc('city')] }
    const first = await scene.read('customers', { ...page, limit: 2 })
    expect(first.map((row) => row.city)).toEqual(['New York', 'Paris'])
    const second = await scene.read('customers', { ...page, limit: 3, offset: 2 })
    expect(second.map((row) => row.city)).toEqual(['Praha', 'London', null])
  })

  test('groups without aggregates are the different values', async () => {
    const rows = await scene.read('orders', { groupBy: ['status'], orderBy: [desc('status')] })
    expect(rows).toEqual([{ status: 'shipped' }, { status: 'paid' }, { status: 'open' }])
  })

  test('gives the same groups as JSON text', async () => {
    const query = scene.query('orders', {
      groupBy: ['status'],
      aggregates: [count],
      orderBy: [asc('status')],
    })
    const rows = rowsOf(await scene.adapter.select(query, calm))
    expect(rowsOf(await scene.adapter.select({ ...query, as: 'json' }, calm))).toEqual(rows)
  })

  test('distinct gives each value once, null too', async () => {
    const rows = await scene.read('customers', { fields: ['score'], distinct: true, orderBy: [asc('score')] })
    expect(rows.map((row) => row.score)).toEqual([null, 10, 20, 30])
  })

  test('distinct looks at all given fields together', async () => {
    const fields = ['status', 'customer_id']
    const rows = await scene.read('orders', {
      fields,
      distinct: true,
      orderBy: [asc('customer_id'), asc('status')],
    })
    expect(rows).toHaveLength(7)
    expect(rows[1]).toEqual({ status: 'paid', customer_id: 1 })
  })

  test('distinct counts towards the limit after it was applied', async () => {
    const page = { fields: ['status'], distinct: true, orderBy: [asc('status')], limit: 2 }
    expect(await scene.read('orders', page)).toEqual([{ status: 'open' }, { status: 'paid' }])
    expect(await scene.read('orders', { ...page, offset: 2 })).toEqual([{ status: 'shipped' }])
  })

  const counted = async (name: string, options: Parameters<typeof scene.query>[1]) =>
    rowsOf(await scene.adapter.select({ ...scene.query(name, options), countOnly: true }, calm))

  test('counts the rows of a select, whatever its order and limit', async () => {
    const page = { orderBy: [asc('id')], limit: 1, offset: 3 }
    expect(await counted('customers', page)).toEqual([{ count: 6 }])
    expect(await counted('orders', { ...page, where: equals('status', 'paid') })).toEqual([{ count: 4 }])
    expect(await counted('orders', { where: equals('status', 'lost') })).toEqual([{ count: 0 }])
  })

  test('counts groups, those that are left', async () => {
    const query = { groupBy: ['customer_id'], aggregates: [count], limit: 1 }
    expect(await counted('orders', query)).toEqual([{ count: 5 }])
    const having = { op: '>', field: 'n', value: 1 } as const
    expect(await counted('orders', { ...query, having })).toEqual([{ count: 2 }])
    expect(await counted('customers', { groupBy: ['score'] })).toEqual([{ count: 4 }])
    expect(await counted('customers', { aggregates: [count] })).toEqual([{ count: 1 }])
  })

  test('counts different rows', async () => {
    expect(await counted('customers', { fields: ['score'], distinct: true })).toEqual([{ count: 4 }])
    const fields = ['status', 'customer_id']
    expect(await counted('orders', { fields, distinct: true, limit: 2 })).toEqual([{ count: 7 }])
  })

  test('gives a count as JSON text', async () => {
    const query = scene.query('customers', { countOnly: true })
    expect(rowsOf(await scene.adapter.select({ ...query, as: 'json' }, calm))).toEqual([{ count: 6 }])
  })

  test('puts groups whose aggregate is null where the order says', async () => {
    const groups = (direction: 'asc' | 'desc', nulls: 'first' | 'last') =>
      scene.read('customers', {
        groupBy: ['city'],
        aggregates: [{ function: 'MAX', field: 'score', alias: 'best' }],
        orderBy: [{ by: 'best', direction, nulls }, asc('city')],
      })
    const bests = async (...way: Parameters<typeof groups>) => (await groups(...way)).map(({ best }) => best)
    expect(await bests('asc', 'first')).toEqual([null, 10, 20, 20, 30])
    expect(await bests('asc', 'last')).toEqual([10, 20, 20, 30, null])
    expect(await bests('desc', 'first')).toEqual([null, 30, 20, 20, 10])
    expect(await bests('desc', 'last')).toEqual([30, 20, 20, 10, null])
  })
}
