import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ownDatabase } from '../contract/servers/test-server.ts'
import { type House, keyOf, openHouse, openHouseOn } from '../helpers/house.ts'
import { describeServers } from '../helpers/server-house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const IMPORTS = { service: 'system', component: 'import', verbs: ['POST'] }
const BOUNDARY = 'the-boundary'
const CSV = 'id,Full Name,born,score,active,note\n1,Ada,1815-12-10,9.5,true,"a, b"\n2,Bob,,7,false,\n'

let house: House
let token: string
const ask = (...given: Parameters<ReturnType<typeof askOf>>) => askOf(house)(...given)

interface Sent {
  readonly key?: string
  readonly fields?: Readonly<Record<string, string>>
  readonly name?: string
}

/** As a form with one file; as an administrator unless there is a key. */
function send(csv: string | Buffer, path = '', { key, fields = {}, name = 'people.csv' }: Sent = {}) {
  const field = ([one, value]: [string, string]) =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${one}"\r\n\r\n${value}\r\n`
  const head = `${Object.entries(fields).map(field).join('')}--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`
  const bytes = Buffer.concat([Buffer.from(head), Buffer.from(csv), Buffer.from(`\r\n--${BOUNDARY}--\r\n`)])
  const headers = {
    'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
    ...(key ? { 'x-dreamfactory-api-key': key } : { 'x-dreamfactory-session-token': token }),
  }
  return house.rest('POST', `/api/v2/system/import${path}`, { headers, bytes })
}

const tables = async () => Object((await ask('GET', 'shop/_table?as_list=true', { token })).body).resource

beforeAll(async () => {
  house = await openHouse({
    maker: [IMPORTS, { component: '*', verbs: ['GET', 'POST'] }],
    shaper: [IMPORTS, { component: '_schema/*', verbs: ['GET', 'POST'] }],
    filler: [IMPORTS, { component: '_table/*', verbs: ['GET', 'POST'] }],
    narrow: [
      IMPORTS,
      { component: '_schema/mine', verbs: ['GET', 'POST'] },
      { component: '_table/mine', verbs: ['GET', 'POST'] },
    ],
    filtered: [
      IMPORTS,
      { component: '_schema/*', verbs: ['GET', 'POST'] },
      {
        component: '_table/*',
        verbs: ['GET', 'POST'],
        filters: [{ name: 'score', operator: '>', value: 8 }],
      },
    ],
    outside: [{ component: '*', verbs: ['GET', 'POST'] }],
  })
  token = await signIn(house, 'admin', ADMIN)
})
afterAll(() => house.close())

test('a file becomes a table with types that fit, and its rows', async () => {
  const answer = await send(CSV, '?service=shop&resource=people')
  expect([answer.status, answer.body]).toEqual([200, { resource: '/api/v2/shop/_table/people' }])
  const { body } = await ask('GET', 'shop/_table/people?order=id', { token })
  expect(Object(body).resource).toEqual([
    { id: 1, Full_Name: 'Ada', born: '1815-12-10', score: 9.5, active: true, note: 'a, b' },
    { id: 2, Full_Name: 'Bob', born: null, score: 7, active: false, note: null },
  ])
  const schema = await ask('GET', 'shop/_schema/people', { token })
  const fields: { name: string; type: string; is_primary_key: boolean }[] = Object(schema.body).field
  expect(fields.map(({ name, type }) => `${name} ${type}`)).toEqual(
    expect.arrayContaining(['born date', 'active boolean']),
  )
  expect(fields.find(({ name }) => name === 'id')?.is_primary_key).toBe(true)
})

test('options may be fields of the form, the name of the table that of the file', async () => {
  const answer = await send('a;b\n1;x\n', '', {
    fields: { service: 'SHOP' },
    name: 'C:\\tmp\\My list.2024.csv',
  })
  expect(answer.status).toBe(200)
  const name = decodeURIComponent(String(Object(answer.body).resource).split('/').at(-1) ?? '')
  expect(name).toMatch(/My_list_2024$/)
  const { body } = await ask('GET', `shop/_table/${name}`, { token })
  expect(Object(body).resource).toEqual([{ id: 1, a: 1, b: 'x' }])
})

test('CSV may be the body', async () => {
  const headers = { 'x-dreamfactory-session-token': token, 'content-type': 'text/csv' }
  const url = '/api/v2/system/import?service=shop&resource=plain'
  expect((await house.rest('POST', url, { headers, body: 'a\n007\n' })).status).toBe(200)
  expect(Object((await ask('GET', 'shop/_table/plain', { token })).body).resource).toEqual([
    { id: 1, a: '007' },
  ])
})

