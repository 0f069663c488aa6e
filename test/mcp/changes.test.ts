import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NO_TABLE_EXTRAS } from '../../src/core/database/extras.ts'
import { AppError } from '../../src/core/errors.ts'
import { createChanges } from '../../src/mcp/changes.ts'
import { serveMcpStdio } from '../../src/mcp/stdio.ts'
import { execute } from '../../src/operations/execute.ts'
import { tools } from '../../tools/all.ts'
import { openIdempotencyBook } from '../helpers/idempotency.ts'
import { NO_LIMITS } from '../helpers/no-limits.ts'
import { openShop } from '../helpers/shop.ts'
import { eventsOf } from './events.ts'
import { ACCEPT, callerFor, modern, openScene, type Scene } from './scene.ts'

const NOW = { signal: new AbortController().signal }
const EVERYTHING = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true }

let role: string
let scene: Scene
beforeEach(async () => {
  role = 'reader'
  const authenticate = async () => callerFor(role)
  scene = await openScene({ authenticate, sessions: { most: 5, idleMs: 60_000 } })
})
afterEach(() => scene.app.close())

/** The description of a table becomes another one. */
async function describeAnew(table: string): Promise<void> {
  const service = await scene.services.open('shop', NOW.signal)
  await service.changeExtras(() => new Map([[table, { ...NO_TABLE_EXTRAS, description: 'Anew.' }]]))
  scene.changes.tell()
}

const headersOf = (more: Record<string, string>) => ({
  accept: ACCEPT,
  'content-type': 'application/json',
  'x-dreamfactory-api-key': 'key',
  ...more,
})

const WHILE = { timeout: 30_000, interval: 50 }

async function sendListen(notifications: object): Promise<Response> {
  const params = { notifications }
  const { message, headers } = modern({ jsonrpc: '2.0', id: 'sub', method: 'subscriptions/listen', params })
  const sent = { method: 'POST', headers: headersOf(headers), body: JSON.stringify(message) }
  return await fetch(await scene.url(), sent)
}

/** What a client of 2026 hears, after the acknowledgement. */
async function listen(notifications: object) {
  const events = eventsOf(await sendListen(notifications))
  expect((await events.next()).value.method).toBe('notifications/subscriptions/acknowledged')
  return events
}

const methodOf = async (events: AsyncGenerator<{ method: string }>) => (await events.next()).value?.method

describe('a subscription of 2026', () => {
  test('tells of other tools when the role changes, marked as its own', async () => {
    const events = await listen({ toolsListChanged: true })
    role = 'writer'
    scene.changes.tell()
    const { value } = await events.next()
    expect(value.method).toBe('notifications/tools/list_changed')
    expect(value.params._meta['io.modelcontextprotocol/subscriptionId']).toBe('sub')
    await events.return(undefined)
  })

  test('is one of twenty of its caller; with one closed there is room again', async () => {
    const open = []
    for (let count = 0; count < 20; count++) open.push(await listen({ toolsListChanged: true }))
    const refused = await sendListen({ toolsListChanged: true })
    expect(refused.status).toBe(429)
    expect(await refused.text()).toMatch(/20 open subscriptions/)
    await open.pop()?.return(undefined)
    await expect.poll(async () => (await sendListen({ toolsListChanged: true })).status, WHILE).toBe(200)
    for (const events of open) await events.return(undefined)
  })

  test('tells of what was asked for alone', async () => {
    const events = await listen({ resourcesListChanged: true })
    role = 'clerk'
    scene.changes.tell()
    expect(await methodOf(events)).toBe('notifications/resources/list_changed')
    await events.return(undefined)
  })

  test('says nothing while nothing of the caller changes', async () => {
    role = 'clerk'
    const schema = 'sluice://shop/schema/orders'
    const events = await listen({
      ...EVERYTHING,
      resourceSubscriptions: [schema, 'sluice://shop/schema/secret_salaries'],
    })
    scene.changes.tell()
    await describeAnew('secret_salaries')
    await describeAnew('orders')
    const { value } = await events.next()
    expect(value).toMatchObject({ method: 'notifications/resources/updated', params: { uri: schema } })
    await events.return(undefined)
  })

  test('ends with the right to speak', async () => {
    await scene.app.close()
    let isGone = false
    const authenticate = async () => {
      if (isGone) throw new AppError('unauthenticated', 'The key is gone.')
      return callerFor('reader')
    }
    scene = await openScene({ authenticate })
    const events = await listen(EVERYTHING)
    isGone = true
    scene.changes.tell()
    await expect(events.next()).rejects.toThrow('terminated')
  })

  test('ends when the service is out of reach', async () => {
    const events = await listen(EVERYTHING)
    role = 'stranger'
    scene.changes.tell()
    await expect(events.next()).rejects.toThrow('terminated')
  })
})

