import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { drain } from '../../src/http/drain.ts'
import { ACCEPT, call, LIST, modern, openScene, type Scene } from './scene.ts'

/** The same server twice: one answers plain calls before fastify, one gives everything to it. */
let ahead: Scene
let behind: Scene
let handled = 0
const count = () => {
  handled++
}
const counted: string[] = []
const countAt = (name: string) => ({
  callLimits: {
    count: () => {
      counted.push(`${name} call`)
      return undefined
    },
  },
  limits: {
    count: () => {
      counted.push(`${name} request`)
      return undefined
    },
  },
})
const LIMIT = 4000
beforeAll(async () => {
  ahead = await openScene({ bodyLimitBytes: LIMIT, ...countAt('ahead') })
  behind = await openScene({ mayBeAhead: () => false, bodyLimitBytes: LIMIT, ...countAt('behind') })
  subscribe('tracing:fastify.request.handler:start', count)
  // The first request has everything loaded.
  await both([request({})])
})
afterAll(async () => {
  unsubscribe('tracing:fastify.request.handler:start', count)
  await Promise.all([ahead.app.close(), behind.app.close()])
})
beforeEach(() => {
  handled = 0
  counted.length = 0
})

interface Asked {
  readonly line?: string
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly body?: string | Buffer
}

const BODY = JSON.stringify(call('get_table_data', { table_name: 'orders', limit: 100 }))

function request({ line = 'POST /mcp/shop HTTP/1.1', headers = {}, body = BODY }: Asked): Buffer {
  const all: Readonly<Record<string, string | undefined>> = {
    host: 'localhost',
    'content-type': 'application/json',
    accept: ACCEPT,
    'mcp-protocol-version': '2025-11-25',
    'x-dreamfactory-api-key': 'reader',
    'x-request-id': 'one-of-the-tests',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  )
  return Buffer.concat([Buffer.from(`${[line, ...lines].join('\r\n')}\r\n\r\n`), Buffer.from(body)])
}

/** All that comes back for bytes that are sent in these parts, without the moment; each part is read before the next is sent. */
async function told(scene: Scene, parts: readonly Buffer[]): Promise<string> {
  const { port } = new URL(await scene.url())
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  const chunks: Buffer[] = []
  socket
    .on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      // The SDK's streams leave connections open.
      if (chunk.toString('latin1').endsWith('0\r\n\r\n')) socket.end()
    })
    .on('error', () => {})
  const over = once(socket, 'close')
  for (const part of parts) {
    socket.write(part)
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  }
  await over
  return Buffer.concat(chunks)
    .toString('latin1')
    .replaceAll(/\r\nDate: [^\r]+/gi, '')
}

async function both(parts: readonly Buffer[]): Promise<string> {
  const [first, second] = [await told(ahead, parts), await told(behind, parts)]
  expect(headersOf(first)).toEqual(headersOf(second))
  expect(first.slice(first.indexOf('\r\n\r\n'))).toBe(second.slice(second.indexOf('\r\n\r\n')))
  return first
}

/** In whatever order. */
function headersOf(answer: string): string[] {
  return answer.slice(0, answer.indexOf('\r\n\r\n')).toLowerCase().split('\r\n').sort()
}

const MODERN = modern(call('get_tables'))
const PLAIN: readonly (readonly [string, Asked])[] = [
  ['a page', {}],
  ['a list of tools', { body: JSON.stringify(LIST) }],
  ['a wrong argument', { body: JSON.stringify(call('get_table_data', { table_name: 'nowhere' })) }],
  ['an unknown tool', { body: JSON.stringify(call('no_such_tool')) }],
  [
    'characters that are not ASCII',
    { body: JSON.stringify(call('get_table_data', { table_name: 'größe' })) },
  ],
  [
    'all services',
    { line: 'POST /mcp HTTP/1.1', body: JSON.stringify(call('get_tables', { service: 'shop' })) },
  ],
  ['a body of the limit', { body: BODY.padEnd(LIMIT) }],
  ['2026-07-28', { headers: MODERN.headers, body: JSON.stringify(MODERN.message) }],
  ['a bearer', { headers: { 'x-dreamfactory-api-key': undefined, authorization: 'Bearer reader' } }],
]

test.each(PLAIN)('what is plain is answered without fastify as with it: %s', async (_name, asked) => {
  expect(await both([request(asked)])).toMatch(/^HTTP\/1\.1 200 /)
  expect(handled).toBe(1)
  const [mine, theirs] = ['ahead', 'behind'].map(
    (name) => counted.filter((one) => one.startsWith(name)).length,
  )
  expect(mine).toBe(theirs)
})

test('a call that runs while the server stops is told that its connection ends', async () => {
  let release: () => void = () => {}
  const counting = new Promise<void>((done) => {
    release = done
  })
  let isCounted = false
  const count = () => {
    isCounted = true
    return counting
  }
  const scene = await openScene({ callLimits: { count } })
  const kept = { headers: { connection: undefined } }
  const list = request({ ...kept, body: JSON.stringify(LIST) })
  const answer = told(scene, [list, request(kept)])
  await expect.poll(() => isCounted, { timeout: 10_000 }).toBe(true)
  handled = 0
  const drained = drain(scene.app, { limitMs: 10_000 })
  release()
  const [first, last] = (await answer).match(/^connection: [\w-]+/gim) ?? []
  expect([first, last, handled]).toEqual(['Connection: keep-alive', 'Connection: close', 0])
  expect(await drained).toEqual({ cut: false })
})

