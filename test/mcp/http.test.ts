import { request } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { AppError } from '../../src/core/errors.ts'
import {
  ACCEPT,
  call,
  LIST,
  messageIn,
  modern,
  openScene,
  post,
  type Scene,
  type SceneOptions,
} from './scene.ts'
import { waitingAdapter } from './waiting-adapter.ts'

let scene: Scene
afterEach(() => scene.app.close())
const open = async (options?: SceneOptions) => {
  scene = await openScene(options)
  return scene
}

const HEADERS = { 'content-type': 'application/json', accept: ACCEPT, host: 'localhost' }
const inject = (options: object) =>
  scene.app.inject({ method: 'POST', url: '/mcp/shop', headers: HEADERS, ...options })

describe('credentials', () => {
  test.each([
    ['X-DreamFactory-API-Key', 'reader'],
    ['X-DreamFactory-Api-Key', 'reader'],
    ['x-dreamfactory-api-key', 'reader'],
    ['X-DreamFactory-Session-Token', 'reader'],
    ['Authorization', 'Bearer reader'],
    ['authorization', 'bearer reader'],
  ])('are taken from %s', async (name, value) => {
    await open()
    const answer = await inject({ headers: { ...HEADERS, [name]: value }, payload: LIST })
    expect(answer.json().result.tools).toHaveLength(9)
  })

  test.each([
    ['none', {}],
    ['an unknown key', { 'x-dreamfactory-api-key': 'no-such-key' }],
    ['an empty token', { authorization: 'Bearer ' }],
  ])('%s: 401 with a challenge before any JSON-RPC', async (_name, headers) => {
    await open()
    const answer = await inject({ headers: { ...HEADERS, ...headers }, payload: '{broken' })
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="sluice"')
    expect(answer.json()).toMatchObject({
      jsonrpc: '2.0',
      id: null,
      error: { data: { code: 'unauthenticated' } },
    })
  })

  test('in the address are not looked at', async () => {
    await open()
    expect(
      (await inject({ url: '/mcp/shop?api_key=reader&session_token=reader', payload: LIST })).statusCode,
    ).toBe(401)
  })

  test('a role that is switched off is refused by status', async () => {
    const refuse = async () => {
      throw new AppError('forbidden', 'Role is not active.')
    }
    await open({ authenticate: refuse })
    const { status, message } = await post(scene, LIST)
    expect([status, message.error.data.code]).toEqual([403, 'forbidden'])
  })
})

describe('services', () => {
  test('one that does not exist and one of others answer in the same bytes', async () => {
    await open()
    const headers = { ...HEADERS, 'x-dreamfactory-api-key': 'stranger' }
    const others = await inject({ headers, payload: LIST })
    const missing = await inject({ headers, url: '/mcp/nothing', payload: LIST })
    expect([others.statusCode, missing.statusCode]).toEqual([404, 404])
    expect(others.body).toBe(missing.body)
    expect(others.json().error.data.code).toBe('not_found')
  })

  test('one that is switched off answers as one that does not exist', async () => {
    const { services } = await open()
    const off = {
      ...services,
      find: (name: string) => services.find(name) && { ...services.list()[0], isActive: false },
    }
    await scene.app.close()
    await open({ services: off as typeof services })
    const { status, message } = await post(scene, LIST)
    expect(status).toBe(404)
    expect(message).toEqual(
      (
        await inject({
          headers: { ...HEADERS, 'x-dreamfactory-api-key': 'admin' },
          url: '/mcp/nothing',
          payload: LIST,
        })
      ).json(),
    )
  })

  test('are found in any case', async () => {
    await open()
    const headers = { ...HEADERS, 'x-dreamfactory-api-key': 'admin' }
    expect(
      (await inject({ headers, url: '/mcp/SHOP', payload: call('get_tables') })).json().result.content[0]
        .text,
    ).toMatch(/^shop: tables 4/)
  })
})

describe('bodies', () => {
  test('malformed JSON: 400, −32700, with the place', async () => {
    await open()
    const { status, message } = await post(scene, '{"jsonrpc":"2.0",}')
    expect(status).toBe(400)
    expect(message).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32700 } })
    expect(message.error.message).toContain('column 18')
  })

  test.each(['', '   '])('an empty one (%j): 400, −32700', async (body) => {
    await open()
    expect(await post(scene, body)).toMatchObject({ status: 400, message: { error: { code: -32700 } } })
  })

  test.each([[[call('get_tables')]], [[]]])('a batch: 400, −32600', async (batch) => {
    await open()
    expect(await post(scene, batch)).toMatchObject({
      status: 400,
      message: { id: null, error: { code: -32600 } },
    })
  })

  test.each([1, 'text', null, {}, { jsonrpc: '1.0', id: 1, method: 'tools/list' }])(
    'not a JSON-RPC message (%j): 400, −32600',
    async (body) => {
      await open()
      expect(await post(scene, JSON.stringify(body))).toMatchObject({
        status: 400,
        message: { error: { code: -32600 } },
      })
    },
  )

  test('over the limit: 413 with a JSON-RPC body', async () => {
    await open({ bodyLimitBytes: 1000 })
    const { status, message } = await post(scene, call('get_table_data', { filter: 'x'.repeat(2000) }))
    expect(status).toBe(413)
    expect(message).toMatchObject({
      jsonrpc: '2.0',
      id: null,
      error: { data: { code: 'payload_too_large' } },
    })
  })

  test('of another type: 415', async () => {
    await open()
    expect(await post(scene, LIST, { headers: { 'content-type': 'text/plain' } })).toMatchObject({
      status: 415,
      message: { jsonrpc: '2.0' },
    })
  })
})