describe('the stream of a session', () => {
  const post = async (message: object, more: Record<string, string> = {}) =>
    await fetch(await scene.url(), {
      method: 'POST',
      headers: headersOf(more),
      body: JSON.stringify(message),
    })

  async function open() {
    const clientInfo = { name: 'test', version: '1' }
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
    const hello = await post({ jsonrpc: '2.0', id: 1, method: 'initialize', params })
    const session = { 'mcp-session-id': String(hello.headers.get('mcp-session-id')) }
    const { value } = await eventsOf(hello).next()
    await post({ jsonrpc: '2.0', method: 'notifications/initialized' }, session)
    const stream = await fetch(await scene.url(), { headers: headersOf(session) })
    return { session, capabilities: value.result.capabilities, events: eventsOf(stream) }
  }

  test('tells of other tools and resources when the role changes', async () => {
    const { events, capabilities } = await open()
    expect(capabilities).toMatchObject({
      tools: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
    })
    role = 'clerk'
    scene.changes.tell()
    expect(await methodOf(events)).toBe('notifications/tools/list_changed')
    expect(await methodOf(events)).toBe('notifications/resources/list_changed')
    await events.return(undefined)
  })

  test('tells of a resource for as long as it is subscribed to', async () => {
    const { events, session } = await open()
    const uri = 'sluice://shop/schema/orders'
    const subscribe = async (method: string, params: object) => {
      const answer = await post({ jsonrpc: '2.0', id: 2, method: `resources/${method}`, params }, session)
      return (await eventsOf(answer).next()).value
    }
    expect(await subscribe('subscribe', { uri })).toMatchObject({ result: {} })
    await describeAnew('orders')
    expect((await events.next()).value).toMatchObject({
      method: 'notifications/resources/updated',
      params: { uri },
    })
    expect(await subscribe('subscribe', { uri: 'sluice://shop/schema/nothing' })).toMatchObject({
      error: { code: -32_602 },
    })
    expect(await subscribe('unsubscribe', { uri })).toMatchObject({ result: {} })
    await events.return(undefined)
  })
})

test('a request without a session does not say that it would tell of changes', async () => {
  await scene.app.close()
  scene = await openScene()
  const clientInfo = { name: 'test', version: '1' }
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
  const hello = await fetch(await scene.url(), {
    method: 'POST',
    headers: { ...headersOf({}), 'x-dreamfactory-api-key': 'admin' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
  })
  const { value } = await eventsOf(hello).next()
  expect(value.result.capabilities).toMatchObject({ tools: {}, resources: {}, prompts: {} })
  expect(JSON.stringify(value.result.capabilities)).not.toContain('listChanged')
})

const HELLO = {
  jsonrpc: '2.0',
  id: 'hello',
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
}
const LISTEN = modern({
  jsonrpc: '2.0',
  id: 'sub',
  method: 'subscriptions/listen',
  params: { notifications: { toolsListChanged: true } },
}).message

test.each([
  ['2025', [HELLO, { jsonrpc: '2.0', method: 'notifications/initialized' }]],
  ['2026', [LISTEN]],
])('a client of %s on stdio hears of other tools', async (_name, opening) => {
  const { services } = await openShop()
  const [input, output] = [new PassThrough(), new PassThrough()]
  const changes = createChanges()
  const done = serveMcpStdio({
    tools,
    services,
    execute,
    changes,
    limits: NO_LIMITS,
    idempotency: openIdempotencyBook(),
    service: 'shop',
    caller: async () => callerFor(role),
    input,
    output,
    resultBytes: 24_000,
    configVersion: () => '1',
    serverInfo: { name: 'sluice', version: '0' },
    logError: () => {},
  })
  for (const message of opening) input.write(`${JSON.stringify(message)}\n`)
  // When the watch begins nobody knows: the role goes to and fro until it is seen.
  const changing = setInterval(() => {
    role = role === 'reader' ? 'writer' : 'reader'
    changes.tell()
  }, 20)
  for await (const line of createInterface({ input: output }))
    if (JSON.parse(line).method === 'notifications/tools/list_changed') break
  clearInterval(changing)
  input.end()
  await done
})
