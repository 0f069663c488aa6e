import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { askingTool } from './asking-tool.ts'
import { eventsOf } from './events.ts'
import { ACCEPT, call, LIST, messageIn, modern, openScene, type Scene } from './scene.ts'
import { waitingAdapter } from './waiting-adapter.ts'

const HELLO = (capabilities: object = {}) => ({
  jsonrpc: '2.0',
  id: 'hello',
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 'test', version: '1' } },
})

let scene: Scene
beforeEach(async () => {
  scene = await openScene({ sessions: { most: 2, idleMs: 60_000 } })
})
afterEach(async () => {
  vi.useRealTimers()
  await scene.app.close()
})

interface Sent {
  readonly message?: object
  readonly session?: string | undefined
  readonly role?: string
  readonly method?: string
  readonly service?: string
}

async function send({ message, session, role = 'admin', method = 'POST', service = 'shop' }: Sent) {
  const url = (await scene.url()).replace(/shop$/, service)
  const answer = await fetch(url, {
    method,
    headers: {
      accept: ACCEPT,
      'content-type': 'application/json',
      'x-dreamfactory-api-key': role,
      ...(session === undefined ? {} : { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' }),
    },
    ...(message ? { body: JSON.stringify(message) } : {}),
  })
  return { status: answer.status, answer, session: answer.headers.get('mcp-session-id') ?? undefined }
}

/** A session after its handshake. */
async function begin(role = 'admin', capabilities = {}): Promise<string> {
  const { session, status, answer } = await send({ message: HELLO(capabilities), role })
  expect([status, session]).toEqual([200, expect.any(String)])
  await answer.text()
  await send({ message: { jsonrpc: '2.0', method: 'notifications/initialized' }, session, role })
  return String(session)
}

async function statusOf(sent: Sent): Promise<number> {
  const { status, answer } = await send(sent)
  await answer.body?.cancel()
  return status
}

describe('a session', () => {
  test('serves a client of 2025', async () => {
    const session = await begin()
    const { answer } = await send({ message: call('get_tables'), session })
    expect(messageIn(await answer.text()).result.structuredContent.tables).toHaveLength(4)
  })

  test('shows a caller what its role allows', async () => {
    const session = await begin('reader')
    const { answer } = await send({ message: LIST, session, role: 'reader' })
    expect(messageIn(await answer.text()).result.tools).toHaveLength(9)
  })

  test('does not exist for others, on other services, when it was made up, and after its end', async () => {
    const session = await begin()
    expect(await statusOf({ message: LIST, session, role: 'writer' })).toBe(404)
    expect(await statusOf({ method: 'GET', session, role: 'writer' })).toBe(404)
    expect(await statusOf({ method: 'DELETE', session, role: 'writer' })).toBe(404)
    expect(await statusOf({ message: LIST, session: 'made-up' })).toBe(404)
    expect(await statusOf({ message: LIST, session })).toBe(200)
    expect(await statusOf({ method: 'DELETE', session })).toBe(200)
    expect(await statusOf({ message: LIST, session })).toBe(404)
  })

  test('needs credentials with every request', async () => {
    const session = await begin()
    expect(await statusOf({ message: LIST, session, role: 'no-such-key' })).toBe(401)
    expect(await statusOf({ method: 'GET', session, role: 'no-such-key' })).toBe(401)
  })

  test('ends when it is not used', async () => {
    const session = await begin()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_001 })
    expect(await statusOf({ message: LIST, session })).toBe(404)
  })

  test('gives way to a new one when there are too many', async () => {
    const sessions = [await begin(), await begin(), await begin()]
    const statuses = await Promise.all(sessions.map((session) => statusOf({ message: LIST, session })))
    expect(statuses).toEqual([404, 200, 200])
  })

  test('gives way to others of whoever has most', async () => {
    const other = await begin('reader')
    const mine = [await begin(), await begin()]
    const statuses = await Promise.all(mine.map((session) => statusOf({ message: LIST, session })))
    expect(statuses).toEqual([404, 200])
    expect(await statusOf({ message: LIST, session: other, role: 'reader' })).toBe(200)
  })

  test('is not needed: a request without one is answered', async () => {
    expect(await statusOf({ message: LIST })).toBe(200)
    expect(await statusOf({ method: 'GET' })).toBe(405)
  })

  test('is nothing to a request of 2026', async () => {
    const { message, headers } = modern(LIST)
    const answer = await scene.app.inject({
      method: 'POST',
      url: '/mcp/shop',
      headers: {
        ...headers,
        'content-type': 'application/json',
        host: 'localhost',
        'x-dreamfactory-api-key': 'admin',
        'mcp-session-id': 'x',
      },
      payload: message,
    })
    expect(answer.statusCode).toBe(200)
  })

  test('cancels a call in the database by notification', async () => {
    await scene.app.close()
    const { adapter, started, aborted } = waitingAdapter()
    scene = await openScene({ adapter, sessions: { most: 2, idleMs: 60_000 } })
    const session = await begin()
    const calling = send({ message: call('get_table_data', { table_name: 'orders' }, 'slow'), session })
    await started
    const params = { requestId: 'slow' }
    await send({ message: { jsonrpc: '2.0', method: 'notifications/cancelled', params }, session })
    await aborted
    await (await calling).answer.body?.cancel()
  })

  test('does not cancel the calls of other sessions', async () => {
    await scene.app.close()
    const { adapter, started, aborted } = waitingAdapter()
    scene = await openScene({ adapter, sessions: { most: 2, idleMs: 60_000 } })
    const [mine, other] = [await begin(), await begin()]
    const calling = send({ message: call('get_table_data', { table_name: 'orders' }, 7), session: mine })
    await started
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } }
    await send({ message: cancel, session: other })
    expect(await statusOf({ message: LIST, session: other })).toBe(200)
    expect(await Promise.race([aborted.then(() => 'aborted'), 'running'])).toBe('running')
    await send({ message: cancel, session: mine })
    await aborted
    await (await calling).answer.body?.cancel()
  })

  test('puts a question to the person behind the client', async () => {
    await scene.app.close()
    const { tool, deeds } = askingTool()
    scene = await openScene({ tools: [tool], sessions: { most: 2, idleMs: 60_000 } })
    const session = await begin('admin', { elicitation: {} })
    const { answer } = await send({ message: call('do_deed', { what: 'good' }), session })
    const messages = eventsOf(answer)
    const question = (await messages.next()).value
    expect(question).toMatchObject({ method: 'elicitation/create', params: { message: 'Do good?' } })
    const result = { action: 'accept', content: { confirm: true } }
    await send({ message: { jsonrpc: '2.0', id: question.id, result }, session })
    expect((await messages.next()).value).toMatchObject({ result: { structuredContent: { answer: 'yes' } } })
    expect(deeds).toEqual(['good'])
  })
})
