import { runInNewContext } from 'node:vm'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHttpServer } from '../../src/http/server.ts'
import { registerDocsPage } from '../../src/rest/docs-page.ts'
import { DOCS_HTML, DOCS_SCRIPT } from '../../src/rest/docs-page-files.ts'

let app: FastifyInstance
let address: string
beforeAll(async () => {
  app = await createHttpServer()
  registerDocsPage(app)
  address = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => app.close())

/** Addresses the page names. */
const NAMED = [...DOCS_HTML.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path)

describe('the page', () => {
  test('is made of files of this server alone', () => {
    expect(NAMED).toEqual([
      '/docs/swagger-ui.css',
      '/docs/page.css',
      '/docs/swagger-ui-bundle.js',
      '/docs/page.js',
    ])
    expect(DOCS_HTML + DOCS_SCRIPT).not.toMatch(/https?:/)
  })

  test('has no inline script, handler or style', () => {
    expect(DOCS_HTML).not.toMatch(/<script(?! src=)|<style| on\w+=| style=/)
  })

  test.each(['/docs', ...NAMED])('%s comes with a strict policy', async (path) => {
    const answer = await fetch(`${address}${path}`)
    expect(answer.status).toBe(200)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('x-frame-options')).toBe('DENY')
    expect((await answer.text()).length).toBeGreaterThan(100)
  })

  test.each([
    ['/docs', 'text/html'],
    ['/docs/page.js', 'text/javascript'],
    ['/docs/swagger-ui-bundle.js', 'text/javascript'],
    ['/docs/swagger-ui.css', 'text/css'],
  ])('%s is %s', async (path, type) => {
    expect((await app.inject(path)).headers['content-type']).toContain(type)
  })

  test.each([
    '/docs/index.html',
    '/docs/../package.json',
    '/docs/%2e%2e/package.json',
    '/docs/swagger-ui.js',
  ])('there is nothing else at %s', async (path) => {
    expect((await app.inject(path)).statusCode).toBe(404)
  })
})

interface Shown {
  readonly url: string
  requestInterceptor(request: { url: string; headers: object }): { readonly headers: object }
}

/** The script in a page of which only what it touches is there. */
async function openPage(key: string, answer: { readonly ok: boolean; readonly body: unknown }) {
  const listeners: Record<string, (event: { preventDefault(): void }) => void> = {}
  const elements = Object.fromEntries(
    ['key', 'session', 'service', 'credentials', 'problem', 'document'].map((id) => [
      id,
      {
        value: id === 'key' ? key : '',
        textContent: '',
        options: [] as unknown[],
        replaceChildren(...options: unknown[]) {
          this.options = options
        },
        addEventListener(name: string, listener: (typeof listeners)[string]) {
          listeners[name] = listener
        },
      },
    ]),
  )
  const shown: Shown[] = []
  const asked: unknown[] = []
  runInNewContext(DOCS_SCRIPT, {
    URL,
    encodeURIComponent,
    document: { getElementById: (id: string) => elements[id] },
    window: {
      location: { href: 'http://localhost:8080/docs', origin: 'http://localhost:8080' },
      SwaggerUIBundle: (options: Shown) => shown.push(options),
    },
    Option: class {
      readonly text: string
      constructor(text: string) {
        this.text = text
      }
    },
    fetch: async (url: string, options: object) => {
      asked.push([url, { ...options }])
      return { ok: answer.ok, json: async () => answer.body }
    },
  })
  listeners.submit?.({ preventDefault: () => {} })
  await new Promise((resolve) => setImmediate(resolve))
  return { elements, listeners, shown, asked }
}

describe('its script', () => {
  test('shows the documents with the key that was entered, and sends it to this server only', async () => {
    const { elements, listeners, shown, asked } = await openPage(' k1 ', {
      ok: true,
      body: { resource: ['shop'] },
    })
    expect(asked).toEqual([
      ['/api/v2/api_docs?as_list=true', { headers: { 'X-DreamFactory-API-Key': 'k1' } }],
    ])
    expect(elements.service?.options).toMatchObject([{ text: 'all' }, { text: 'shop' }])
    expect(shown.map(({ url }) => url)).toEqual(['/api/v2/api_docs'])
    const headersFor = (url: string) => shown[0]?.requestInterceptor({ url, headers: {} }).headers
    expect(headersFor('/api/v2/api_docs')).toEqual({ 'X-DreamFactory-API-Key': 'k1' })
    expect(headersFor('http://localhost:8080/api/v2/shop')).toEqual({ 'X-DreamFactory-API-Key': 'k1' })
    expect(headersFor('https://elsewhere.example/x')).toEqual({})
    if (elements.service) elements.service.value = 'shop'
    listeners.change?.({ preventDefault: () => {} })
    expect(shown.at(-1)?.url).toBe('/api/v2/api_docs/shop')
  })

  test('tells why nothing is shown', async () => {
    const { elements, shown } = await openPage('k2', {
      ok: false,
      body: { error: { message: 'The API Key is not known.' } },
    })
    expect(elements.problem?.textContent).toBe('The API Key is not known.')
    expect(shown).toEqual([])
  })
})
