import { beforeEach, describe, expect, test } from 'vitest'
import { openSqlite } from '../../adapters/database/sqlite/open.ts'
import { createRecords } from '../../src/operations/database/create-records.ts'
import { deleteRecords } from '../../src/operations/database/delete-records.ts'
import { listRecords } from '../../src/operations/database/list-records.ts'
import { updateRecords } from '../../src/operations/database/update-records.ts'
import { openShop, type Shop } from '../helpers/shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})

const rowsOf = async (table: string, filter?: string) =>
  (await shop.run(listRecords, { table_name: table, ...(filter ? { filter } : {}) })).rows

describe('an id that is an object', () => {
  const wrong = [{ order_id: 1, line_no: 1, sku: 'B' }]

  test.each([
    ['read', listRecords, {}],
    ['changed', updateRecords, { records: [{ quantity: 7 }] }],
    ['deleted', deleteRecords, {}],
    ['deleted, on trial', deleteRecords, { dry_run: true }],
  ])('has the key alone: nothing is %s for one that has more', async (_what, operation, more) => {
    const before = await rowsOf('order_items')
    await expect(
      shop.run<unknown, unknown>(operation, { table_name: 'order_items', ids: wrong, ...more }),
    ).rejects.toMatchObject({ code: 'bad_request' })
    expect(await rowsOf('order_items')).toEqual(before)
  })

  test('takes the names of the key in any case', async () => {
    const ids = [{ ORDER_ID: 1, Line_No: 2 }]
    expect((await shop.run(listRecords, { table_name: 'order_items', ids, fields: ['sku'] })).rows).toEqual([
      { sku: 'B' },
    ])
  })
})

describe('create', () => {
  test('answers the new keys, or the fields asked for', async () => {
    const records = [
      { name: 'Dan', region: 'east' },
      { name: 'Eve', region: 'west' },
    ]
    expect(await shop.run(createRecords, { table_name: 'customers', records })).toEqual({
      rows: [{ id: 4 }, { id: 5 }],
      affected: 2,
    })
    const more = await shop.run(createRecords, {
      table_name: 'orders',
      records: [{ customer_id: 4 }],
      fields: ['*'],
    })
    expect(more.rows).toEqual([{ id: 7, customer_id: 4, status: 'new', total: null, placed_on: null }])
  })

  test('inserts nothing when one record is refused, and says which', async () => {
    const records = [
      { name: 'Dan', region: 'x' },
      { name: 'Dup', region: 'x', email: 'ann@example.com' },
      { name: 'Eve', region: 'x' },
    ]
    await expect(shop.run(createRecords, { table_name: 'customers', records })).rejects.toMatchObject({
      wireCode: 1000,
      message: 'Batch Error: Not all requested records could be created. All changes rolled back.',
      context: { error: [1], resource: [{ id: null }, { status_code: 409, context: { fields: ['email'] } }] },
    })
    expect(await rowsOf('customers', "region = 'x'")).toEqual([])
  })

  test('tells the numbers of records that are not there only to who asked to take them back', async () => {
    const records = [
      { name: 'Dan', region: 'x' },
      { name: 'Dup', region: 'x', email: 'ann@example.com' },
    ]
    const asked = { table_name: 'customers', records, fields: ['id', 'name'] }
    await expect(shop.run(createRecords, asked)).rejects.toMatchObject({
      context: { resource: [{ id: null, name: 'Dan' }, { status_code: 409 }] },
    })
    await expect(shop.run(createRecords, { ...asked, rollback: true })).rejects.toMatchObject({
      context: { resource: [{ id: expect.any(Number), name: 'Dan' }, { status_code: 409 }] },
    })
  })

  test('keeps the good ones with continue', async () => {
    const records = [{ region: 'x' }, { name: 'Dan', region: 'x' }]
    await expect(
      shop.run(createRecords, { table_name: 'customers', records, continue: true }),
    ).rejects.toMatchObject({
      context: { error: [0], resource: [{ message: "Required field 'name' can not be NULL." }, { id: 4 }] },
    })
    expect(await rowsOf('customers', "region = 'x'")).toHaveLength(1)
  })

  test('refuses an unknown field unless lenient', async () => {
    const records = [{ name: 'Dan', region: 'x', regoin: 'y' }]
    await expect(shop.run(createRecords, { table_name: 'customers', records })).rejects.toMatchObject({
      context: { resource: [{ message: "Unknown field 'regoin'." }] },
      hint: "Did you mean 'region'?",
    })
    expect(await shop.run(createRecords, { table_name: 'customers', records, lenient: true })).toMatchObject({
      affected: 1,
    })
  })
})

