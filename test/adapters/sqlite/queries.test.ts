import { describe, expect, test } from 'vitest'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { Filter, SelectQuery } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import { calm, opened, query, rowsOf, tableOf } from './database-file.ts'

/** Shapes and sizes that strain the engine; what a query means is in the contract suite. */
const SQL = `CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price DECIMAL(8,2), made BOOLEAN NOT NULL DEFAULT 1);
  INSERT INTO item (name, price) VALUES ('one', 1.5), ('Two', 2), ('th%ree', NULL), (NULL, 4);
  CREATE VIEW totals AS SELECT made, count(*) AS n, sum(price) AS total FROM item GROUP BY made`

async function world(): Promise<{ adapter: DatabaseAdapter; item: Table }> {
  const adapter = await opened(SQL)
  return { adapter, item: await tableOf(adapter, 'item') }
}

async function idsOf(where: Filter, more: Partial<SelectQuery> = {}): Promise<unknown[]> {
  const { adapter, item } = await world()
  const rows = await rowsOf(
    adapter,
    query(item, { fields: ['id'], where, orderBy: [{ by: 'id', direction: 'asc' }], ...more }),
  )
  return rows.map(({ id }) => id)
}

describe('large filters', () => {
  test('of 5 000 alternatives', async () => {
    const all = Array.from({ length: 5000 }, (_, at): Filter => ({ op: '=', field: 'id', value: at + 3 }))
    expect(await idsOf({ op: 'or', all })).toEqual([3, 4])
  })

  test('of a list of 20 000 values', async () => {
    const values = Array.from({ length: 20_000 }, (_, at) => at + 2)
    expect(await idsOf({ op: 'in', field: 'id', values })).toEqual([2, 3, 4])
  })

  test('of a list with more values than SQLite takes', async () => {
    const values = Array.from({ length: 40_000 }, (_, at) => at)
    await expect(idsOf({ op: 'in', field: 'id', values })).rejects.toMatchObject({ code: 'bad_request' })
  })

  test('of 30 levels', async () => {
    let where: Filter = { op: '=', field: 'id', value: 2 }
    for (let level = 0; level < 15; level++) where = { op: 'not', filter: { op: 'and', all: [where] } }
    expect(await idsOf(where)).toEqual([1, 3, 4])
  })

  test('of more levels than SQLite takes are a bad request', async () => {
    let where: Filter = { op: '=', field: 'id', value: 2 }
    for (let level = 0; level < 2000; level++) where = { op: 'not', filter: where }
    await expect(idsOf(where)).rejects.toMatchObject({ code: 'bad_request' })
  })

  test('with a pattern longer than SQLite takes are a bad request', async () => {
    const value = 'x'.repeat(60_000)
    await expect(idsOf({ op: 'contains', field: 'name', value })).rejects.toMatchObject({
      code: 'bad_request',
    })
  })
})

describe('numbers given as text', () => {
  test('compare as numbers, also with what a view computes', async () => {
    const adapter = await opened(SQL)
    const totals = await tableOf(adapter, 'totals')
    const where = { op: '>', field: 'total', value: '6.50' } as const
    expect(await rowsOf(adapter, query(totals, { where }))).toEqual([{ made: true, n: 4, total: 7.5 }])
    const none = { op: '>', field: 'total', value: '10' } as const
    expect(await rowsOf(adapter, query(totals, { where: none }))).toEqual([])
  })

  test('compare as numbers with aggregates', async () => {
    const { adapter, item } = await world()
    const sums = query(item, {
      fields: ['made'],
      groupBy: ['made'],
      aggregates: [{ function: 'SUM', field: 'price', alias: 's' }],
      having: { op: '<', field: 's', value: '10.0' },
    })
    expect(await rowsOf(adapter, sums)).toEqual([{ made: true, s: 7.5 }])
  })

  test('beyond 64 bits compare without a crash', async () => {
    expect(await idsOf({ op: '<', field: 'id', value: 10n ** 30n })).toEqual([1, 2, 3, 4])
    expect(await idsOf({ op: '=', field: 'id', value: '99999999999999999999999' })).toEqual([])
  })
})

