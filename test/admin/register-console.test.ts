import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { consoleFiles } from '../../src/admin/console-files.ts'
import { registerConsole } from '../../src/admin/register-console.ts'
import { createHttpServer } from '../../src/http/server.ts'

const HTML = '<!doctype html><title>page</title>'
const SCRIPT = 'export const answer = 42'
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

describe('the console', () => {
  let folder: string
  let app: FastifyInstance
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-admin-'))
    await mkdir(join(folder, 'web', 'assets'), { recursive: true })
    await writeFile(join(folder, 'web', 'index.html'), HTML)
    await writeFile(join(folder, 'web', 'assets', 'x-1a2b.js'), SCRIPT)
    await writeFile(join(folder, 'web', 'assets', 'x-1a2b.js.br'), brotliCompressSync(SCRIPT))
    await writeFile(join(folder, 'web', 'assets', 'x-1a2b.js.gz'), gzipSync(SCRIPT))
    await writeFile(join(folder, 'secret.txt'), 'nobody sees this')
    app = await serverOf(join(folder, 'web'))
  })
  afterAll(async () => {
    await app.close()
    await rm(folder, { recursive: true })
  })

  test.each(['/', '/services', '/services/shop', '/no/such/place', '/mcpx'])(
    'a browser that opens %s gets the page, under a policy without inline script or frames',
    async (url) => {
      const { statusCode, headers, body } = await app.inject({ url, headers: BROWSER })
      expect({ statusCode, body }).toEqual({ statusCode: 200, body: HTML })
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
      })
      const policy = String(headers['content-security-policy']).split(';')
      expect(policy).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "frame-ancestors 'none'",
        ]),
      )
      expect(policy.join()).not.toContain('unsafe')
    },
  )

  test('files with a hash in their name are kept for ever, in the form that the client reads', async () => {
    const get = (coding: string) =>
      app.inject({ url: '/assets/x-1a2b.js', headers: { 'accept-encoding': coding } })
    const [br, gzip, plain] = [await get('gzip, deflate, br'), await get('gzip'), await get('identity')]
    expect(brotliDecompressSync(br.rawPayload).toString()).toBe(SCRIPT)
    expect(gunzipSync(gzip.rawPayload).toString()).toBe(SCRIPT)
    expect(plain.body).toBe(SCRIPT)
    expect([br, gzip, plain].map(({ headers }) => headers['content-encoding'])).toEqual([
      'br',
      'gzip',
      undefined,
    ])
    for (const { headers } of [br, gzip, plain])
      expect(headers).toMatchObject({
        'cache-control': 'public, max-age=31536000, immutable',
        'content-type': 'text/javascript; charset=utf-8',
        vary: 'accept-encoding',
      })
  })

  test.each([
    '/api/v2/shop/_table/none',
    '/apis/../api/none',
    '/API/v2',
    '/mcp/none/more',
    '/docs/none',
    '/oauth/none',
    '/.well-known/none',
    '/health/none',
    '/ready/none',
    '/door/none',
    '/assets/none.js',
  ])('%s is never answered with the page', async (url) => {
    const { statusCode, body } = await app.inject({ url, headers: BROWSER })
    expect({ statusCode, isPage: body.includes('<title>') }).toEqual({ statusCode: 404, isPage: false })
  })

  test('programs, and verbs other than reading, are told that there is nothing', async () => {
    const program = await app.inject({ url: '/services', headers: { accept: 'application/json' } })
    expect([program.statusCode, program.json().error.message]).toEqual([
      404,
      "There is nothing at '/services'.",
    ])
    const { statusCode } = await app.inject({ method: 'POST', url: '/services', headers: BROWSER })
    expect(statusCode).toBe(404)
    expect((await app.inject({ method: 'HEAD', url: '/', headers: BROWSER })).statusCode).toBe(200)
  })

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/%5c..%5c..%5csecret.txt',
  ])('%s does not leave the folder', async (url) => {
    const { body } = await app.inject({ url, headers: BROWSER })
    expect(body).not.toContain('nobody')
  })

  test('without a build there is no page, and everything else is as before', async () => {
    const bare = await serverOf(join(folder, 'nothing'))
    const { statusCode } = await bare.inject({ url: '/', headers: BROWSER })
    expect(statusCode).toBe(404)
    expect((await bare.inject('/door/open')).body).toBe('open')
    await bare.close()
  })
})

/** With one door of its own. */
async function serverOf(folder: string): Promise<FastifyInstance> {
  const app = await createHttpServer()
  registerConsole(app, consoleFiles(folder))
  app.get('/door/open', () => 'open')
  return app
}
