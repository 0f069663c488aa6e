import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACCEPT, messageIn, modern, openScene, type Scene } from './scene.ts'
import { openStdio } from './stdio-scene.ts'

const METHODS = [
  'initialize',
  'ping',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'server/discover',
  'notifications/cancelled',
  'no/such',
]
const JUNK = [5, 'x', null, [], {}, true, ['x'], 2 ** 70]
const prompt = { type: 'ref/prompt', name: 'explain_table' }
const value = { name: 'table', value: '' }
const client = { name: 'test', version: '1' }

/** Params of every method with something wrong in one place, for every method: what is right for one is wrong for the others. */
const PARAMS: readonly unknown[] = [
  undefined,
  ...JUNK,
  ...JUNK.flatMap((junk) => [
    { _meta: junk },
    { _meta: { progressToken: junk } },
    { cursor: junk },
    { uri: junk },
    { name: junk },
    { name: 'get_tables', arguments: junk },
    { name: 'get_table_data', arguments: { table_name: junk } },
    { name: 'explain_table', arguments: { table: junk } },
    { name: 'explain_table', arguments: { service: junk, table: 'orders' } },
    { ref: junk, argument: value },
    { ref: { ...prompt, name: junk }, argument: value },
    { ref: { ...prompt, type: junk }, argument: value },
    { ref: { type: 'ref/resource', uri: junk }, argument: value },
    { ref: prompt, argument: junk },
    { ref: prompt, argument: { name: junk, value: '' } },
    { ref: prompt, argument: { name: 'table', value: junk } },
    { ref: prompt, argument: value, context: junk },
    { ref: prompt, argument: value, context: { arguments: junk } },
    { ref: prompt, argument: value, context: { arguments: { table: junk, service: junk } } },
    { protocolVersion: junk, capabilities: {}, clientInfo: client },
    { protocolVersion: '2025-11-25', capabilities: junk, clientInfo: client },
    { protocolVersion: '2025-11-25', capabilities: { elicitation: junk }, clientInfo: client },
    { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: junk },
    { level: junk },
    { requestId: junk },
  ]),
]
const messagesOf = (method: string) =>
  PARAMS.map((params, id) => ({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) }))

/** The answer is one, and none of ours gone wrong. */
function expectSound(answer: { result?: unknown; error?: { code: number; message: string } }, told: string) {
  expect('result' in answer || 'error' in answer, told).toBe(true)
  expect(answer.error?.code, told).not.toBe(-32_603)
  expect(JSON.stringify(answer), told).not.toMatch(/\\n\s+at |node_modules|"path":/)
}

describe.each(['/mcp/shop', '/mcp'])('what is wrong at %s is the fault of who sends it', (url) => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene()
  })
  afterAll(() => scene.app.close())

  const send = async (message: unknown, headers: object = {}) => {
    const common = { accept: ACCEPT, 'content-type': 'application/json', host: 'localhost' }
    const { statusCode, body } = await scene.app.inject({
      method: 'POST',
      url,
      headers: { ...common, 'x-dreamfactory-api-key': 'admin', ...headers },
      payload: JSON.stringify(message),
    })
    const told = `${JSON.stringify(message)} → ${statusCode} ${body}`
    expect(statusCode, told).toBeLessThan(500)
    expectSound(messageIn(body), told)
    return messageIn(body)
  }

  test.each(METHODS)('%s', async (method) => {
    for (const message of messagesOf(method)) {
      await send(message)
      const { params } = message
      const isObject = typeof params === 'object' && params !== null && !Array.isArray(params)
      const { message: enveloped, headers } = isObject ? modern({ ...message, params }) : modern({ method })
      await send(isObject ? enveloped : message, headers)
    }
  })

  test('ids, versions and methods of all kinds', async () => {
    const values = [...JUNK, 'x'.repeat(100_000), 1.5, -1, undefined]
    for (const given of values) {
      const params = { name: 'get_tables' }
      if (given !== undefined) await send({ jsonrpc: '2.0', id: 1, method: given, params })
      await send({ jsonrpc: given, id: 1, method: 'tools/list' })
      if (typeof given === 'string' || given === 5)
        await send({ jsonrpc: '2.0', id: given, method: 'tools/list' })
    }
    for (const id of [null, [], {}, true]) await send({ jsonrpc: '2.0', id, method: 'tools/list' })
  })

  test.each([[[]], [[[]]], [[{ jsonrpc: '2.0', id: 1, method: 'ping' }]], [5], [null], ['x'], [{}]])(
    'the body %j, which is no message',
    async (body) => {
      for (const headers of [{}, { 'mcp-protocol-version': '2026-07-28' }])
        expect((await send(body, headers)).error.code).toBe(-32_600)
    },
  )

  test.each([
    ['prompts/get', { name: 'explain_table', arguments: { table: 5 } }, "'arguments.table'"],
    ['prompts/get', { name: 5 }, "'name'"],
    ['completion/complete', { ref: prompt, argument: { name: 'table', value: 5 } }, "'argument.value'"],
    ['completion/complete', { ref: { ...prompt, name: 5 }, argument: value }, "'ref.name'"],
    ['completion/complete', { ref: prompt }, "'argument'"],
    ['resources/list', { cursor: 5 }, "'cursor'"],
    ['initialize', { protocolVersion: 5, capabilities: {}, clientInfo: client }, "'protocolVersion'"],
    ['tools/call', { name: 5 }, "'name'"],
    ['tools/call', { name: 'get_tables', arguments: [] }, "'arguments'"],
  ])('%s %j is told by its name', async (method, params, name) => {
    const { error, id } = await send({ jsonrpc: '2.0', id: 7, method, params })
    expect([id, error.code]).toEqual([7, -32_602])
    expect(error.message).toContain(`Invalid params for ${method}: ${name} `)
  })
})