test('an alias that is also a field orders and filters by the aggregate', async () => {
  const { adapter, item } = await world()
  const largest = query(item, {
    fields: ['made'],
    groupBy: ['made'],
    aggregates: [{ function: 'MAX', field: 'id', alias: 'price' }],
    where: { op: '>', field: 'price', value: 1 },
    having: { op: '=', field: 'price', value: 4 },
    orderBy: [{ by: 'price', direction: 'desc' }],
  })
  expect(await rowsOf(adapter, largest)).toEqual([{ made: true, price: 4 }])
})

describe('writes', () => {
  let adapter: DatabaseAdapter
  let item: Table
  const insert = (rows: Parameters<DatabaseAdapter['insert']>[0]['rows'], onConflict?: string[]) =>
    adapter.insert({ table: item, rows, returning: ['id'], ...(onConflict ? { onConflict } : {}) }, calm)

  test('of rows with different keys come back in order', async () => {
    ;({ adapter, item } = await world())
    const rows = [{ name: 'a' }, { id: 50 }, {}, { name: 'b', price: '1.25' }]
    expect(await insert(rows)).toEqual({ affected: 4, rows: [{ id: 5 }, { id: 50 }, { id: 51 }, { id: 52 }] })
  })

  test('of rows with different keys are undone together', async () => {
    ;({ adapter, item } = await world())
    await expect(insert([{ name: 'a' }, { id: 1 }])).rejects.toMatchObject({ code: 'conflict' })
    expect(await rowsOf(adapter, query(item))).toHaveLength(4)
  })

  test('of several statements are undone together inside a transaction, which goes on', async () => {
    ;({ adapter, item } = await world())
    await adapter.transaction(async (records) => {
      const clash = records.insert({ table: item, rows: [{ name: 'a' }, { id: 1 }], returning: [] }, calm)
      await expect(clash).rejects.toMatchObject({ code: 'conflict' })
      await records.insert({ table: item, rows: [{ name: 'kept' }], returning: [] }, calm)
    }, calm)
    expect((await rowsOf(adapter, query(item))).map(({ name }) => name)).toEqual([
      'one',
      'Two',
      'th%ree',
      null,
      'kept',
    ])
  })

  test('after the database rolled the transaction back are refused', async () => {
    adapter = await opened(`${SQL}; CREATE TRIGGER undo BEFORE INSERT ON item WHEN new.name = 'undo'
      BEGIN SELECT RAISE(ROLLBACK, 'all of it'); END`)
    item = await tableOf(adapter, 'item')
    const work = adapter.transaction(async (records) => {
      const add = (name: string) => records.insert({ table: item, rows: [{ name }], returning: [] }, calm)
      await add('before')
      await expect(add('undo')).rejects.toMatchObject({ code: 'conflict' })
      await add('after')
    }, calm)
    await expect(work).rejects.toMatchObject({ code: 'conflict' })
    expect(await rowsOf(adapter, query(item))).toHaveLength(4)
  })

  test('that upsert a row of nothing but its key return it', async () => {
    ;({ adapter, item } = await world())
    expect(await insert([{ id: 1 }, { id: 9 }], ['id'])).toEqual({
      affected: 2,
      rows: [{ id: 1 }, { id: 9 }],
    })
    expect(await rowsOf(adapter, query(item))).toHaveLength(5)
  })

  test('that set nothing still find their rows', async () => {
    ;({ adapter, item } = await world())
    const where = { op: 'in', field: 'id', values: [1, 2, 99] } as const
    expect(await adapter.update({ table: item, set: {}, where, returning: ['name'] }, calm)).toEqual({
      affected: 2,
      rows: [{ name: 'one' }, { name: 'Two' }],
    })
  })

  test('of 10 000 rows', async () => {
    ;({ adapter, item } = await world())
    const rows = Array.from({ length: 10_000 }, (_, at) => ({
      name: `row ${at}`,
      price: at / 4,
      made: at % 2 === 0,
    }))
    const result = await insert(rows)
    expect(result.affected).toBe(10_000)
    expect(result.rows.at(-1)).toEqual({ id: 10_004 })
  })
})
