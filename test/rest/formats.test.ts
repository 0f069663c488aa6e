import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseXml } from '../../src/http/xml-body.ts'
import { xmlOfJson } from '../../src/rest/xml.ts'
import { ADMIN_KEY, type Door, openDoor, READER_KEY } from './door.ts'

let door: Door
beforeEach(async () => {
  door = await openDoor({ maxRecords: 20_000 })
})
afterEach(() => door.app.close())

const key = { 'x-dreamfactory-api-key': ADMIN_KEY }
const get = (address: string, headers: Record<string, string> = {}) =>
  door.app.inject({ url: `/api/v2/shop/${address}`, headers: { ...key, ...headers } })
const post = (payload: string, type: string | undefined, address = '_table/customers?fields=*') =>
  door.app.inject({
    method: 'POST',
    url: `/api/v2/shop/${address}`,
    headers: { ...key, ...(type === undefined ? {} : { 'content-type': type }) },
    payload: Buffer.from(payload),
  })
const addCustomers = (count: number) =>
  door.app.inject({
    method: 'POST',
    url: '/api/v2/shop/_table/customers',
    headers: key,
    payload: {
      resource: Array.from({ length: count }, (_, index) => ({ name: `number ${index}`, region: 'west' })),
    },
  })

const XML = { accept: 'application/xml' }

describe('answers as XML', () => {
  test('have an element for each record and field, null empty', async () => {
    const answer = await get('_table/orders?fields=id,total,status&ids=1,6', XML)
    expect(answer.headers['content-type']).toBe('application/xml; charset=utf-8')
    expect(parseXml(answer.body)).toEqual({
      resource: [
        { id: '1', total: '10.5', status: 'paid' },
        { id: '6', total: null, status: 'paid' },
      ],
    })
    expect(answer.body).toContain('<dfapi>\n\t<resource>\n\t\t<id>1</id>\n')
  })

  test.each([
    ['_table/orders/1?fields=id', '<dfapi>\n\t<id>1</id>\n</dfapi>'],
    ['_table/orders?fields=id&limit=1&include_count=true', '<meta>\n\t\t<count>6</count>'],
    ['_table/orders?count_only=true', '<dfapi>\n\t<item>6</item>\n</dfapi>'],
    ['_table/orders?ids=1,2&as_list=true', '<resource>1</resource>\n\t<resource>2</resource>'],
    ['_table/orders?fields=id&filter=id<0', '<dfapi>\n</dfapi>'],
  ])('%s', async (address, part) => {
    expect((await get(address, XML)).body).toContain(part)
  })

  test('say errors as XML too, also before the body is read', async () => {
    const missing = await get('_table/nowhere', XML)
    expect([missing.statusCode, missing.headers['content-type']]).toEqual([
      404,
      'application/xml; charset=utf-8',
    ])
    expect(parseXml(missing.body)).toMatchObject({ error: { code: '404', status_code: '404' } })
    const broken = await door.app.inject({
      method: 'POST',
      url: '/api/v2/shop/_table/customers',
      headers: { ...XML, ...key, 'content-type': 'application/json' },
      payload: '{',
    })
    expect([broken.statusCode, broken.headers['content-type']]).toEqual([
      400,
      'application/xml; charset=utf-8',
    ])
  })

  test('hold every text so that it reads back; what XML cannot hold is replaced', () => {
    const value = { 'unit price': 'a<b>&"c"\r\n', _x0041_: 'ž😀', '1st': ' ', 'a:b': '1' }
    expect(parseXml(xmlOfJson(JSON.stringify({ resource: value })))).toEqual({ resource: value })
    expect(xmlOfJson('{"a":"\\u0000\\u001b"}')).toContain('<a>\uFFFD\uFFFD</a>')
  })
})

describe('the format', () => {
  test.each([
    ['text/html', 406],
    ['image/png, text/html', 406],
    ['text/html, */*', 200],
    ['application/*', 200],
    ['application/vnd.api+json', 200],
    ['', 200],
  ])('Accept: %s answers %i', async (accept, status) => {
    const answer = await get('_table/customers', { accept })
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
  })

  test.each(['accept=html', 'accept=image/png'])('%s is refused by name', async (query) => {
    const answer = await get(`_table/customers?${query}`)
    expect(answer.statusCode).toBe(400)
    expect(answer.json().error.message).toBe("'accept' names no format there is.")
  })

  test('a file name decides before all', async () => {
    const answer = await get('_table/customers?file=customers.xml&accept=csv', { accept: 'application/json' })
    expect(answer.headers).toMatchObject({
      'content-type': 'application/xml; charset=utf-8',
      'content-disposition': `attachment; filename="customers.xml"; filename*=UTF-8''customers.xml`,
    })
  })
})

const FORM = 'application/x-www-form-urlencoded'
const CDATA = '<![CDATA[<c>]]>'

