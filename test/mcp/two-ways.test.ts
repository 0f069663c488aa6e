import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plainRequest } from '../../src/mcp/fast-path.ts'
import { ACCEPT, call, LIST, modern, openScene, post, type Scene } from './scene.ts'

/** The same server twice: one with the fast path, one that gives everything to the SDK. */
let fast: Scene
let slow: Scene
beforeAll(async () => {
  fast = await openScene()
  slow = await openScene({ fastPath: false })
})
afterAll(() => Promise.all([fast.app.close(), slow.app.close()]))

const MESSAGES = [
  LIST,
  { ...LIST, id: 'text-id', params: {} },
  call('get_tables'),
  call('get_table_schema', { table_name: 'orders' }),
  call('get_table_fields', { table_name: 'orders' }),
  call('get_table_relationships', { table_name: 'orders' }),
  call('get_table_data', { table_name: 'orders', limit: 2, include_count: true, include_schema: true }),
  call('get_table_data', {
    tableName: 'orders',
    filter: "status = 'paid'",
    related: 'customers_by_customer_id',
  }),
  call('get_table_data', { table_name: 'orders', count_only: true }, 0),
  call('get_table_data', { table_name: 'orders', fitler: 'x' }),
  call('get_table_data', { table_name: 'nowhere' }),
  call('aggregate_data', {
    table_name: 'orders',
    aggregates: [{ function: 'COUNT', field: '*', alias: 'n' }],
    group_by: ['status'],
  }),
  call('get_data_model', { detail: 'full' }, 'a-1'),
  call('create_records', { table_name: 'orders', records: [{ customer_id: 99 }] }),
  call('update_records', { table_name: 'orders', records: [{ id: 1, status: 'paid' }] }),
  call('delete_records', { table_name: 'orders', ids: [4711] }),
  call('get_database_resources', { as_access_list: true }),
  call('list_tools'),
  call('shop_list_tools', { names_only: true }),
  call('call_stored_procedure', { procedure_name: 'x' }),
  call('no_such_tool'),
  { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'get_tables' } },
]

describe.each(['admin', 'reader', 'clerk'])('as %s', (role) => {
  test.each(MESSAGES.map((message) => [JSON.stringify(message).slice(0, 120), message] as const))(
    '2025: %s',
    async (_name, message) => {
      const headers = { 'mcp-protocol-version': '2025-11-25' }
      expect(plainRequest({ accept: ACCEPT, ...headers }, message)?.era).toBe('legacy')
      const [ours, theirs] = [
        await post(fast, message, { role, headers }),
        await post(slow, message, { role, headers }),
      ]
      expect(ours.message).toEqual(theirs.message)
      expect(ours.status).toBe(theirs.status)
    },
  )

  test.each(MESSAGES.map((message) => [JSON.stringify(message).slice(0, 120), modern(message)] as const))(
    '2026: %s',
    async (_name, { message, headers }) => {
      expect(plainRequest(headers, message)?.era).toBe('modern')
      const [ours, theirs] = [
        await post(fast, message, { role, headers }),
        await post(slow, message, { role, headers }),
      ]
      expect(ours.message).toEqual(theirs.message)
      expect(ours.status).toBe(theirs.status)
      expect(ours.headers['content-type']).toContain('application/json')
    },
  )
})

test('a result with a link to all rows has its data and text, too', async () => {
  const message = call('get_table_data', { table_name: 'orders', limit: 2, format: 'csv_link' })
  const [ours, theirs] = [await post(fast, message), await post(slow, message)]
  const { content, structuredContent } = ours.message.result
  expect(structuredContent.rows).toHaveLength(2)
  expect(content[1]).toMatchObject({ type: 'resource_link' })
  expect(theirs.message.result.structuredContent).toEqual(structuredContent)
  expect(theirs.message.result.content[0]).toEqual(content[0])
})

