import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { ACCEPT, call, LIST, modern } from './scene.ts'

// What the protocol wants refused, on the whole program as it is started.
let house: House
beforeAll(async () => {
  const access = [{ service: 'shop', component: '_table/*', verbs: ['GET'] }]
  house = await openHouse({ reader: access }, {}, { SLUICE_BODY_LIMIT_BYTES: '5000' })
})
afterAll(() => house.close())

type Sent = { readonly message: object | string; readonly headers?: Record<string, string | undefined> }

const of2026 = modern(call('get_tables'))
const meta = (more: object) => ({
  ...of2026.message,
  params: { ...of2026.message.params, _meta: { ...of2026.message.params._meta, ...more } },
})
const read = modern({
  jsonrpc: '2.0',
  id: 1,
  method: 'resources/read',
  params: { uri: 'sluice://shop/tables' },
})

describe.each(['/mcp/shop', '/mcp'])('at %s', (path) => {
  async function send({ message, headers = {} }: Sent) {
    const given = Object.entries({
      accept: ACCEPT,
      'content-type': 'application/json',
      authorization: `Bearer ${keyOf('reader')}`,
      ...headers,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined)
    return await house.rest('POST', path, { headers: Object.fromEntries(given), body: message })
  }

  test('good requests are answered', async () => {
    expect(await send({ message: LIST })).toMatchObject({ status: 200, body: { result: {} } })
    expect(await send(of2026)).toMatchObject({ status: 200, body: { result: {} } })
    const headers = { ...read.headers, 'mcp-name': 'sluice://shop/tables' }
    expect(await send({ message: read.message, headers })).toMatchObject({
      status: 200,
      body: { result: {} },
    })
  })

  test.each<[string, Sent, number, number]>([
    [
      'the host of a page that rebinds its name',
      { message: LIST, headers: { host: 'evil.example' } },
      403,
      -32_000,
    ],
    [
      'the origin of a strange page',
      { message: LIST, headers: { origin: 'https://evil.example' } },
      403,
      -32_000,
    ],
    ['an opaque origin', { message: LIST, headers: { origin: 'null' } }, 403, -32_000],
    ['no credentials', { message: LIST, headers: { authorization: undefined } }, 401, -32_000],
    ['malformed JSON', { message: '{"jsonrpc":"2.0",' }, 400, -32_700],
    ['a body over the limit', { message: call('get_tables', { x: 'x'.repeat(6_000) }) }, 413, -32_000],
    ['a batch', { message: [LIST, LIST] }, 400, -32_600],
    ['a batch of 2026', { message: [of2026.message], headers: of2026.headers }, 400, -32_600],
    ['another type of content', { message: LIST, headers: { 'content-type': 'text/plain' } }, 415, -32_000],
    [
      'an unknown version of 2025',
      { message: LIST, headers: { 'mcp-protocol-version': '2025-01-01' } },
      400,
      -32_000,
    ],
    [
      'a client of 2025 that takes JSON alone',
      { message: LIST, headers: { accept: 'application/json' } },
      406,
      -32_000,
    ],
    [
      'another method in the header',
      { message: of2026.message, headers: { ...of2026.headers, 'mcp-method': 'tools/list' } },
      400,
      -32_020,
    ],
    [
      'another name in the header',
      { message: of2026.message, headers: { ...of2026.headers, 'mcp-name': 'list_tools' } },
      400,
      -32_020,
    ],
    [
      'no name in the header',
      { message: of2026.message, headers: { ...of2026.headers, 'mcp-name': undefined } },
      400,
      -32_020,
    ],
    [
      'another resource in the header',
      { message: read.message, headers: { ...read.headers, 'mcp-name': 'sluice://shop/x' } },
      400,
      -32_020,
    ],
    ['no resource in the header', { message: read.message, headers: read.headers }, 400, -32_020],
    ['no envelope', { message: call('get_tables'), headers: of2026.headers }, 400, -32_602],
    [
      'an envelope without capabilities',
      { message: meta({ 'io.modelcontextprotocol/clientCapabilities': undefined }), headers: of2026.headers },
      400,
      -32_602,
    ],
    [
      'another version in the envelope',
      { message: meta({ 'io.modelcontextprotocol/protocolVersion': '2025-11-25' }), headers: of2026.headers },
      400,
      -32_020,
    ],
    [
      'a version of the future',
      {
        message: meta({ 'io.modelcontextprotocol/protocolVersion': '2027-01-01' }),
        headers: { ...of2026.headers, 'mcp-protocol-version': '2027-01-01' },
      },
      400,
      -32_022,
    ],
    ['a method that is gone', modern({ jsonrpc: '2.0', id: 1, method: 'ping' }), 404, -32_601],
    [
      'a method of sessions',
      modern({ jsonrpc: '2.0', id: 1, method: 'resources/subscribe', params: { uri: 'x' } }),
      404,
      -32_601,
    ],
    ['a method that never was', modern({ jsonrpc: '2.0', id: 1, method: 'tables/drop' }), 404, -32_601],
  ])('%s is refused', async (_name, sent, status, code) => {
    const answer = await send(sent)
    expect(answer).toMatchObject({ status, body: { jsonrpc: '2.0', error: { code } } })
    expect(answer.text).not.toMatch(/node_modules|at .*\.ts:|\/tmp\//)
  })

  test.each(['{"toString":1}', '{"toString":null,"valueOf":2}', '[]', '7', 'null'])(
    'a tool that is named by %s is refused',
    async (name) => {
      const params = `{"name":${name},"arguments":{}}`
      const message = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`
      const { status, text } = await send({ message })
      expect([status, text]).toEqual([200, expect.stringContaining('"code":-32602')])
    },
  )

  test('a version that is not there is answered with those that are', async () => {
    const { body } = await send({
      message: meta({ 'io.modelcontextprotocol/protocolVersion': '2027-01-01' }),
      headers: { ...of2026.headers, 'mcp-protocol-version': '2027-01-01' },
    })
    expect(body).toMatchObject({ error: { data: { supported: ['2026-07-28'], requested: '2027-01-01' } } })
  })

  test('a method that never was is refused to a client of 2025, too', async () => {
    const answer = await send({ message: { jsonrpc: '2.0', id: 1, method: 'tables/drop' } })
    expect(answer.text).toContain('-32601')
  })
})
