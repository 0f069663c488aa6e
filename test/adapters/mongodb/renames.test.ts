import { MongoClient } from 'mongodb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mongodb } from '../../../adapters/database/mongodb/service-type.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { createRecords } from '../../../src/operations/database/create-records.ts'
import { listRecords } from '../../../src/operations/database/list-records.ts'
import { rename } from '../../../src/operations/database/schema/rename.ts'
import { createTables } from '../../../src/operations/database/schema/write-tables.ts'
import { ownDatabase } from '../../contract/servers/test-server.ts'
import { keyOf } from '../../helpers/house.ts'
import { type Shop, serviceOn } from '../../helpers/shop.ts'
import { describeMongodb, openPeople } from './people.ts'

await describeMongodb('other names of collections and fields', () => {
  let client: MongoClient
  let adapter: DatabaseAdapter
  let shop: Shop
  let drop: () => Promise<void>
  beforeEach(async () => {
    const database = await ownDatabase('mongodb')
    drop = database.drop
    client = new MongoClient(database.url)
    const config = mongodb.config.parse({ url: database.url })
    adapter = await mongodb.open(config, { baseDir: '.', statementTimeoutMs: 20_000 })
    shop = serviceOn(adapter)
  })
  afterEach(async () => {
    await adapter?.close()
    await client?.close()
    await drop?.()
  })
  const code = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: { code: string }) => error.code,
    )
  const list = async (table_name: string, request: object = {}) =>
    (await shop.run(listRecords, { table_name, ...request })).rows ?? []
  const collection = (name: string) => client.db().collection(name)
  const keys = async (name: string) =>
    (await collection(name).listIndexes().toArray()).map(({ key, unique, sparse }) => ({
      key,
      unique,
      sparse,
    }))

  describe('of a table that was made here', () => {
    beforeEach(async () => {
      const field = [
        { name: 'id', type: 'id' },
        { name: 'code', type: 'string', is_unique: true, allow_null: true },
        { name: 'size', type: 'integer', is_index: true, allow_null: true },
      ]
      await shop.run(createTables, { tables: [{ name: 'items', field }] })
      const records = [{ code: 'a', size: 1 }, { code: 'b' }, { size: 3 }]
      await shop.run(createRecords, { table_name: 'items', records })
    })

    test('the table goes on with its rows, keys and numbers', async () => {
      const before = await list('items')
      await shop.run(rename, { table_name: 'items', new_name: 'things' })
      expect(await list('things')).toEqual(before)
      expect(await code(list('items'))).toBe('not_found')
      expect(await code(shop.run(createRecords, { table_name: 'things', records: [{ code: 'a' }] }))).toBe(
        'bad_request',
      )
      const made = await shop.run(createRecords, { table_name: 'things', records: [{ code: 'c' }] })
      expect(Number(made.rows[0]?.id)).toBeGreaterThan(3)
      expect(
        await client.db().collection<{ _id: string }>('sluice.counters').findOne({ _id: 'items' }),
      ).toBeNull()
    })

    test('a field goes on with its values, its place in the validator and its index', async () => {
      await shop.run(rename, { table_name: 'items', field_name: 'code', new_name: 'sign' })
      await shop.run(rename, { table_name: 'items', field_name: 'size', new_name: 'width' })
      expect(await list('items', { order: 'id', fields: ['id', 'sign', 'width'] })).toEqual([
        { id: 1, sign: 'a', width: 1 },
        { id: 2, sign: 'b', width: null },
        { id: 3, sign: null, width: 3 },
      ])
      expect(await collection('items').countDocuments({ code: { $exists: true } })).toBe(0)
      expect(await keys('items')).toEqual(
        expect.arrayContaining([
          { key: { sign: 1 }, unique: true, sparse: true },
          expect.objectContaining({ key: { width: 1 } }),
        ]),
      )
      expect(await keys('items')).toHaveLength(4)
      expect(await code(shop.run(createRecords, { table_name: 'items', records: [{ sign: 'a' }] }))).toBe(
        'bad_request',
      )
      expect(await code(shop.run(createRecords, { table_name: 'items', records: [{ code: 'z' }] }))).toBe(
        'done',
      )
    })

    test('the key goes on as the key, and counts', async () => {
      await shop.run(rename, { table_name: 'items', field_name: 'id', new_name: 'number', force: true })
      const made = await shop.run(createRecords, { table_name: 'items', records: [{ code: 'c' }] })
      expect(made.rows).toMatchObject([{ number: 4 }])
      expect(await list('items', { ids: [4] })).toMatchObject([{ number: 4, code: 'c' }])
    })

    test.each([
      ['a field that some documents have', { field_name: 'size', new_name: 'loose' }, 'conflict'],
      ['a field that is listed', { field_name: 'size', new_name: 'code' }, 'conflict'],
      ['an operator', { field_name: 'size', new_name: '$set' }, 'bad_request'],
      ['a path', { field_name: 'size', new_name: 'code.size' }, 'bad_request'],
      ['the name of a table that is there', { new_name: 'others' }, 'conflict'],
      ['what belongs to the server', { new_name: 'system.users' }, 'bad_request'],
      ['what belongs to Sluice', { new_name: 'sluice.counters' }, 'bad_request'],
    ])('%s is no new name, and nothing changes', async (_what, request, expected) => {
      // Beyond what a sample sees: 50 at each end.
      const filling = Array.from({ length: 120 }, (_, at) => ({ id: 1000 + at, size: at }))
      await collection('items').insertMany(filling.map((one, at) => (at === 60 ? { ...one, loose: 1 } : one)))
      await collection('others').updateOne({}, { $set: { a: 1 } }, { upsert: true })
      const before = await collection('items').find().toArray()
      const indexes = await keys('items')
      expect(await code(shop.run(rename, { table_name: 'items', ...request, force: true }))).toBe(expected)
      expect(await collection('items').find().toArray()).toEqual(before)
      expect(await keys('items')).toEqual(indexes)
    })
  })

  describe('of documents as applications write them', () => {
    beforeEach(async () => {
      await collection('people').insertMany([
        { name: 'Ada', address: { city: 'London' } },
        { name: 'Grace', address: { city: 'New York' }, tags: ['a'] },
        { name: 'Edsger' },
      ])
      await collection('people').createIndex({ 'address.city': -1, name: 1 })
    })

    test('a document goes on with what is in it, and with the indexes into it', async () => {
      await shop.run(rename, { table_name: 'people', field_name: 'address', new_name: 'home', force: true })
      expect(await list('people', { filter: "home.city = 'London'", fields: ['name'] })).toEqual([
        { name: 'Ada' },
      ])
      expect(await keys('people')).toContainEqual(
        expect.objectContaining({ key: { 'home.city': -1, name: 1 } }),
      )
      expect(await collection('people').countDocuments({ home: { $exists: true } })).toBe(2)
    })

    test.each([
      ['_id', 'number', 'not_supported'],
      ['address.city', 'town', 'not_supported'],
    ])('%s keeps its name', async (field_name, new_name, expected) => {
      const request = { table_name: 'people', field_name, new_name, force: true }
      expect(await code(shop.run(rename, request))).toBe(expected)
    })
  })
})

await describeMongodb('rules that name what is inside of a document', () => {
  test('are opened by no new name of the document, and close what they named', async () => {
    const people = await openPeople()
    const called = async (field: string, new_name: string, force: boolean) =>
      (
        await people.house.rest('PATCH', `/api/v2/shop/_schema/people/_field/${field}?force=${force}`, {
          key: keyOf('all'),
          body: { new_name },
        })
      ).status
    try {
      expect(await called('address', 'office', false)).toBe(400)
      expect(await called('address', 'office', true)).toBe(200)
      expect((await people.ask('narrow', 'GET', 'people?limit=1')).text).not.toContain('London')
      // `narrow` may see `address.city`.
      expect(await called('office', 'address', true)).toBe(409)
      expect(await called('secret', 'Address', true)).toBe(409)
      expect((await people.ask('narrow', 'GET', 'people')).text).not.toContain('London')
    } finally {
      await people.close()
    }
  })
})
