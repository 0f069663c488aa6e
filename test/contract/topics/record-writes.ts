import { expect, test } from 'vitest'
import type { AppError } from '../../../src/core/errors.ts'
import type { DatabaseSettings } from '../../../src/core/service.ts'
import { createRecords } from '../../../src/operations/database/create-records.ts'
import { deleteRecords } from '../../../src/operations/database/delete-records.ts'
import { getRecord } from '../../../src/operations/database/get-record.ts'
import { listRecords } from '../../../src/operations/database/list-records.ts'
import { replaceRecords, updateRecords } from '../../../src/operations/database/update-records.ts'
import { serviceOn } from '../../helpers/shop.ts'
import { type Engine, equals, useScene } from '../scene.ts'

export function recordWrites(engine: Engine): void {
  const scene = useScene(engine)
  const on = (settings: Partial<DatabaseSettings> = {}) => serviceOn(scene.adapter, settings).run
  const named = (name: string) => scene.count('customers', equals('name', name))
  const labels = (...texts: readonly string[]) => texts.map((label) => ({ label }))
  const tags = async (label: string) => scene.count('tags', equals('label', label))

  test.each([
    ['PATCH', updateRecords],
    ['PUT', replaceRecords],
  ] as const)(
    '%s changes the given fields alone: by id, ids, records and filter, also where keys have parts',
    async (_verb, operation) => {
      const run = on()
      const items = { table_name: 'order_items' }
      const quantity = (n: number) => [{ quantity: n }]
      expect((await run(operation, { ...items, id: '1,1', records: quantity(11) })).rows).toEqual([
        { order_id: 1, line: 1 },
      ])
      await run(operation, { ...items, ids: [{ order_id: 1, line: 2 }, '2,1'], records: quantity(12) })
      await run(operation, {
        ...items,
        records: [
          { order_id: 3, line: 1, quantity: 13 },
          { LINE: 2, order_id: 3, quantity: 14 },
        ],
      })
      expect(await scene.read('order_items')).toMatchObject([
        { order_id: 1, line: 1, product: 'Apple', quantity: 11 },
        { order_id: 1, line: 2, product: 'Pear', quantity: 12 },
        { order_id: 2, line: 1, product: 'Apple', quantity: 12 },
        { order_id: 3, line: 1, product: 'Wrench', quantity: 13 },
        { order_id: 3, line: 2, product: 'Apple', quantity: 14 },
      ])
      const { rows } = await run(operation, { ...items, filter: 'order_id = 3', records: quantity(15) })
      expect(rows).toHaveLength(2)
      await expect(run(operation, { ...items, id: '1', records: quantity(1) })).rejects.toMatchObject({
        code: 'bad_request',
      })
      await expect(run(operation, { ...items, id: '1,9', records: quantity(1) })).rejects.toMatchObject({
        code: 'not_found',
      })
      await expect(run(operation, { ...items, id: '1,1', records: [{ line: 2 }] })).rejects.toMatchObject({
        code: 'bad_request',
      })
    },
  )

  test('a key in another spelling is the same in a list of ids as by itself', async () => {
    const unique_id = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'
    const other = 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'
    await scene.insert('types', [
      { unique_id, words: 'one' },
      { unique_id: other, words: 'other' },
    ])
    const asked = { table_name: 'types', id_field: ['unique_id'], fields: ['words'] }
    const id = unique_id.toUpperCase()
    const alone = await on()(getRecord, { ...asked, id }).catch(({ code }: AppError) => code)
    const listed = on()(listRecords, { ...asked, ids: [other, id] })
    const read = await listed.then(({ rows = [] }) => rows[1]).catch(() => 'not_found')
    expect(read).toEqual(alone)
    const twice = on()(listRecords, { ...asked, ids: [unique_id, id, id] })
    const rows = await twice.then((found) => found.rows).catch(() => 'not_found')
    expect(rows).toEqual(alone === 'not_found' ? alone : [alone, alone, alone])
    const change = { ...asked, ids: [id], records: [{ words: 'new' }], dry_run: true }
    const tried = await on()(updateRecords, change)
      .then(({ preview }) => preview?.affected)
      .catch(() => 'not_found')
    expect(tried).toBe(alone === 'not_found' ? alone : 1)
    const both = await on()(updateRecords, { ...change, ids: [unique_id, id] })
      .then(({ preview }) => preview?.affected)
      .catch(() => 'not_found')
    expect(both).toBe(alone === 'not_found' ? alone : 2)
  })

  test('a null for a number that the database makes is none', async () => {
    const records = [
      { id: null, label: 'no number' },
      { id: 500, label: 'a number' },
      { ID: null, label: 'none again' },
    ]
    const { rows } = await on()(createRecords, { table_name: 'tags', records })
    expect(rows).toEqual([{ id: expect.any(Number) }, { id: 500 }, { id: expect.any(Number) }])
    const changed = on()(updateRecords, { table_name: 'tags', id: '500', records: [{ id: null }] })
    await expect(changed).rejects.toMatchObject({ code: 'bad_request' })
  })

  test('what is missing is made only where the service says so, with its key of several parts', async () => {
    const missing = { table_name: 'order_items', id: '4,1', records: [{ product: 'Made' }] }
    await expect(on()(replaceRecords, missing)).rejects.toMatchObject({ code: 'not_found' })
    expect((await on({ allowUpsert: true })(replaceRecords, missing)).rows).toEqual([
      { order_id: 4, line: 1 },
    ])
    const both = [
      { order_id: 4, line: 1, quantity: 2 },
      { order_id: 4, line: 2, product: 'Made too' },
    ]
    await on({ allowUpsert: true })(updateRecords, { table_name: 'order_items', records: both })
    expect(await scene.read('order_items', { where: equals('order_id', 4) })).toMatchObject([
      { line: 1, product: 'Made', quantity: 2 },
      { line: 2, product: 'Made too', quantity: 1 },
    ])
    const incomplete = { table_name: 'order_items', id: '4,3', records: [{ quantity: 1 }] }
    await expect(on({ allowUpsert: true })(replaceRecords, incomplete)).rejects.toMatchObject({
      code: 'bad_request',
    })
  })

  test('of several records nothing stays when one fails; with continue what went well', async () => {
    const records = labels('first', 'urgent', 'third')
    await expect(on()(createRecords, { table_name: 'tags', records })).rejects.toMatchObject({
      wireCode: 1000,
      message: 'Batch Error: Not all requested records could be created. All changes rolled back.',
      context: { error: [1] },
    })
    expect(await tags('first')).toBe(0)
    const goOn = { table_name: 'tags', records, continue: true }
    await expect(on()(createRecords, goOn)).rejects.toMatchObject({
      message: 'Batch Error: Not all requested records could be created.',
      context: {
        error: [1],
        resource: [{ id: expect.any(Number) }, { status_code: 409 }, { id: expect.any(Number) }],
      },
    })
    expect([await tags('first'), await tags('third')]).toEqual([1, 1])
  })

  test('a service may stop at the first failure and keep what went before, unless rollback is asked for', async () => {
    const run = on({ haltsOnError: true })
    const records = labels('halt 1', 'urgent', 'halt 2')
    await expect(run(createRecords, { table_name: 'tags', records, rollback: true })).rejects.toMatchObject({
      message: expect.stringContaining('All changes rolled back.'),
    })
    expect(await tags('halt 1')).toBe(0)
    await expect(run(createRecords, { table_name: 'tags', records })).rejects.toMatchObject({
      message: 'Batch Error: Not all requested records could be created.',
      context: { error: [1], resource: [{ id: expect.any(Number) }, { status_code: 409 }] },
    })
    expect([await tags('halt 1'), await tags('halt 2')]).toEqual([1, 0])
  })

  test('deletes by id, ids, records and filter, and undoes them all when one is missing', async () => {
    const run = on()
    await scene.insert(
      'customers',
      ['a', 'b', 'c', 'd', 'd'].map((name) => ({ name: `gone ${name}` })),
    )
    const found = await scene.read('customers', {
      where: { op: 'starts_with', field: 'name', value: 'gone' },
    })
    const [a, b, c] = found.map(({ id }) => id)
    await expect(run(deleteRecords, { table_name: 'customers', ids: [a, 999_999] })).rejects.toMatchObject({
      context: { error: [1] },
    })
    expect(await named('gone a')).toBe(1)
    expect((await run(deleteRecords, { table_name: 'customers', id: String(a) })).rows).toEqual([{ id: a }])
    await run(deleteRecords, { table_name: 'customers', ids: [b] })
    await run(deleteRecords, { table_name: 'customers', records: [{ id: c, name: 'whatever' }] })
    const { affected } = await run(deleteRecords, { table_name: 'customers', filter: "name = 'gone d'" })
    expect([affected, await named('gone a'), await named('gone b'), await named('gone c')]).toEqual([
      2, 0, 0, 0,
    ])
  })
}