describe('changes nothing:', () => {
  test.each<[string, string, string, number, string]>([
    ['a table that is there', CSV, '?service=shop&resource=orders', 409, 'is there already'],
    ['in other letters', CSV, '?service=shop&resource=ORDERS', 409, 'is there already'],
    ['an unknown service', CSV, '?service=nosuch&resource=x', 404, 'Could not find a service for nosuch'],
    ['no service', CSV, '?resource=x', 404, 'Could not find a service for db'],
    ['names alone', 'a,b\n', '?service=shop&resource=x', 400, 'must hold a row besides the names'],
    ['a broken file', 'a,b\n1,2,3\n', '?service=shop&resource=x', 400, 'more or fewer cells'],
    ['a column twice', 'a b,a-b\n1,2\n', '?service=shop&resource=x', 400, "the column 'a_b' twice"],
    [
      'a column that begins with a digit',
      '1a\n1\n',
      '?service=shop&resource=x',
      400,
      "The column '1a' cannot be",
    ],
    ['a name with SQL in it', CSV, '?service=shop&resource=x"; drop table orders --', 400, 'letters, digits'],
    ['a name with a schema in it', CSV, '?service=shop&resource=main.x', 400, 'letters, digits'],
    [
      'an address',
      CSV,
      '?service=shop&resource=x&import_url=http://127.0.0.1/x.csv',
      400,
      'Invalid import URL',
    ],
    ['two tables at once', CSV, '/x?service=shop&resource=x', 400, 'not currently supported'],
  ])('%s', async (_what, csv, path, status, message) => {
    const before = await tables()
    const answer = await send(csv, path)
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(message)])
    expect(await tables()).toEqual(before)
  })

  test('a file that is not text, and an address in the form', async () => {
    const before = await tables()
    expect((await send(Buffer.from([0xff, 0xfe, 0x41]), '?service=shop&resource=x')).status).toBe(400)
    const url = { import_url: 'http://169.254.169.254/' }
    expect((await send(CSV, '?service=shop&resource=x', { fields: url })).status).toBe(400)
    const body = { import_url: 'http://[::1]/' }
    expect((await ask('POST', 'system/import?service=shop&resource=x', { token, body })).status).toBe(400)
    const ragged = { resource: [{ a: '1' }, { a: '1', b: '2' }] }
    expect((await ask('POST', 'system/import?service=shop&resource=x', { token, body: ragged })).status).toBe(
      400,
    )
    expect(await tables()).toEqual(before)
  })

  test('a row that the role may not write takes the table with it', async () => {
    const before = await tables()
    const answer = await send(CSV, '?service=shop&resource=low', { key: keyOf('filtered') })
    expect([answer.status, Object(answer.body).error.context]).toMatchObject([
      400,
      { error: [1], resource: [{}, { status_code: 403 }] },
    ])
    expect(await tables()).toEqual(before)
    const high = 'id,score\n1,9\n2,10\n'
    expect((await send(high, '?service=shop&resource=high', { key: keyOf('filtered') })).status).toBe(200)
  })
})

test.each([
  ['maker', 'one', 200],
  ['shaper', 'two', 403],
  ['filler', 'three', 403],
  ['narrow', 'mine', 200],
  ['narrow', 'other', 403],
  ['outside', 'four', 403],
])('as %s a table %s: %i', async (role, name, status) => {
  const before: string[] = await tables()
  const answer = await send('a\n1\n', `?service=shop&resource=${name}`, { key: keyOf(role) })
  expect(answer.status).toBe(status)
  expect(await tables()).toHaveLength(before.length + (status === 200 ? 1 : 0))
})

test('a service that is not reached answers as one that is not there', async () => {
  const key = keyOf('narrow')
  const unreached = await send(CSV, '?service=user&resource=x', { key })
  const unknown = await send(CSV, '?service=nosuch&resource=x', { key })
  expect([unreached.status, unreached.text]).toEqual([
    unknown.status,
    unknown.text.replaceAll('nosuch', 'user'),
  ])
})

await describeServers('on a server', (type) => {
  test('every type that is guessed comes back as it went in, and a refused row takes the table with it', async () => {
    const database = await ownDatabase(type)
    const all = { component: '*', verbs: ['GET', 'POST'] }
    const filters = [{ name: 'n', operator: '>', value: 0 }]
    const own = await openHouseOn(
      { type, config: { url: database.url } },
      { all: [IMPORTS, all], some: [IMPORTS, all, { ...all, component: '_table/*', filters }] },
    )
    const post = (csv: string, name: string, role = 'all') =>
      own.rest('POST', `/api/v2/system/import?service=shop&resource=${name}`, {
        key: keyOf(role),
        headers: { 'content-type': 'text/csv' },
        body: csv,
      })
    const csv = `big,n,x,yes,day,at,long\n2147483648,1,2.5,true,2024-02-29,2024-02-29 10:00:00,${'é'.repeat(300)}\n,,,,,,\n`
    expect((await post(csv, 'kinds')).status).toBe(200)
    const { body } = await own.rest('GET', '/api/v2/shop/_table/kinds?order=id', { key: keyOf('all') })
    expect(Object(body).resource).toEqual([
      {
        id: 1,
        big: 2147483648,
        n: 1,
        x: 2.5,
        yes: true,
        day: '2024-02-29',
        at: '2024-02-29 10:00:00',
        long: 'é'.repeat(300),
      },
      { id: 2, big: null, n: null, x: null, yes: null, day: null, at: null, long: null },
    ])
    expect((await post('n\n1\n-1\n', 'less', 'some')).status).toBe(400)
    const tables = await own.rest('GET', '/api/v2/shop/_table?as_list=true', { key: keyOf('all') })
    expect(tables.body).toEqual({ resource: ['kinds'] })
    await own.close()
    await database.drop()
  })
})