describe('what is not plain goes to the SDK', () => {
  const plain = call('get_tables')
  const of2026 = modern(plain)
  const legacy = { accept: ACCEPT }
  const meta = (more: object) => ({
    ...of2026.message,
    params: { ...of2026.message.params, _meta: { ...of2026.message.params._meta, ...more } },
  })

  test.each([
    ['another method', legacy, { ...plain, method: 'ping' }],
    ['a notification', legacy, { jsonrpc: '2.0', method: 'tools/call', params: plain.params }],
    ['a fractional id', legacy, { ...plain, id: 1.5 }],
    ['a null id', legacy, { ...plain, id: null }],
    ['a member of its own', legacy, { ...plain, extra: 1 }],
    ['a batch', legacy, [plain]],
    ['arguments that are a list', legacy, { ...plain, params: { name: 'get_tables', arguments: [] } }],
    ['a parameter of its own', legacy, { ...plain, params: { ...plain.params, task: {} } }],
    ['a cursor', legacy, { ...LIST, params: { cursor: 'x' } }],
    ['a progress token', legacy, { ...plain, params: { ...plain.params, _meta: { progressToken: 1 } } }],
    ['an envelope without its header', legacy, of2026.message],
    ['an unknown version', { ...legacy, 'mcp-protocol-version': '2027-01-01' }, plain],
    ['a client that takes JSON only', { accept: 'application/json' }, plain],
    ['a 2026 header without an envelope', of2026.headers, plain],
    ['another method in the header', { ...of2026.headers, 'mcp-method': 'tools/list' }, of2026.message],
    ['no method in the header', { ...of2026.headers, 'mcp-method': undefined }, of2026.message],
    ['another name in the header', { ...of2026.headers, 'mcp-name': 'get_table_data' }, of2026.message],
    ['no name in the header', { ...of2026.headers, 'mcp-name': undefined }, of2026.message],
    [
      'an older version in the envelope',
      of2026.headers,
      meta({ 'io.modelcontextprotocol/protocolVersion': '2025-11-25' }),
    ],
    ['no capabilities', of2026.headers, meta({ 'io.modelcontextprotocol/clientCapabilities': undefined })],
    [
      'capabilities that are none',
      of2026.headers,
      meta({ 'io.modelcontextprotocol/clientCapabilities': { sampling: 1 } }),
    ],
    ['a log level', of2026.headers, meta({ 'io.modelcontextprotocol/logLevel': 'debug' })],
    [
      'a client without a version',
      of2026.headers,
      meta({ 'io.modelcontextprotocol/clientInfo': { name: 'x' } }),
    ],
    [
      'an answer to a question',
      of2026.headers,
      { ...of2026.message, params: { ...of2026.message.params, inputResponses: {} } },
    ],
  ])('%s', async (_name, headers, message) => {
    expect(plainRequest(headers, message)).toBeUndefined()
  })

  test.each([
    ['missing headers: 400, −32020', { 'mcp-protocol-version': '2026-07-28' }, of2026.message, 400, -32020],
    [
      'an unknown version: 400, −32022',
      { ...of2026.headers, 'mcp-protocol-version': '2027-01-01' },
      meta({ 'io.modelcontextprotocol/protocolVersion': '2027-01-01' }),
      400,
      -32022,
    ],
    [
      'an unknown method of 2026: 404, −32601',
      { ...of2026.headers, 'mcp-method': 'ping' },
      { ...of2026.message, method: 'ping' },
      404,
      -32601,
    ],
    ['a 2025 client that takes JSON only: 406', { accept: 'application/json' }, plain, 406, -32000],
  ])('and gets its errors: %s', async (_name, headers, message, status, code) => {
    const sent = Object.fromEntries(
      Object.entries(headers).filter(([, value]) => value !== undefined),
    ) as Record<string, string>
    expect(await post(fast, message, { headers: sent })).toMatchObject({
      status,
      message: { error: { code } },
    })
  })
})

test('what clients of 2026 send is plain', () => {
  const { message, headers } = modern(call('get_tables'))
  const capabilities = {
    roots: { listChanged: true },
    elicitation: { form: {}, url: {} },
    sampling: {},
    extensions: { 'io.modelcontextprotocol/ui': {} },
  }
  const _meta = {
    ...message.params._meta,
    'io.modelcontextprotocol/clientCapabilities': capabilities,
    traceparent: '00-0-0-01',
  }
  expect(plainRequest(headers, { ...message, params: { ...message.params, _meta } })?.call).toEqual({
    name: 'get_tables',
    args: {},
  })
})
