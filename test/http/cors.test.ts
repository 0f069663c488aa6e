import { describe, expect, test } from 'vitest'
import { registerCors } from '../../src/http/cors.ts'
import { createHostGuard } from '../../src/http/host-guard.ts'
import { createHttpServer } from '../../src/http/server.ts'

const page = 'https://app.example.com'

async function serverFor(allowedOrigins: readonly string[]) {
  const app = await createHttpServer({ hostGuard: createHostGuard({ allowedOrigins }) })
  await registerCors(app, allowedOrigins)
  app.get('/thing', () => ({ ok: true }))
  return app
}

const preflight = {
  method: 'OPTIONS',
  url: '/thing',
  headers: { host: 'localhost', origin: page, 'access-control-request-method': 'GET' },
} as const

describe('pages of other origins', () => {
  test('may call when their origin is allowed', async () => {
    const app = await serverFor([page])
    expect((await app.inject(preflight)).headers['access-control-allow-origin']).toBe(page)
    const answer = await app.inject({ url: '/thing', headers: { host: 'localhost', origin: page } })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['access-control-allow-origin']).toBe(page)
    // What clients in a page cannot go on without.
    const shown = String(answer.headers['access-control-expose-headers']).toLowerCase().split(', ')
    expect(shown).toEqual(
      expect.arrayContaining(['mcp-session-id', 'www-authenticate', 'retry-after', 'etag']),
    )
  })

  test('may ask what an address takes without a preflight', async () => {
    const app = await serverFor([page])
    app.options('/thing', (_request, reply) => reply.code(204).header('allow', 'GET').send())
    const answer = await app.inject({ method: 'OPTIONS', url: '/thing', headers: { host: 'localhost' } })
    expect([answer.statusCode, answer.headers.allow]).toEqual([204, 'GET'])
  })

  test('may come from anywhere when every origin is allowed', async () => {
    const app = await serverFor(['*'])
    const answer = await app.inject({
      url: '/thing',
      headers: { host: 'localhost', origin: 'https://else.example.com' },
    })
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([200, '*'])
  })

  test.each([[[]], [['https://other.example.com']]])('are kept away when %j is allowed', async (allowed) => {
    const app = await serverFor(allowed)
    for (const request of [preflight, { url: '/thing', headers: { host: 'localhost', origin: page } }]) {
      const answer = await app.inject(request)
      expect(answer.statusCode).toBeGreaterThanOrEqual(400)
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    }
  })
})