test('over stdio each is answered, and none as a fault of ours', async () => {
  const { send, end, logged } = await openStdio()
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: client }
  send({ jsonrpc: '2.0', id: 'hello', method: 'initialize', params })
  send({ jsonrpc: '2.0', method: 'notifications/initialized' })
  const messages = METHODS.filter((method) => method !== 'initialize').flatMap((method) =>
    messagesOf(method).map((message, index) => ({ ...message, id: `${method} ${index}` })),
  )
  for (const message of messages) send(message)
  for (const body of [[], [messages[0]], 5, null, 'no json', {}]) send(body)
  const answers = await end()
  for (const answer of answers) expectSound(answer, JSON.stringify(answer))
  const answered = new Set(answers.map(({ id }) => id))
  expect(messages.filter(({ id }) => !answered.has(id))).toEqual([])
  expect(answers.filter(({ id }) => id === null)).toHaveLength(6)
  expect(logged).toEqual([])
})

test('over stdio, what a client of 2026 sends is answered, and none as a fault of ours', async () => {
  const { send, end, logged } = await openStdio()
  const enveloped = (method: string, params: object, id: string) =>
    modern({ jsonrpc: '2.0', id, method, params }).message
  send(enveloped('server/discover', {}, 'hello'))
  const isObject = (params: unknown): params is object =>
    typeof params === 'object' && params !== null && !Array.isArray(params)
  const messages: { id: string }[] = METHODS.flatMap((method) =>
    messagesOf(method).flatMap(({ params, ...message }, index) => {
      const plain = { ...message, params, id: `${method} plain ${index}` }
      return isObject(params) ? [plain, enveloped(method, params, `${method} ${index}`)] : [plain]
    }),
  )
  const envelope = enveloped('tools/list', {}, '').params._meta
  const enveloping = Object.keys(envelope).flatMap((key) =>
    [...JUNK, undefined].map((junk, index) => ({
      jsonrpc: '2.0',
      id: `${key} ${index}`,
      method: 'tools/list',
      params: { _meta: { ...envelope, [key]: junk } },
    })),
  )
  const all = [...messages, ...enveloping]
  for (const message of all) send(message)
  for (const body of [[], [all[0]], 5, null, 'no json', {}]) send(body)
  const answers = await end()
  for (const answer of answers) expectSound(answer, JSON.stringify(answer))
  const answered = new Set(answers.map(({ id }) => id))
  expect(all.filter(({ id }) => !answered.has(id))).toEqual([])
  expect(answers.filter(({ id }) => id === null)).toHaveLength(6)
  // What the SDK says of a greeting of 2025 after one of 2026.
  expect(logged.map(String).filter((line) => !line.includes('Rejected 2025-era request'))).toEqual([])
})
