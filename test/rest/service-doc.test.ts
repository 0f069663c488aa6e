import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ADMIN, askOf, signIn } from '../accounts/people.ts'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

let house: House
let token: string
let shop: number
const ask: ReturnType<typeof askOf> = (...args) => askOf(house)(...args)

beforeAll(async () => {
  house = await openHouse({
    reader: [
      { component: '_table/orders/*', verbs: ['GET'] },
      { component: '_spec', verbs: ['GET'] },
    ],
  })
  token = await signIn(house, 'admin', ADMIN)
  shop = Object((await ask('GET', 'system/service/shop?fields=id', { token })).body).id
})
afterAll(() => house.close())

const ok = { responses: { 200: { description: 'Done.' } } }
const using = (schema: string) => ({
  responses: {
    200: {
      description: 'Done.',
      content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
    },
  },
})
const DOCUMENT = {
  openapi: '3.0.0',
  info: { title: '{service.label} by hand', version: '1' },
  tags: [{ name: 'salaries' }],
  paths: {
    '/_table/orders': { parameters: [], get: using('Order'), post: using('NewOrder') },
    '/_table/orders/{id}': { get: using('Order'), delete: ok },
    '/_table/secret_salaries': { get: using('Salary') },
    '/_table/{table_name}': { get: ok },
    '/_schema/%': { get: ok },
  },
  components: {
    schemas: {
      Order: { type: 'object', properties: { lines: { $ref: '#/components/schemas/Line' } } },
      Line: { type: 'object', properties: { order: { $ref: '#/components/schemas/Order' } } },
      NewOrder: { type: 'object' },
      Salary: { type: 'object', properties: { hidden_amount: { type: 'number' } } },
    },
    examples: { salary: { value: 'hidden_amount' } },
  },
}

const keep = (content: string | null, format: number) =>
  ask('PATCH', `system/service/${shop}`, {
    token,
    body: { service_doc_by_service_id: [{ format, content }] },
  })
const asAdmin = async (path = 'api_docs/shop') => Object((await ask('GET', path, { token })).body)

beforeEach(async () => {
  expect((await keep(JSON.stringify(DOCUMENT), 0)).status).toBe(200)
})

test('a description that somebody wrote is the document of the service', async () => {
  const document = await asAdmin()
  expect(document.paths).toEqual(DOCUMENT.paths)
  expect(document.info.title).toBe('shop by hand')
  expect(document.servers).toEqual([{ url: '/api/v2/shop' }])
  expect(await asAdmin('shop/_spec')).toEqual(document)
  expect(parse((await ask('GET', 'shop/_spec?format=yaml', { token })).text)).toEqual(document)
  const compact = await asAdmin('shop/_spec?compact=true&resource_name=secret_salaries')
  expect(compact.endpoints.map(({ path }: { path: string }) => path)).toEqual(['/_table/secret_salaries'])
})

test('a role has the calls it may make, and nothing that only others use', async () => {
  for (const path of ['api_docs/shop', 'shop/_spec', 'shop/_spec?format=yaml', 'shop/_spec?compact=true']) {
    const { status, text } = await ask('GET', path, { key: keyOf('reader') })
    expect(status).toBe(200)
    for (const hidden of ['secret_salaries', 'hidden_amount', 'Salary', 'salaries', 'NewOrder', 'delete'])
      expect(text.toLowerCase(), path).not.toContain(hidden.toLowerCase())
  }
  const { body } = await ask('GET', 'shop/_spec', { key: keyOf('reader') })
  const { paths, components } = Object(body)
  expect(paths).toEqual({
    '/_table/orders': { parameters: [], get: using('Order') },
    '/_table/orders/{id}': { get: using('Order') },
  })
  expect(Object.keys(components.schemas)).toEqual(['Order', 'Line'])
})

test('YAML is read too, and an empty one leaves the generated document', async () => {
  await keep('openapi: 3.1.0\ninfo: {title: y, version: "1"}\npaths: {/x: {get: {}}}\n', 1)
  expect((await asAdmin()).paths).toEqual({ '/x': { get: {} } })
  await keep(null, 0)
  expect(Object.keys((await asAdmin()).paths)).toContain('/_table/orders/{id}')
})

test.each([
  ['no JSON', '{"openapi"', 0],
  ['no document', '[]', 0],
  ['another version', '{"openapi":"2.0.0","paths":{}}', 0],
  ['no paths', '{"openapi":"3.1.0"}', 0],
  ['paths that are none', '{"openapi":"3.1.0","paths":{"/x":1}}', 0],
  ['no YAML', 'a: [', 1],
  ['YAML that grows', `a: &a [x]\nb: [${Array.from({ length: 200 }, () => '*a').join(',')}]`, 1],
])('%s is refused', async (_what, content, format) => {
  const { status, body } = await keep(content, format)
  expect(status).toBe(400)
  expect(Object(body).error.context).toEqual({ content: [expect.stringContaining('OpenAPI document')] })
})
