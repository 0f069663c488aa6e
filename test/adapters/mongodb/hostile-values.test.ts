import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { keyOf } from '../../helpers/house.ts'
import { describeMongodb, openPeople, type People } from './people.ts'

/** What means something to the server where it stands as an operator, a path or an expression. */
const TEXTS = [
  '$where',
  '$name',
  '$$ROOT',
  '$$NOW',
  '{"$gt": ""}',
  '$ne',
  'a.$b',
  '',
  '.*',
  '\u0000',
  'a\u0000b',
  '__proto__',
  "'; return true; //",
  '[$regex]',
]
const KEYS = [
  '$gt',
  '$ne',
  '$where',
  '$expr',
  '$function',
  '$set',
  '$regex',
  '$oid',
  '$numberLong',
  '__proto__',
  'constructor',
  'a.b',
  'name.$',
  '$',
  '',
]

const text = fc.constantFrom(...TEXTS)
const scalar = fc.oneof(
  text,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.string(),
)
const key = fc.oneof(fc.constantFrom(...KEYS), fc.constantFrom('name', 'code'))
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    scalar,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie('json')), { minLength: 1, maxLength: 3 }).map(documentOf),
  ),
}))

/** As JSON.parse makes it: `__proto__` is a key like any other. */
function documentOf(entries: readonly (readonly [string, unknown])[]): unknown {
  return JSON.parse(
    `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value ?? null)}`).join(',')}}`,
  )
}

const RUNS = { numRuns: 30, seed: 7 }

await describeMongodb('values that a server could take for more', () => {
  // Every case is several requests to the whole program.
  vi.setConfig({ testTimeout: 240_000 })

  let people: People
  let before: unknown
  const all = () => people.client.db().collection('people').find({ hostile: null }).sort({ _id: 1 }).toArray()
  beforeAll(async () => {
    people = await openPeople()
    before = await all()
  })
  afterAll(() => people?.close())

  const find = async (parameters: Record<string, string>) =>
    people.ask('all', 'GET', `people?${new URLSearchParams(parameters)}`)
  const tool = (name: string, args: object) => people.house.tool(name, args, keyOf('all'))
  const namesIn = ({ text: told }: { text: string }) =>
    ['Ada', 'Grace', 'Edsger'].filter((name) => told.includes(`"${name}"`))

  test('compare with nothing but themselves in filters of REST', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const literal = `'${value.replaceAll("'", "''")}'`
        for (const filter of [
          `name = ${literal}`,
          `name IN (${literal})`,
          `code = ${literal}`,
          `nickname = ${literal}`,
          `address.city = ${literal}`,
          `orders.sku = ${literal}`,
        ]) {
          const answer = await find({ filter, fields: 'name' })
          expect([filter, namesIn(answer), answer.status < 500]).toEqual([filter, [], true])
        }
      }),
      RUNS,
    )
  })

  test('compare with nothing but themselves in conditions of tools', async () => {
    await fc.assert(
      fc.asyncProperty(
        json,
        fc.constantFrom('name', 'code', 'address.city', 'nickname', '_id', 'tags', 'address'),
        async (value, column) => {
          for (const where of [
            { [column]: value },
            { column, op: '=', value },
            { column, op: 'in', value: [value] },
          ]) {
            const { text: told } = await tool('get_table_data', {
              table_name: 'people',
              where,
              fields: ['name'],
            })
            const isNull =
              JSON.stringify(value) === 'null' ||
              JSON.stringify(value) === '[null]' ||
              JSON.stringify(value) === '[]'
            if (!isNull && !told.includes('"isError":true'))
              expect([where, namesIn({ text: told })]).toEqual([where, []])
            expect(told).not.toContain('internal error')
          }
        },
      ),
      RUNS,
    )
  })

  test('choose no record as ids, orders, groups and fields', async () => {
    for (const value of [...TEXTS, ...KEYS, '{"$ne":null}', '_id,$ne']) {
      const parameters = ['ids', 'order', 'group', 'fields', 'id_field'].map((name) => ({
        [name]: value,
      }))
      for (const asked of parameters) {
        const { status, text: told } = await find({ ...asked, ...('id_field' in asked && { ids: '1' }) })
        const isNothing = value === '' && status === 200
        if (!isNothing)
          expect([asked, status >= 400 && status < 500, told.includes('"Ada"')]).toEqual([asked, true, false])
      }
      const { status } = await people.ask('all', 'DELETE', `people/${encodeURIComponent(value) || '%20'}`)
      expect([value, status >= 400 && status < 500]).toEqual([value, true])
      expect((await tool('get_table_data', { table_name: 'people', ids: [value] })).text).not.toContain(
        '"Ada"',
      )
    }
    expect(await all()).toEqual(before)
  })

  test('are stored as they are, or refused; and no other record changes', async () => {
    await fc.assert(
      fc.asyncProperty(json, async (value) => {
        const body = { resource: [{ hostile: true, value }] }
        const { status, body: made, text: told } = await people.ask('all', 'POST', 'people', body)
        expect([value, status === 200 || status === 400, told]).toEqual([value, true, told])
        if (status !== 200) return
        const path = `people/${made.resource[0]?._id}`
        const stored = await people.client.db().collection('people').findOne({ hostile: true })
        expect(stored?.value ?? null).toEqual(value ?? null)
        for (const method of ['PATCH', 'PUT'])
          expect([200, 400]).toContain(
            (await people.ask('all', method, path, { hostile: true, value: [value] })).status,
          )
        expect((await people.ask('all', 'DELETE', path)).status).toBe(200)
      }),
      RUNS,
    )
    expect(await all()).toEqual(before)
  })

  test('name no field of a record', async () => {
    for (const name of KEYS.filter((one) => !['constructor', '__proto__', 'a.b'].includes(one))) {
      const record = documentOf([
        ['hostile', true],
        [name, { $set: { name: 'x' } }],
      ])
      const answers = [
        await people.ask('all', 'POST', 'people', { resource: [record] }),
        await people.ask('all', 'PATCH', 'people?filter=name%3D%27Ada%27', { resource: record }),
      ]
      for (const { status } of answers) expect([name, status]).toEqual([name, 400])
      expect((await tool('create_records', { table_name: 'people', records: [record] })).text).toContain(
        '"isError":true',
      )
    }
    expect(await all()).toEqual(before)
  })

  test('are values in records of a CSV file', async () => {
    const sent = await people.house.rest('POST', '/api/v2/shop/_table/people', {
      key: keyOf('all'),
      headers: { 'content-type': 'text/csv' },
      body: 'name,secret\n$where,hostile\n"{""$gt"": """"}",hostile\n',
    })
    expect(sent.status, sent.text).toBe(200)
    const stored = await people.client.db().collection('people').find({ secret: 'hostile' }).toArray()
    expect(stored.map(({ name }) => name)).toEqual(['$where', '{"$gt": ""}'])
    await people.client.db().collection('people').deleteMany({ secret: 'hostile' })
    expect(await all()).toEqual(before)
  })
})
