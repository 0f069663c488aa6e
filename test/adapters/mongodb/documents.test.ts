import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keyOf } from '../../helpers/house.ts'
import { describeMongodb, IDS, type MongodbServer, openPeople, type People } from './people.ts'

/** What FerretDB 1.24 does not do and MongoDB does. */
const FERRETDB_GAPS: readonly (readonly [test: RegExp, why: string])[] = [
  [/the filter tags IS NULL/, 'FerretDB has no expressions: $expr with $lte'],
  [/the filter balance >/, 'FerretDB has no Decimal128'],
  [/groups by a field/, 'FerretDB has no expressions: $cond'],
  [/a new record may have any fields/, 'FerretDB stores no keys that begin with $'],
  [/related documents are found/, 'FerretDB has no $lookup'],
]

for (const server of ['mongodb', 'ferretdb'] as const)
  await describeMongodb(`documents over REST and MCP on ${server}`, () => tests(server), server)

function tests(server: MongodbServer): void {
  let people: People
  beforeEach(async ({ task, skip }) => {
    const gap = FERRETDB_GAPS.find(([test]) => test.test(task.name))
    if (server === 'ferretdb' && gap) skip(gap[1])
    people = await openPeople(server)
  })
  afterEach(() => people?.close())

  const resource = async (rest: string) => (await people.ask('all', 'GET', rest)).body.resource
  const names = async (filter: string) =>
    (await resource(`people?fields=name&order=name&filter=${encodeURIComponent(filter)}`)).map(
      ({ name }) => name,
    )
  const stored = (id = IDS.ada) => people.client.db().collection('people').findOne({ _id: id })
  const ada = `people/${IDS.ada.toHexString()}`

  describe('reads', () => {
    test('a document is a record with everything in it', async () => {
      const { body } = await people.ask('all', 'GET', ada)
      expect(body).toMatchObject({
        _id: IDS.ada.toHexString(),
        name: 'Ada',
        address: { city: 'London', zip: 'W1' },
        tags: ['math', 'poetry'],
        orders: [
          { sku: 'A-1', quantity: 2 },
          { sku: 'B-2', quantity: 5 },
        ],
        born: '1815-12-10 00:00:00',
        balance: server === 'mongodb' ? '12345678901234567890.12' : 12.5,
        big: '9007199254740993',
        token: '0190a6b2-7c1e-7d3a-9f00-0123456789ab',
        photo: 'AP8=',
        code: 7,
      })
      expect(Object.keys(body)).not.toContain('address.city')
    })

    test('a dotted name is a field, also through lists', async () => {
      expect(await resource(`people?fields=name,address.city,orders.sku&order=address.city`)).toEqual([
        { name: 'Edsger', 'address.city': null, 'orders.sku': null },
        { name: 'Ada', 'address.city': 'London', 'orders.sku': ['A-1', 'B-2'] },
        { name: 'Grace', 'address.city': 'New York', 'orders.sku': null },
      ])
    })

    test.each([
      [`address.city = 'London'`, ['Ada']],
      [`address.city != 'London'`, ['Grace']],
      [`NOT (address.city = 'London')`, ['Grace']],
      [`address.city IS NULL`, ['Edsger']],
      [`address.city LIKE 'l%'`, ['Ada']],
      [`orders.sku = 'B-2'`, ['Ada']],
      [`orders.quantity > 4`, ['Ada']],
      [`orders.quantity > 9`, []],
      [`tags = 'math'`, ['Ada']],
      [`tags IS NULL`, ['Edsger']],
      [`code = 7`, ['Ada', 'Grace']],
      [`_id = '65a000000000000000000002'`, ['Grace']],
      [`_id = 'nothing'`, []],
      [`_id IN ('65a000000000000000000002', 'x')`, ['Grace']],
      [`born < '1900-01-01'`, ['Ada']],
      [`balance > 12345678901234567890.11`, ['Ada']],
      [`big = 9007199254740993`, ['Ada']],
      [`big = 9007199254740992`, []],
    ])('the filter %s finds %j', async (filter, found) => {
      expect(await names(filter)).toEqual(found)
    })

    test.each([
      ['name', '$name'],
      ['name', '$$ROOT'],
      ['name', '{"$ne": null}'],
      ['name', '.*'],
      ['nickname', '{"$gt": ""}'],
    ])('a %s like %s is nothing but text', async (field, text) => {
      expect(await names(`${field} = '${text}'`)).toEqual([])
      expect(await names(`name = '${text}' OR 1 = 2`).catch(() => [])).toEqual([])
    })

    test('a value that begins with $ is found as it is', async () => {
      expect(await names(`secret = '$name'`)).toEqual(['Edsger'])
      expect(await names(`secret IN ('$name', '$$NOW')`)).toEqual(['Edsger'])
      expect(await names(`secret CONTAINS '$na'`)).toEqual(['Edsger'])
    })

    test.each(['$where', 'name.$ne', '$expr', 'address..city', '$$ROOT', '_id.'])(
      'the field %s is none',
      async (field) => {
        const asked = [`fields=${encodeURIComponent(field)}`, `order=${encodeURIComponent(field)}`]
        for (const query of [...asked, `filter=${encodeURIComponent(`${field} = 1`)}`])
          expect([query, (await people.ask('all', 'GET', `people?${query}`)).status]).toEqual([query, 400])
      },
    )

    test('groups by a field inside of documents', async () => {
      const answer = await people.house.tool(
        'aggregate_data',
        {
          table_name: 'people',
          aggregates: [{ function: 'COUNT', field: '*', alias: 'n' }],
          group_by: ['address.city'],
          order: 'address.city',
        },
        keyOf('all'),
      )
      expect(answer.text).toContain('London')
    })

    test('the schema tells types and their shares', async () => {
      const { body } = await people.house.rest('GET', '/api/v2/shop/_schema/people', { key: keyOf('all') })
      const { field: fields } = Object(body)
      const of = (name: string) => fields.find((one: { name: string }) => one.name === name)
      expect(of('_id')).toMatchObject({ db_type: 'objectId', is_primary_key: true, auto_increment: false })
      expect(of('code')).toMatchObject({ type: 'json', db_type: 'string|int' })
      expect(of('code').types).toEqual([
        { type: 'string', share: 0.333 },
        { type: 'int', share: 0.333 },
      ])
      expect(of('orders.sku')).toMatchObject({ type: 'array', db_type: 'array<string>' })
      const decimal = server === 'mongodb' ? 'decimal' : 'double'
      expect(of('balance')).toMatchObject({ type: decimal, db_type: decimal })
    })
  })

  describe('writes', () => {
    test('a new record may have any fields, and gets an id', async () => {
      const document = {
        name: 'Alan',
        address: { city: 'London' },
        hobby: { $set: { name: 'x' } },
        list: ['$name', 1, 2.5],
      }
      const { status, body } = await people.ask('all', 'POST', 'people', { resource: [document] })
      expect(status).toBe(200)
      const _id = body.resource[0]?._id
      expect(_id).toMatch(/^[\da-f]{24}$/)
      const found = await people.client.db().collection('people').findOne({ name: 'Alan' })
      expect(found).toMatchObject(document)
      expect(found?._id.toHexString()).toBe(_id)
    })

    test.each(['$set', 'a..b', '.a', 'a.$b'])('no field of a record is called %s', async (name) => {
      const refused = await people.ask('all', 'POST', 'people', { resource: [{ name: 'X', [name]: 1 }] })
      expect([refused.status, await names(`name = 'X'`)]).toEqual([400, []])
      const changed = await people.ask('all', 'PATCH', ada, { [name]: 1 })
      expect(changed.status).toBe(400)
      expect((await stored())?.name).toBe('Ada')
    })

    test('PATCH changes what it names, also inside of a document', async () => {
      await people.ask('all', 'PATCH', ada, { 'address.city': 'Paris', name: '$concat' })
      expect(await stored()).toMatchObject({
        name: '$concat',
        address: { city: 'Paris', zip: 'W1' },
        code: 7,
      })
    })

    test('PATCH takes a document and a field in it only one at a time', async () => {
      const { status } = await people.ask('all', 'PATCH', ada, {
        address: { city: 'Rome' },
        'address.zip': 'X',
      })
      expect(status).toBe(400)
      expect((await stored())?.address).toEqual({ city: 'London', zip: 'W1' })
    })

    test('PUT replaces the document', async () => {
      const { status } = await people.ask('all', 'PUT', ada, {
        name: 'Ada King',
        address: { city: 'Ockham' },
      })
      expect(status).toBe(200)
      expect(await stored()).toEqual({ _id: IDS.ada, name: 'Ada King', address: { city: 'Ockham' } })
    })

    test('what was read can be written back as it was stored', async () => {
      const before = await stored()
      const { body } = await people.ask('all', 'GET', ada)
      const { _id, ...rest } = body
      expect((await people.ask('all', 'PUT', ada, rest)).status).toBe(200)
      expect(await stored()).toEqual(before)
    })

    test('a request that fails halfway leaves everything as it was', async () => {
      await people.client.db().collection('people').createIndex({ name: 1 }, { unique: true })
      const before = await people.client.db().collection('people').find().sort({ _id: 1 }).toArray()
      const { status } = await people.ask('all', 'PATCH', 'people', {
        resource: [
          { _id: IDS.ada.toHexString(), code: 8 },
          { _id: IDS.grace.toHexString(), name: 'Ada' },
        ],
      })
      expect(status).toBeGreaterThanOrEqual(400)
      expect(await people.client.db().collection('people').find().sort({ _id: 1 }).toArray()).toEqual(before)
      const added = await people.ask('all', 'POST', 'people', {
        resource: [{ name: 'New' }, { name: 'Grace' }],
      })
      expect(added.status).toBeGreaterThanOrEqual(400)
      expect(await people.client.db().collection('people').find().sort({ _id: 1 }).toArray()).toEqual(before)
    })

    test('a collection that was dropped is not made again', async () => {
      await people.ask('all', 'GET', 'shops')
      await people.client.db().collection('shops').drop()
      const { status } = await people.ask('all', 'POST', 'shops', { resource: [{ title: 'Ghost' }] })
      const left = await people.client.db().listCollections().toArray()
      expect([status, left.map(({ name }) => name)]).toEqual([404, expect.not.arrayContaining(['shops'])])
    })
  })

  describe('a row filter on a field inside of documents', () => {
    const other = `people/${IDS.grace.toHexString()}`

    test('holds on reads', async () => {
      expect((await people.ask('london', 'GET', 'people?fields=name')).body.resource).toEqual([
        { name: 'Ada' },
      ])
      expect((await people.ask('london', 'GET', other)).status).toBe(404)
      const counted = await people.ask('london', 'GET', 'people?count_only=true')
      expect(counted.text).toBe('1')
    })

    test.each([
      ['PATCH', other, { name: 'mine' }],
      ['PUT', other, { name: 'mine', address: { city: 'London' } }],
      ['DELETE', other, undefined],
      ['PATCH', ada, { 'address.city': 'Paris' }],
      ['PATCH', ada, { address: { city: 'Paris' } }],
      ['PATCH', ada, { address: null }],
      ['PATCH', ada, { address: [{ city: 'London' }, { city: 'Paris' }], 'address.city': 'London' }],
      ['PUT', ada, { name: 'no address' }],
      ['POST', 'people', { resource: [{ name: 'Outside', address: { city: 'Paris' } }] }],
      ['POST', 'people', { resource: [{ name: 'Outside' }] }],
    ])('%s %s %j is refused', async (method, path, body) => {
      const before = await people.client.db().collection('people').find().sort({ _id: 1 }).toArray()
      const { status, text } = await people.ask('london', method, path, body)
      expect(status, text).toBeGreaterThanOrEqual(400)
      expect(await people.client.db().collection('people').find().sort({ _id: 1 }).toArray()).toEqual(before)
    })
  })

  describe('a rule that shows some fields of documents', () => {
    const HIDDEN =
      /W1|quantity|poetry|12345678901234567890|9007199254740993|0190a6b2|65b0000|secret|nickname|1815/

    test('shows them without the documents around them', async () => {
      const { text, body } = await people.ask('narrow', 'GET', 'people?order=name')
      expect(body.resource).toEqual([
        { _id: IDS.ada.toHexString(), name: 'Ada', 'address.city': 'London', 'orders.sku': ['A-1', 'B-2'] },
        { _id: IDS.edsger.toHexString(), name: 'Edsger', 'address.city': null, 'orders.sku': null },
        { _id: IDS.grace.toHexString(), name: 'Grace', 'address.city': 'New York', 'orders.sku': null },
      ])
      expect(text).not.toMatch(HIDDEN)
    })

    test.each(['address', 'address.zip', 'orders', 'orders.quantity', 'tags', 'secret', 'nothing'])(
      'the field %s does not exist, whatever asks for it',
      async (field) => {
        const paths = [
          `people?fields=${field}`,
          `people?order=${field}`,
          `people?filter=${encodeURIComponent(`${field} IS NULL`)}`,
          `people?group=${field}&fields=${field}`,
          `${ada}?fields=${field}`,
        ]
        for (const path of paths) {
          const { status, text } = await people.ask('narrow', 'GET', path)
          expect([path, status]).toEqual([path, 400])
          expect(text).not.toMatch(/W1|poetry|nickname|balance/)
        }
        const aggregates = [{ function: 'MAX', field, alias: 'most' }]
        const { text } = await people.house.tool(
          'aggregate_data',
          { table_name: 'people', aggregates },
          keyOf('narrow'),
        )
        expect(text).toContain('"isError":true')
      },
    )

    test.each([
      ['PATCH', { address: { city: 'Rome' } }],
      ['PATCH', { 'address.zip': 'X' }],
      ['PATCH', { secret: 'mine' }],
      ['PATCH', { unlisted: 1 }],
      ['PUT', { name: 'x', secret: 'mine' }],
    ])('%s of %j writes nothing that is hidden, and nothing new', async (method, body) => {
      const before = await stored()
      for (const role of ['narrow', 'clerk'] as const) {
        await people.ask(role, method, ada, body)
        const after = await stored()
        expect([role, { ...after, name: 'Ada' }]).toEqual([role, before])
      }
    })

    test('what is hidden stays, whatever is written beside it', async () => {
      const before = await stored()
      expect(
        (await people.ask('narrow', 'PUT', ada, { name: 'Ada King', 'address.city': 'Ockham' })).status,
      ).toBe(200)
      expect(await stored()).toEqual({ ...before, name: 'Ada King', address: { city: 'Ockham', zip: 'W1' } })
    })

    test('the schema tells of nothing else', async () => {
      const { text, status } = await people.house.rest('GET', '/api/v2/shop/_schema/people', {
        key: keyOf('narrow'),
      })
      expect(status).toBe(200)
      expect(text).toContain('address.city')
      expect(text).not.toMatch(/"address"|zip|quantity|balance|nickname|tags/)
    })
  })

  test('related documents are found through a relationship that is declared', async () => {
    const declared = await people.house.rest('POST', '/api/v2/shop/_schema/people/_related', {
      key: keyOf('all'),
      body: {
        resource: [
          { type: 'belongs_to', field: 'shop_id', ref_table: 'shops', ref_field: '_id', is_virtual: true },
        ],
      },
    })
    expect(declared.status, declared.text).toBeLessThan(300)
    const { body } = await people.ask('all', 'GET', 'people?fields=name&order=name&related=shops_by_shop_id')
    expect(body.resource).toMatchObject([
      { name: 'Ada', shops_by_shop_id: { _id: IDS.shop.toHexString(), title: 'Corner' } },
      { name: 'Edsger', shops_by_shop_id: null },
      { name: 'Grace', shops_by_shop_id: null },
    ])
    const filter = encodeURIComponent(`shops_by_shop_id.title = 'Corner'`)
    expect((await people.ask('all', 'GET', `people?fields=name&filter=${filter}`)).body.resource).toEqual([
      { name: 'Ada' },
    ])
    const key = { type: 'belongs_to', field: 'shop_id', ref_table: 'shops', ref_field: '_id' }
    const refused = await people.house.rest('POST', '/api/v2/shop/_schema/people/_related', {
      key: keyOf('all'),
      body: { resource: [key] },
    })
    expect(refused.status).toBeGreaterThanOrEqual(400)
  })

  test('steps that need a transaction are refused where there is none', async () => {
    await people.ask('all', 'GET', 'people')
    const answer = await people.house.rest('POST', '/api/v2/shop/_batch', {
      key: keyOf('all'),
      body: { steps: [] },
    })
    expect([404, 501]).toContain(answer.status)
  })

  test('errors show neither hosts nor values nor the driver', async () => {
    await people.client.db().collection('people').createIndex({ name: 1 }, { unique: true })
    const { text, status } = await people.ask('all', 'POST', 'people', { resource: [{ name: 'Ada' }] })
    expect(status, text).toBeGreaterThanOrEqual(400)
    expect(text).toContain('already exists')
    expect(text).not.toMatch(/E11000|127\.0\.0\.1|mongo|dup key/i)
  })
}