describe('bodies', () => {
  test.each([
    [
      'CSV',
      'text/csv',
      'name,region\r\nfirst,r\r\n"with ""quotes"", and more",r\r\n',
      ['first', 'with "quotes", and more'],
    ],
    ['CSV with semicolons', 'text/csv; charset=utf-8', '\uFEFFname;region\nfirst;r\n', ['first']],
    ['CSV without a type', undefined, 'name,region\nfirst,r\nsecond,r', ['first', 'second']],
    [
      'XML',
      'application/xml',
      '<dfapi><resource><name>first</name><region>r</region></resource></dfapi>',
      ['first'],
    ],
    [
      'XML of several records',
      'text/xml',
      `<?xml version="1.0"?><dfapi><resource><name>a &amp; b</name><region>r</region></resource><resource><name>${CDATA}</name><region>r</region></resource></dfapi>`,
      ['a & b', '<c>'],
    ],
    [
      'XML whose root is the wrapper',
      'application/xml',
      '<resource><name>first</name><region>r</region></resource>',
      ['first'],
    ],
    [
      'XML without a type',
      undefined,
      ' <dfapi><resource><name>first</name><region>r</region></resource></dfapi>',
      ['first'],
    ],
    [
      'a form',
      FORM,
      'resource[0][name]=first&resource[0][region]=r&resource[1][name]=a%26b&resource[1][region]=r',
      ['first', 'a&b'],
    ],
    ['JSON sent as a form', FORM, '{"resource":[{"name":"first","region":"r"}]}', ['first']],
  ])('%s', async (_what, type, body, names) => {
    const answer = await post(body, type)
    expect(answer.json()).toMatchObject({ resource: names.map((name) => ({ name })) })
  })

  test.each([
    [
      'CSV with a name twice',
      'text/csv',
      'name,name\na,b',
      "The first line of the CSV names the column 'name' twice.",
    ],
    ['CSV with a long row', 'text/csv', 'name\na,b', 'there are more or fewer cells than names in line 2.'],
    ['CSV with an open quote', 'text/csv', 'name\n"a', 'not valid CSV: a quotation mark is not closed'],
    [
      'broken XML',
      'application/xml',
      '<dfapi>\n<a></b></dfapi>',
      'not valid XML: unexpected close tag at line 2',
    ],
    [
      'XML with entities of its own',
      'application/xml',
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><dfapi><resource><name>&x;</name><region>r</region></resource></dfapi>',
      'not valid XML: it has a document type, which is not read',
    ],
    ['XML without end', 'application/xml', '<a>'.repeat(5000), 'nested more than 200 levels deep'],
    ['a form too deep', FORM, `a${'[b]'.repeat(50)}=1`, 'too many fields, or is nested too deep'],
    ['a text that is nothing', undefined, 'hello', 'Unrecognized payload type'],
  ])('%s is refused', async (_what, type, body, message) => {
    const answer = await post(body, type)
    expect(answer.statusCode).toBe(400)
    expect(answer.json().error.message).toContain(message)
  })

  test.each([
    [FORM, '__proto__[polluted]=1&constructor[prototype][polluted]=1'],
    ['application/xml', '<dfapi><__proto__><polluted>1</polluted></__proto__></dfapi>'],
    ['text/csv', '__proto__\npolluted'],
  ])('%s poisons no prototype', async (type, body) => {
    expect((await post(body, type)).statusCode).toBe(400)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  test('an empty cell is null, a quoted one the empty text', async () => {
    const answer = await post(
      'customer_id,status,total\n1,"",\n',
      'text/csv',
      '_table/orders?fields=status,total',
    )
    expect(answer.json()).toEqual({ resource: [{ status: '', total: null }] })
  })
})

describe('long answers', () => {
  test.each([
    ['gzip, deflate', 'gzip', gunzipSync],
    ['gzip, br;q=0.5', 'br', brotliDecompressSync],
    ['br;q=0, gzip', 'gzip', gunzipSync],
  ] as const)('are compressed for %s', async (accepted, coding, open) => {
    await addCustomers(400)
    const sizeBytes = (await get('_table/customers')).rawPayload.length
    for (const headers of [{}, { accept: 'text/csv' }, { accept: 'text/xml' }]) {
      const answer = await get('_table/customers', { ...headers, 'accept-encoding': accepted })
      expect(answer.headers).toMatchObject({ 'content-encoding': coding, vary: 'accept-encoding' })
      expect(answer.rawPayload.length).toBeLessThan(sizeBytes / 2)
      expect(open(answer.rawPayload).toString()).toBe((await get('_table/customers', headers)).body)
    }
  })

  test.each([undefined, 'identity', 'br;q=0, gzip;q=0.0'])('are plain for %s', async (accepted) => {
    await addCustomers(400)
    const answer = await get(
      '_table/customers',
      accepted === undefined ? {} : { 'accept-encoding': accepted },
    )
    expect(answer.headers['content-encoding']).toBeUndefined()
    expect(answer.json().resource.length).toBeGreaterThan(400)
  })

  test('short ones are not compressed', async () => {
    const answer = await get('_table/customers/1', { 'accept-encoding': 'gzip' })
    expect(answer.headers['content-encoding']).toBeUndefined()
  })

  test('of JSON are the same, written at once or while they are read', async () => {
    await addCustomers(6000)
    await get('_table/customers?limit=1')
    const [whole, parts] = [
      await get('_table/customers?limit=5000&fields=name,id&order=id'),
      await get('_table/customers?limit=5001&fields=name,id&order=id&include_count=true'),
    ]
    expect(parts.headers['x-total-count']).toBeDefined()
    expect(parts.json().resource.slice(0, 5000)).toEqual(whole.json().resource)
    expect(parts.json().meta).toEqual({ count: Number(parts.headers['x-total-count']), next: 5001 })
    expect((await get('_table/customers?limit=5001&filter=id<0')).json()).toEqual({ resource: [] })
    expect((await get('_table/customers?limit=9000&wrap=false')).json()).toHaveLength(6003)
  })
})

test('a reader sees in XML what it sees in JSON', async () => {
  const as = (headers: Record<string, string>) =>
    door.app.inject({
      url: '/api/v2/shop/_table/orders?fields=id,status',
      headers: { 'x-dreamfactory-api-key': READER_KEY, ...headers },
    })
  const [json, xml] = [await as({}), await as(XML)]
  const asTexts = json.json().resource.map(({ id, status }: { id: number; status: string | null }) => ({
    id: String(id),
    status,
  }))
  expect(parseXml(xml.body)).toEqual({ resource: asTexts })
})