const CHUNKED = { 'content-length': undefined, 'transfer-encoding': 'chunked' }

const OTHERS: readonly (readonly [string, Asked])[] = [
  ['another host', { headers: { host: 'evil.example.com' } }],
  ['no host that is one', { headers: { host: 'a b' } }],
  ['another origin', { headers: { origin: 'https://evil.example.com' } }],
  ['an own origin', { headers: { origin: 'http://localhost:3000' } }],
  ['no credentials', { headers: { 'x-dreamfactory-api-key': undefined } }],
  ['another service', { line: 'POST /mcp/nowhere HTTP/1.1' }],
  ['a name in percents', { line: 'POST /mcp/sh%6Fp HTTP/1.1' }],
  ['a query', { line: 'POST /mcp/shop?a=b HTTP/1.1' }],
  ['a slash behind', { line: 'POST /mcp/shop/ HTTP/1.1' }],
  ['a name that is prototype', { line: 'POST /mcp/__proto__ HTTP/1.1' }],
  ['a body that is too long', { body: BODY.padEnd(LIMIT + 1) }],
  ['chunks', { headers: CHUNKED, body: `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n` }],
  ['chunks and a length', { headers: { 'transfer-encoding': 'chunked' } }],
  ['text', { headers: { 'content-type': 'text/plain' } }],
  ['JSON with a charset', { headers: { 'content-type': 'application/json; charset=utf-8' } }],
  ['no type', { headers: { 'content-type': undefined } }],
  ['no JSON', { body: BODY.slice(0, -1) }],
  ['a batch', { body: `[${BODY}]` }],
  ['nothing', { body: '' }],
  ['a mark before it', { body: `\uFEFF${BODY}` }],
  [
    'bytes that are no UTF-8',
    { body: Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]) },
  ],
  ['keys that poison', { body: BODY.replace('{', '{"__proto__":{"isAdmin":true},') }],
  ['a compressed body', { headers: { 'content-encoding': 'gzip' } }],
  ['HTTP/1.0', { line: 'POST /mcp/shop HTTP/1.0' }],
  ['a promise to wait', { headers: { expect: '100-continue' } }],
  ['GET', { line: 'GET /mcp/shop HTTP/1.1' }],
  ['HEAD', { line: 'HEAD /mcp/shop HTTP/1.1' }],
  ['OPTIONS', { line: 'OPTIONS /mcp/shop HTTP/1.1' }],
  ['PUT', { line: 'PUT /mcp/shop HTTP/1.1' }],
  ['a session', { headers: { 'mcp-session-id': 'mine' } }],
  ['an unknown revision', { headers: { 'mcp-protocol-version': '1999-01-01' } }],
  ['half of what is accepted', { headers: { accept: 'application/json' } }],
  ['progress', { body: BODY.replace('"params":{', '"params":{"_meta":{"progressToken":1},') }],
  ['a notification', { body: '{"jsonrpc":"2.0","method":"notifications/initialized"}' }],
  ['a ping', { body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' }],
  ['more than was announced', { headers: { 'content-length': String(BODY.length - 5) } }],
  ['a length that is none', { headers: { 'content-length': '12x' } }],
]

describe('what is not plain is answered by fastify', () => {
  test.each(OTHERS)('%s', async (_name, asked) => {
    await both([request(asked)])
    expect(handled).not.toBe(1)
  })

  test('a body that comes in two parts', async () => {
    const bytes = request({})
    expect(await both([bytes.subarray(0, -20), bytes.subarray(-20)])).toMatch(/^HTTP\/1\.1 200 /)
    expect(handled).toBe(2)
  })
})

function plainBody(id: number): string {
  return JSON.stringify(call('get_tables', {}, id))
}

test('requests that come together are answered in their order', async () => {
  const open = { connection: undefined }
  const plain = request({ headers: open, body: plainBody(11) })
  const other = request({ headers: { ...open, origin: 'http://localhost' }, body: plainBody(12) })
  const last = request({ body: plainBody(13) })
  const answer = await both([Buffer.concat([plain, other, last])])
  expect([...answer.matchAll(/"id":(\d+)/g)].map(([, id]) => id)).toEqual(['11', '12', '13'])
})

test('who is refused for their calls is refused by fastify, and counted once', async () => {
  const options = (name: string) => ({
    callLimits: {
      async count() {
        counted.push(name)
        throw new AppError('too_many_requests', 'Too many.')
      },
    },
  })
  const scenes = [
    await openScene(options('ahead')),
    await openScene({ mayBeAhead: () => false, ...options('behind') }),
  ] as const
  const answers = []
  for (const scene of scenes) {
    // What is refused has everything loaded, too.
    await told(scene, [request({})])
    answers.push(await told(scene, [request({})]))
  }
  await Promise.all(scenes.map(({ app }) => app.close()))
  expect(answers[0]).toMatch(/^HTTP\/1\.1 429 /)
  expect(answers[0]).toBe(answers[1])
  expect(counted.toSorted()).toEqual(['ahead', 'ahead', 'behind', 'behind'])
})

test('clients that go away leave the server as it was', async () => {
  const { port } = new URL(await ahead.url())
  for (const length of [80, -30, -1, undefined]) {
    const socket = connect(Number(port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(request({}).subarray(0, length))
    await new Promise(setImmediate)
    socket.destroy()
  }
  expect(await both([request({})])).toMatch(/^HTTP\/1\.1 200 /)
})
