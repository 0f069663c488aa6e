import { BSONRegExp, Decimal128, Double, MongoClient, ObjectId } from 'mongodb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ownDatabase } from '../../contract/servers/test-server.ts'
import { type House, keyOf, openHouseOn } from '../../helpers/house.ts'
import { describeMongodb } from './people.ts'

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const HEX = '65a000000000000000000001'

await describeMongodb('documents of which no two are alike', () => {
  let client: MongoClient
  let house: House
  let drop: () => Promise<void>
  beforeEach(async () => {
    const database = await ownDatabase('mongodb')
    drop = database.drop
    client = new MongoClient(database.url)
    await client.db().createCollection('empty')
    await client
      .db()
      .collection<{ _id: unknown; [name: string]: unknown }>('odd')
      .insertMany([
        { _id: 1, ünï名: 'x', 'a b': 1, "it's": 2, 'x"y': 3, constructor: 'c', mid$dollar: 4 },
        { _id: 'two', '': 'empty', kind: new BSONRegExp('a.b', 'i') },
        // mongo-java-server stores these names and changes no document that has them; MongoDB does from 5.0 on.
        { _id: 2, 'dot.ted': 1, $dollar: 2 },
        { _id: new ObjectId(HEX), list: [{ a: 1 }, { a: 'x' }, 5, null], n: Decimal128.fromString('NaN') },
        { _id: { k: 1 }, list: [[1], []], n: new Double(Number.POSITIVE_INFINITY) },
      ])
    const roles = { all: [{ component: '*', verbs: ALL }] }
    house = await openHouseOn({ type: 'mongodb', config: { url: database.url } }, roles)
  })
  afterEach(async () => {
    await house?.close()
    await client?.close()
    await drop?.()
  })
  const ask = (method: string, path: string, body?: object) =>
    house.rest(method, `/api/v2/shop/_table/${path}`, { key: keyOf('all'), ...(body && { body }) })

  test.each(['1', 'two', HEX])('the record %s is found, changed and deleted by its id', async (id) => {
    expect(await ask('GET', `odd/${id}`)).toMatchObject({ status: 200 })
    expect(await ask('GET', `odd?ids=${id}&fields=_id`)).toMatchObject({
      body: { resource: [{ _id: id === '1' ? 1 : id }] },
    })
    expect(await ask('PATCH', `odd/${id}`, { 'a b': 7 })).toMatchObject({ status: 200 })
    expect(await client.db().collection('odd').countDocuments({ 'a b': 7 })).toBe(1)
    expect(await ask('DELETE', `odd/${id}`)).toMatchObject({ status: 200 })
    expect(await client.db().collection('odd').countDocuments()).toBe(4)
  })

  test.each(['3', 'one', '65a000000000000000000009', '%24ne', '{"$ne":1}'])(
    'no record is found by %s',
    async (id) => {
      expect(await ask('GET', `odd/${encodeURIComponent(id)}`)).toMatchObject({ status: 404 })
      expect(await ask('DELETE', `odd/${encodeURIComponent(id)}`)).toMatchObject({ status: 404 })
    },
  )

  test('a document that the server does not change says so', async () => {
    const { status, text } = await ask('PATCH', 'odd/2', { 'a b': 1 })
    expect([status, text]).toEqual([501, expect.not.stringMatching(/internal|dot\.ted|dollar\b/i)])
  })

  test.each(['ünï名', 'a b', "it's", 'x"y', 'constructor', 'mid$dollar'])(
    'the field %s is one like any other',
    async (name) => {
      const asked = `odd?fields=${encodeURIComponent(name)}&ids=1`
      expect(Object.keys(Object(Object((await ask('GET', asked)).body).resource[0]))).toContain(name)
      const written = await ask('PATCH', 'odd/two', { [name]: name === 'constructor' ? 'new' : 9 })
      expect(written).toMatchObject({ status: 200 })
    },
  )

  test('what no number of JSON is, and patterns, are told as texts', async () => {
    const { body } = await ask('GET', 'odd?fields=_id,n,kind')
    const told = Object(body).resource.flatMap((row: { n: unknown; kind: unknown }) => [row.n, row.kind])
    expect(told.filter((value: unknown) => value !== null).toSorted()).toEqual(['/a.b/i', 'Infinity', 'NaN'])
  })

  test('fields of a first record are fields from then on', async () => {
    expect(await ask('POST', 'empty', { resource: [{ name: 'Ada', at: { city: 'London' } }] })).toMatchObject(
      {
        status: 200,
      },
    )
    const row = { name: 'Ada', at: { city: 'London' } }
    expect(await ask('GET', 'empty')).toMatchObject({ body: { resource: [row] } })
    const filter = encodeURIComponent("at.city = 'London'")
    expect(await ask('GET', `empty?filter=${filter}`)).toMatchObject({ body: { resource: [row] } })
    const [{ _id }] = Object((await ask('GET', 'empty')).body).resource
    expect(await ask('PATCH', `empty/${_id}`, { age: 36 })).toMatchObject({ status: 200 })
    expect(await ask('GET', 'empty')).toMatchObject({ body: { resource: [{ ...row, age: 36 }] } })
  })
})
