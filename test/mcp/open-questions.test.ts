import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { askingTool } from './asking-tool.ts'
import { eventsOf } from './events.ts'
import { ACCEPT, call, openScene, type Scene } from './scene.ts'

const HELLO = {
  jsonrpc: '2.0',
  id: 'hello',
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: {} },
    clientInfo: { name: 'test', version: '1' },
  },
}
const DO = call('do_deed', { what: 'good' })

let scene: Scene
let deeds: readonly string[]
let session: string | undefined
beforeEach(async () => {
  const asking = askingTool()
  deeds = asking.deeds
  session = undefined
  scene = await openScene({ tools: [asking.tool], sessions: { most: 5, idleMs: 60_000 } })
  const answer = await send(HELLO)
  session = answer.headers.get('mcp-session-id') ?? undefined
  await answer.text()
  await send({ jsonrpc: '2.0', method: 'notifications/initialized' })
})
afterEach(async () => {
  vi.useRealTimers()
  await scene.app.close()
})

async function send(message: object, signal?: AbortSignal): Promise<Response> {
  return fetch(await scene.url(), {
    method: 'POST',
    headers: {
      accept: ACCEPT,
      'content-type': 'application/json',
      'x-dreamfactory-api-key': 'admin',
      ...(session === undefined ? {} : { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' }),
    },
    body: JSON.stringify(message),
    ...(signal && { signal }),
  })
}

/** A call whose person was asked; `question` is the id of what they were asked. */
async function askedCall(signal?: AbortSignal) {
  const closed = new Promise<void>((resolve) => {
    scene.app.server.once('request', (_request, response: ServerResponse) => {
      void once(response, 'close').then(() => resolve())
    })
  })
  const events = eventsOf(await send(DO, signal))
  const { value: asked } = await events.next()
  expect(asked).toMatchObject({ method: 'elicitation/create', params: { message: 'Do good?' } })
  return { question: asked.id, events, closed }
}

/** What a client says that answers a question. */
const yesTo = (question: unknown) => ({
  jsonrpc: '2.0',
  id: question,
  result: { action: 'accept', content: { confirm: true } },
})

/** Anything that was under way is over when a later call is answered. */
async function settle(): Promise<void> {
  await (await send({ jsonrpc: '2.0', id: 'after', method: 'ping' })).text()
}

describe('a question to the person behind a client of 2025', () => {
  test('that nobody answers ends with the time that an answer may take, and its call with it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    const { question, events } = await askedCall()
    await vi.advanceTimersByTimeAsync(10 * 60_000 + 1)
    vi.useRealTimers()
    const told = []
    for await (const event of events) told.push(event)
    expect(told.at(-1)).toMatchObject({ id: 1, result: { isError: true } })
    await send(yesTo(question))
    await settle()
    expect(deeds).toEqual([])
  })

  test('ends when its call is cancelled', async () => {
    const { question } = await askedCall()
    await send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } })
    await send(yesTo(question))
    await settle()
    expect(deeds).toEqual([])
  })

  test('ends when the client goes away from its call', async () => {
    const controller = new AbortController()
    const { question, closed } = await askedCall(controller.signal)
    controller.abort()
    await closed
    await send(yesTo(question))
    await settle()
    expect(deeds).toEqual([])
  })

  test('is open as long as the client waits', async () => {
    const { question, events } = await askedCall()
    await send(yesTo(question))
    const { value } = await events.next()
    expect(value).toMatchObject({ id: 1, result: { structuredContent: { answer: 'yes' } } })
    expect(deeds).toEqual(['good'])
  })
})
