import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openMemory } from '../../adapters/database/memory/open.ts'
import type { RequestLimits } from '../../src/access/limits/request-limits.ts'
import { AppError } from '../../src/core/errors.ts'
import { NO_LIMITS } from '../helpers/no-limits.ts'
import { modern, openScene, post, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.app.close())

const message = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 1, method, params })

async function ask(method: string, params: object = {}, role = 'admin') {
  return (await post(scene, message(method, params), { role })).message
}

const read = (uri: string, role?: string) => ask('resources/read', { uri }, role)
const urisOf = async (role: string) =>
  (await ask('resources/list', {}, role)).result.resources.map(({ uri }: { uri: string }) => uri)

describe('resources', () => {
  test.each([[{ uri: 5 }], [{ uri: null }], [{ uri: ['sluice://shop/tables'] }], [{}]])(
    'an address that is no text is a mistake of the client: %j',
    async (params) => {
      const asked = message('resources/read', params)
      const of2026 = modern(asked)
      const answers = [
        await post(scene, asked),
        await post(scene, of2026.message, { headers: of2026.headers }),
      ]
      for (const answer of answers) expect(answer.message).toMatchObject({ error: { code: -32602 } })
    },
  )

  test('are the tables that the role may use, and what can be said of them', async () => {
    expect(await urisOf('clerk')).toEqual([
      'sluice://shop/schema/order_items',
      'sluice://shop/schema/orders',
      'sluice://shop/table/order_items',
      'sluice://shop/table/orders',
      'sluice://shop/tables',
    ])
    expect(await urisOf('admin')).toHaveLength(9)
  })

  test('come as templates', async () => {
    const { resourceTemplates } = (await ask('resources/templates/list')).result
    expect(resourceTemplates).toMatchObject([
      { uriTemplate: 'sluice://shop/schema/{table}', mimeType: 'application/json' },
      { uriTemplate: 'sluice://shop/table/{table}', mimeType: 'text/plain' },
    ])
  })

  test('are read as the tools would answer', async () => {
    const [schema, rows, tables] = [
      await read('sluice://shop/schema/orders'),
      await read('sluice://shop/table/orders'),
      await read('sluice://shop/tables'),
    ].map(({ result }) => result.contents[0])
    expect(JSON.parse(schema.text)).toMatchObject({ name: 'orders', primary_key: ['id'] })
    expect(rows).toMatchObject({
      uri: 'sluice://shop/table/orders',
      mimeType: 'text/plain',
      text: expect.stringMatching(/^shop\.orders: returned 6.*\nid,customer_id,status/),
    })
    expect(JSON.parse(tables.text).tables).toHaveLength(4)
  })

  test('are listed in the same bytes every time', async () => {
    expect(await ask('resources/list')).toEqual(await ask('resources/list'))
  })

  test('of the tables of others are like those that do not exist', async () => {
    const uris = [
      'sluice://shop/schema/secret_salaries',
      'sluice://shop/schema/secret_salariez',
      'sluice://shop/table/secret_salaries',
      'sluice://shop/schema/SECRET_SALARIES',
      'sluice://shop/table/customers',
    ]
    for (const uri of uris) {
      const { error } = await read(uri, 'clerk')
      expect(error).toMatchObject({ code: -32_602, data: { uri } })
      expect(error.message).toBe('There is no such resource. resources/list shows those there are.')
    }
  })

  test.each([
    'sluice://shop',
    'sluice://shop/',
    'sluice://shop/schema',
    'sluice://shop/schema/',
    'sluice://shop/schema/orders/more',
    'sluice://shop/schema/orders?limit=1',
    'sluice://shop/tables/orders',
    'sluice://shop/nothing/orders',
    'sluice://shop/schema/%zz',
    'sluice://other/schema/orders',
    'sluice://shop/schema/..%2Ftable%2Forders',
    'file:///etc/passwd',
    'https://example.com/',
    '',
  ])('%j is none', async (uri) => {
    expect((await read(uri)).error).toMatchObject({ code: -32_602 })
  })

  test('with a cursor that was not given out are not listed', async () => {
    for (const method of ['resources/list', 'resources/templates/list', 'prompts/list', 'tools/list'])
      expect((await ask(method, { cursor: 'made-up' })).error, method).toMatchObject({ code: -32_602 })
  })

  test('tell a client of 2026 how long they hold, and that they are its own', async () => {
    for (const [method, params] of [
      ['resources/list', {}],
      ['resources/templates/list', {}],
      ['prompts/list', {}],
      ['resources/read', { uri: 'sluice://shop/tables' }],
      ['server/discover', {}],
    ] as const) {
      const sent = modern(message(method, params))
      const name = 'uri' in params ? { 'mcp-name': params.uri } : {}
      const { message: answer } = await post(scene, sent.message, { headers: { ...sent.headers, ...name } })
      expect(answer.result, method).toMatchObject({
        ttlMs: method === 'resources/read' ? 0 : 60_000,
        cacheScope: 'private',
        resultType: 'complete',
      })
    }
  })
})

test('reading a resource counts against the limits', async () => {
  const counted: string[] = []
  const count: RequestLimits['count'] = async ({ verb, resource }) => {
    counted.push(`${verb} ${resource()}`)
    throw new AppError('too_many_requests', 'API limit(s) exceeded.', { hint: 'Try again in 9 seconds.' })
  }
  const limited = await openScene({ limits: { ...NO_LIMITS, count } })
  const uri = 'sluice://shop/table/orders'
  const { message: answer } = await post(limited, message('resources/read', { uri }))
  expect(answer.error.message).toContain('Try again in 9 seconds.')
  expect(counted).toEqual(['GET _table/orders'])
  await limited.app.close()
})

describe('many tables', () => {
  let many: Scene
  beforeAll(async () => {
    const adapter = openMemory(
      Array.from({ length: 250 }, (_, index) => ({
        name: `wide table/${index}`,
        isView: false,
        fields: [],
        primaryKey: [],
        foreignKeys: [],
        uniqueKeys: [],
      })),
    )
    many = await openScene({ adapter })
  })
  afterAll(() => many.app.close())

  const page = async (params: object, role = 'admin') =>
    (await post(many, message('resources/list', params), { role })).message

  test('are listed in pages, each resource once', async () => {
    const uris: string[] = []
    let cursor: string | undefined
    let pages = 0
    do {
      const { result } = await page(cursor === undefined ? {} : { cursor })
      uris.push(...result.resources.map(({ uri }: { uri: string }) => uri))
      cursor = result.nextCursor
      pages++
    } while (cursor !== undefined)
    expect([pages, uris.length, new Set(uris).size]).toEqual([3, 509, 509])
    expect(uris).toEqual(uris.toSorted())
    expect(uris).toContain('sluice://shop/schema/wide%20table%2F7')
  })

  test('a cursor is of one caller', async () => {
    const { result } = await page({})
    expect((await page({ cursor: result.nextCursor }, 'reader')).error).toMatchObject({ code: -32_602 })
  })
})