describe('verbs', () => {
  test.each(['GET', 'HEAD', 'DELETE', 'PUT', 'PATCH'] as const)(
    '%s: 405, and what is allowed',
    async (method) => {
      await open()
      const answer = await inject({ method })
      expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'POST'])
    },
  )

  test('GET answers in JSON-RPC', async () => {
    await open()
    expect((await inject({ method: 'GET' })).json()).toMatchObject({ jsonrpc: '2.0', id: null })
  })
})

describe('errors of calls', () => {
  test('a cause is logged and not told', async () => {
    const adapter = openMemory()
    const broken: DatabaseAdapter = {
      ...adapter,
      select: () => Promise.reject(new Error('password=hunter2 at /srv/db')),
    }
    await open({ adapter: broken })
    const { message } = await post(scene, call('get_table_data', { table_name: 'orders' }))
    expect(message.result).toEqual({
      content: [
        {
          type: 'text',
          text: 'internal: An internal error occurred. The server log has the details. (service shop)',
        },
      ],
      isError: true,
    })
    expect(scene.logged).toMatchObject([
      { code: 'internal', cause: { message: 'password=hunter2 at /srv/db' } },
    ])
  })

  test('a table of others answers as one that does not exist, with the nearest the caller may see', async () => {
    await open()
    const read = async (table: string) => {
      const { message } = await post(scene, call('get_table_data', { table_name: table }), { role: 'clerk' })
      expect(message.result.isError).toBe(true)
      return message.result.content[0].text.replaceAll(table, 'X')
    }
    expect(await read('secret_salaries')).toBe(await read('secret_salariez'))
    expect(await read('ordrs')).toContain("'orders'")
  })

  test('each failed record of a batch is told', async () => {
    await open()
    const records = [{ customer_id: 1 }, { customer_id: 1, statos: 'x' }]
    const { message } = await post(scene, call('create_records', { table_name: 'orders', records }))
    expect(message.result.content[0].text).toMatch(/^bad_request: .*\nrecord 1: .*statos/s)
  })

  test('a service that does not open answers the call, not the protocol', async () => {
    const { services } = await open()
    const closed = {
      ...services,
      open: () =>
        Promise.reject(new AppError('unavailable', 'The database file is missing.', { hint: 'Create it.' })),
    }
    await scene.app.close()
    await open({ services: closed })
    expect((await post(scene, call('get_tables'))).message.result).toMatchObject({
      isError: true,
      content: [{ text: 'unavailable: The database file is missing. Create it. (service shop)' }],
    })
    expect((await post(scene, LIST)).message.error).toMatchObject({
      code: -32603,
      message: 'unavailable: The database file is missing. Create it. (service shop)',
    })
    for (const method of ['resources/list', 'prompts/list']) {
      const { error } = (await post(scene, { jsonrpc: '2.0', id: 1, method })).message
      expect(error.message).toBe('unavailable: The database file is missing. Create it. (service shop)')
    }
  })
})

describe('a client that goes away', () => {
  const plain = { message: call('get_table_data', { table_name: 'orders' }), headers: {} }
  const withProgress = { ...plain.message, params: { ...plain.message.params, _meta: { progressToken: 1 } } }
  test.each([
    ['a plain call of 2025', plain],
    ['a plain call of 2026', modern(plain.message)],
    ['a 2025 call through the SDK', { message: withProgress, headers: {} }],
    ['a 2026 call through the SDK', { ...modern(plain.message), fastPath: false }],
  ])('ends %s in the database', async (_name, sent) => {
    const { adapter, started, aborted } = waitingAdapter()
    await open({ adapter, ...('fastPath' in sent ? { fastPath: false } : {}) })
    const url = await scene.url()
    const client = request(url, {
      method: 'POST',
      headers: { ...HEADERS, host: new URL(url).host, 'x-dreamfactory-api-key': 'admin', ...sent.headers },
    })
    client.on('error', () => {})
    client.end(JSON.stringify(sent.message))
    await started
    client.destroy()
    await aborted
  })
})

test('a subscription does not hold a closing server open', async () => {
  await open()
  const { message, headers } = modern({
    jsonrpc: '2.0',
    id: 1,
    method: 'subscriptions/listen',
    params: { notifications: { toolsListChanged: true } },
  })
  const answer = await fetch(await scene.url(), {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      accept: ACCEPT,
      'x-dreamfactory-api-key': 'admin',
    },
    body: JSON.stringify(message),
  })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  const [chunk] = await Promise.all([answer.body?.getReader().read(), scene.app.close()])
  expect(chunk?.done).toBe(false)
})

test('a stream of one event is read as its message', () => {
  expect(messageIn('event: message\ndata: {"id":1}\n\n')).toEqual({ id: 1 })
})