describe('update', () => {
  test('changes one record by id and nothing else', async () => {
    expect(
      await shop.run(updateRecords, { table_name: 'orders', id: '2', records: [{ status: 'paid' }] }),
    ).toEqual({ rows: [{ id: 2 }], affected: 1 })
    expect(await rowsOf('orders', 'id = 2')).toMatchObject([{ status: 'paid', total: 20 }])
  })

  test('answers the rows a filter selected even when they no longer match it', async () => {
    const answer = await shop.run(updateRecords, {
      table_name: 'orders',
      filter: "status = 'paid'",
      records: [{ status: 'done' }],
      fields: ['id', 'status'],
    })
    expect(answer.rows).toEqual([
      { id: 1, status: 'done' },
      { id: 3, status: 'done' },
      { id: 6, status: 'done' },
    ])
  })

  test('updates records by their keys, all or none', async () => {
    const records = [
      { id: 1, status: 'x' },
      { id: 99, status: 'x' },
    ]
    await expect(shop.run(updateRecords, { table_name: 'orders', records })).rejects.toMatchObject({
      context: { error: [1], resource: [{ id: 1 }, { status_code: 404 }] },
    })
    expect(await rowsOf('orders', "status = 'x'")).toEqual([])
  })

  test.each([
    [
      'a moved key',
      { id: '1', records: [{ id: 9 }] },
      "Field 'id' identifies the record and can not be changed.",
    ],
    ['no field', { id: '1', records: [{}] }, 'The request contains no valid record fields.'],
    ['null where none may be', { id: '1', records: [{ status: null }] }, "Field 'status' can not be NULL."],
    [
      'ids and a filter',
      { ids: [1], filter: 'id=2', records: [{ status: 'x' }] },
      'Give either ids or a filter, not both.',
    ],
    [
      'both ways to end a batch',
      { ids: [1], records: [{ status: 'x' }], continue: true, rollback: true },
      'Rollback and continue operations can not be requested at the same time.',
    ],
  ])('refuses %s', async (_, input, message) => {
    await expect(shop.run(updateRecords, { table_name: 'orders', ...input })).rejects.toMatchObject({
      code: 'bad_request',
      message,
    })
  })

  test('inserts a missing record only where upsert is on', async () => {
    const input = { table_name: 'customers', id: '50', records: [{ name: 'Up', region: 'x' }] }
    await expect(shop.run(updateRecords, input)).rejects.toMatchObject({ code: 'not_found' })
    shop = await openShop(undefined, { allowUpsert: true })
    expect(await shop.run(updateRecords, input)).toEqual({ rows: [{ id: 50 }], affected: 1 })
  })
})

describe('delete', () => {
  test('answers the records as they were', async () => {
    const answer = await shop.run(deleteRecords, {
      table_name: 'order_items',
      filter: 'order_id = 1',
      fields: ['*'],
    })
    expect(answer.rows).toMatchObject([
      { line_no: 1, sku: 'A' },
      { line_no: 2, sku: 'B' },
    ])
    expect(await rowsOf('order_items')).toHaveLength(1)
  })

  test('keeps all when one is missing', async () => {
    await expect(shop.run(deleteRecords, { table_name: 'orders', ids: [6, 99] })).rejects.toMatchObject({
      context: { error: [1] },
    })
    expect(await rowsOf('orders', 'id = 6')).toHaveLength(1)
  })

  test('refuses to delete a record that others refer to', async () => {
    await expect(shop.run(deleteRecords, { table_name: 'customers', id: '1' })).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  test('deletes everything only when told so', async () => {
    await expect(shop.run(deleteRecords, { table_name: 'order_items' })).rejects.toMatchObject({
      message: 'No filter or records given for delete request.',
    })
    expect(await shop.run(deleteRecords, { table_name: 'order_items', force: true })).toEqual({
      rows: [],
      affected: 3,
    })
  })
})

test('a table without a key takes records and counts them', async () => {
  const keyless = {
    name: 'log',
    isView: false,
    fields: [
      { name: 'line', type: 'text', dbType: '', allowNull: true, autoIncrement: false, isGenerated: false },
    ],
    primaryKey: [],
    uniqueKeys: [],
    foreignKeys: [],
  } as const
  await shop.adapter.alter({ kind: 'create_table', table: keyless }, { signal: new AbortController().signal })
  const answer = await shop.run(createRecords, { table_name: 'log', records: [{ line: 'a' }, { line: 'b' }] })
  expect(answer).toEqual({ rows: [{}, {}], affected: 2 })
  expect(await rowsOf('log')).toEqual([{ line: 'a' }, { line: 'b' }])
})

test('a key that the database computes may stand in the record, and cannot be changed', async () => {
  const made = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, code TEXT AS (id * 10) STORED UNIQUE, note TEXT)'
  const statements = [made, `INSERT INTO notes (note) VALUES ('old'), ('old')`]
  const options = { file: ':memory:', inline: true, statementTimeoutMs: 20_000, statements }
  const { run } = await openShop(await openSqlite(options))
  const update = (change: object) =>
    run(updateRecords, { table_name: 'notes', id_field: ['code'], records: [change] })
  await update({ code: '20', note: 'new' })
  await expect(update({ code: '20', id: 5 })).rejects.toThrow()
  const { rows } = await run(listRecords, { table_name: 'notes' })
  expect(rows).toEqual([
    { id: 1, code: '10', note: 'old' },
    { id: 2, code: '20', note: 'new' },
  ])
})
