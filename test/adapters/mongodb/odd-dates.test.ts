import { Decimal128, Long, MongoClient, ObjectId, Timestamp } from 'mongodb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ownDatabase } from '../../contract/servers/test-server.ts'
import { type House, keyOf, openHouseOn } from '../../helpers/house.ts'
import { describeMongodb } from './people.ts'

const DATES = [
  new Date('2024-02-29T10:00:00Z'),
  new Date('2024-03-01T00:00:00Z'),
  '2024-02-01',
  '2024-03-31T23:59:59Z',
]
/** The server would take some of them for moments: milliseconds, the time of an id. */
const NO_DATES = [
  'soon',
  '',
  5,
  Long.fromString('1709200000000'),
  1709200000000.5,
  Decimal128.fromString('1709200000000'),
  new ObjectId('65a000000000000000000001'),
  Timestamp.fromBits(1, 1709200000),
  true,
  {},
  { year: 2024 },
  ['2024-02-01'],
  null,
]

await describeMongodb('dates among other values', () => {
  let client: MongoClient
  let house: House
  let drop: () => Promise<void>
  beforeEach(async () => {
    const database = await ownDatabase('mongodb')
    drop = database.drop
    client = new MongoClient(database.url)
    const validator = { $jsonSchema: { properties: { at: { bsonType: 'date' } } } }
    await client.db().createCollection('moments', { validator })
    const documents = [...DATES, ...NO_DATES].map((at, _id) => ({ _id, at }))
    await client
      .db()
      .collection<{ _id: number }>('moments')
      .insertMany([...documents, { _id: 99 }], { bypassDocumentValidation: true })
    const roles = { all: [{ component: '*', verbs: ['GET'] }] }
    house = await openHouseOn({ type: 'mongodb', config: { url: database.url } }, roles)
  })
  afterEach(async () => {
    await house?.close()
    await client?.close()
    await drop?.()
  })

  test('what is no date has no part of one', async () => {
    const call = { group_by: ['m:month(at)'], aggregates: [{ function: 'COUNT', field: '*', alias: 'n' }] }
    const { body } = await house.tool(
      'aggregate_data',
      { table_name: 'moments', ...call, order: 'm' },
      keyOf('all'),
    )
    expect(body).toMatchObject({
      result: {
        structuredContent: {
          rows: [
            { m: null, n: NO_DATES.length + 1 },
            { m: '2024-02', n: 2 },
            { m: '2024-03', n: 2 },
          ],
        },
      },
    })
  })
})
