import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { type Phase, registerHealth } from '../../src/http/health.ts'
import type { RequestLine } from '../../src/http/request-line.ts'
import { createHttpServer } from '../../src/http/server.ts'

let app: FastifyInstance
let lines: RequestLine[]
let phase: Phase

beforeEach(async () => {
  lines = []
  phase = 'ready'
  app = await createHttpServer({
    bodyLimitBytes: 1000,
    logRequest: (line) => lines.push(line),
    phase: () => phase,
  })
  registerHealth(app, () => phase)
  app.get('/item/:id', async () => ({ ok: true }))
  app.post('/echo', async (request) => ({ body: request.body ?? null }))
  app.get('/echo', async (request) => ({ body: request.body ?? null }))
  app.get('/broken', async (request) => {
    request.callerLabel = 'app:test'
    throw new Error('password=hunter2 in a driver text')
  })
  app.get('/busy', async () => {
    throw new AppError('unavailable', 'The database is locked.', { hint: 'Try again.', retryable: true })
  })
})
afterEach(() => app.close())

const post = (payload: string | Buffer, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url: '/echo', payload, headers })

describe('request ids', () => {
  test('a safe id of the caller comes back', async () => {
    const answer = await app.inject({ url: '/health', headers: { 'x-request-id': 'abc-1.2:3' } })
    expect(answer.headers['x-request-id']).toBe('abc-1.2:3')
    expect(lines[0]?.requestId).toBe('abc-1.2:3')
  })

  test.each(['a b', 'x'.repeat(65), 'a\u00e9', '"}'])('%j is replaced', async (id) => {
    const answer = await app.inject({ url: '/health', headers: { 'x-request-id': id } })
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('health', () => {
  test.each(['starting', 'stopping'] as const)('while %s the process lives and is not ready', async (now) => {
    expect((await app.inject('/ready')).statusCode).toBe(200)
    phase = now
    expect((await app.inject('/health')).json()).toEqual({ status: 'ok' })
    const answer = await app.inject('/ready')
    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toEqual({ status: 'not ready', reason: now })
  })

  test('serves nothing while starting, and what still comes while stopping', async () => {
    phase = 'starting'
    const early = await app.inject('/item/1')
    expect([early.statusCode, early.headers['retry-after']]).toEqual([503, '1'])
    expect(early.json()).toMatchObject({ error: { code: 503, message: 'The server is starting.' } })
    phase = 'stopping'
    expect((await app.inject('/item/1')).statusCode).toBe(200)
  })
})

describe('bodies', () => {
  test.each([
    ['application/json', '{"a":1}', { a: 1 }],
    ['application/vnd.api+json; charset=utf-8', '{"a":1}', { a: 1 }],
    ['application/x-www-form-urlencoded', ' {"a":1}', { a: 1 }],
    ['text/plain', '{"a":1}', '{"a":1}'],
    ['application/json', '', null],
    ['application/json', '\uFEFF{"a":1}', { a: 1 }],
  ])('%s %j', async (type, text, body) => {
    const answer = await post(text, { 'content-type': type })
    expect(answer.json()).toEqual({ body })
  })

  test('malformed JSON is refused with the place', async () => {
    const answer = await post('{"a":', { 'content-type': 'application/json' })
    expect(answer.statusCode).toBe(400)
    expect(answer.json().error).toMatchObject({
      code: 400,
      status_code: 400,
      context: { line: 1, column: 6, position: 5 },
    })
  })

  test('other types are refused', async () => {
    const answer = await post('a', { 'content-type': 'image/png' })
    expect(answer.statusCode).toBe(400)
    expect(answer.json().error.message).toBe('Unrecognized payload type')
  })

  test('bytes that are no UTF-8 are refused, never replaced', async () => {
    const answer = await post(Buffer.from([0x22, 0xff, 0x22]), { 'content-type': 'application/json' })
    expect(answer.json().error.message).toBe('The request body is not UTF-8 text.')
  })

  test('compressed bodies are refused by name', async () => {
    const answer = await post('x', { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    expect(answer.json().error.message).toContain("'gzip'")
  })

  test('over the limit is 413 in the envelope', async () => {
    const answer = await post(`"${'x'.repeat(1000)}"`, { 'content-type': 'application/json' })
    expect(answer.statusCode).toBe(413)
    expect(answer.json()).toEqual({
      error: {
        code: 413,
        context: null,
        message: 'The request body is larger than 1000 bytes.',
        status_code: 413,
        hint: 'Send fewer records per request.',
      },
    })
  })

  test('GET may have one, and may name a type without having one', async () => {
    const headers = { 'content-type': 'application/json' }
    expect((await app.inject({ url: '/echo', headers, payload: '{"a":1}' })).json()).toEqual({
      body: { a: 1 },
    })
    expect((await app.inject({ url: '/echo', headers })).json()).toEqual({ body: null })
  })
})

describe('errors', () => {
  test('a stranger becomes a mute 500, its cause is only in the log', async () => {
    const answer = await app.inject('/broken')
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('hunter2')
    expect(lines[0]).toMatchObject({ status: 500, caller: 'app:test', error: { code: 'internal' } })
    expect(String(lines[0]?.error?.cause)).toContain('hunter2')
  })

  test('what may work later says when', async () => {
    const answer = await app.inject('/busy')
    expect(answer.statusCode).toBe(503)
    expect(answer.headers['retry-after']).toBe('1')
    expect(answer.json().error).toMatchObject({ message: 'The database is locked.', hint: 'Try again.' })
  })

  test('an unknown path is 404 in the envelope', async () => {
    const answer = await app.inject('/nowhere?api_key=secret')
    expect(answer.statusCode).toBe(404)
    expect(answer.json().error).toEqual({
      code: 404,
      context: null,
      message: "There is nothing at '/nowhere'.",
      status_code: 404,
    })
  })

  test('a wrong verb is 405 with the verbs there are', async () => {
    const answer = await app.inject({ method: 'DELETE', url: '/health' })
    expect(answer.statusCode).toBe(405)
    expect(answer.headers.allow).toBe('GET, HEAD')
  })

  test('a broken percent-encoding is 400 in the envelope, and logged', async () => {
    const answer = await app.inject('/item/%zz')
    expect(answer.statusCode).toBe(400)
    expect(answer.json().error.message).toBe('The address has a broken percent-encoding.')
    expect(lines).toHaveLength(1)
  })

  test('a foreign host or origin is 403 before anything else', async () => {
    const foreign = await app.inject({ url: '/health', headers: { host: 'evil.example' } })
    expect(foreign.statusCode).toBe(403)
    expect(foreign.json().error.message).toBe("This server does not answer to the host 'evil.example'.")
    const page = await app.inject({ url: '/nowhere', headers: { origin: 'https://evil.example' } })
    expect(page.statusCode).toBe(403)
  })
})

test('answers carry the headers of an API, and https only when told', async () => {
  const { headers } = await app.inject('/health')
  expect(headers).toMatchObject({
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
  })
  expect(headers).not.toHaveProperty('strict-transport-security')
  const secure = await createHttpServer({ isHttps: true })
  expect((await secure.inject('/x')).headers).toHaveProperty('strict-transport-security')
})

test('one line per request, without the query', async () => {
  await app.inject('/item/7?api_key=topsecret&filter=name')
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatchObject({ method: 'GET', path: '/item/7', status: 200, caller: 'anonymous' })
  expect(JSON.stringify(lines)).not.toContain('topsecret')
})
