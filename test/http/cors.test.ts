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
