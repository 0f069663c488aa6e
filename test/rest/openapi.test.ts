import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { type Call, callsIn, type Described, problemsOf } from './document.ts'

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const ROLES = {
  everything: [{ component: '*', verbs: ALL }],
  reader: [
    { component: '_table/orders/*', verbs: ['GET'] },
    { component: '_table/customers/*', verbs: ['GET'] },
  ],
  adder: [{ component: '_table/orders/*', verbs: ['POST'] }],
  lister: [
    { component: '_table/orders', verbs: ['GET'] },
    { component: '_spec', verbs: ['GET'] },
  ],
  elsewhere: [{ component: '_table/nothing/*', verbs: ['GET'] }],
}

let house: House
beforeAll(async () => {
  house = await openHouse(ROLES)
})
afterAll(() => house.close())

async function documentOf(address: string, role: keyof typeof ROLES): Promise<Described> {
  const { status, body } = await house.rest('GET', `/api/v2/${address}`, { key: keyOf(role) })
  expect(status).toBe(200)
  return body as Described // looked at by the tests
}

async function adminToken(): Promise<string> {
  const body = { email: 'admin@example.com', password: 'a-long-enough-password' }
  const answer = await house.rest('POST', '/api/v2/system/admin/session', { body })
  return String(Reflect.get(Object(answer.body), 'session_token'))
}

async function adminGet(address: string) {
  const headers = { 'x-dreamfactory-session-token': await adminToken() }
  return house.rest('GET', `/api/v2/${address}`, { headers })
}

async function shopId(): Promise<number> {
  const { body } = await adminGet("system/service?filter=name='shop'")
  const [service] = Reflect.get(Object(body), 'resource')
  return service.id
}

describe('documents are valid OpenAPI 3.1', () => {
  test.each([
    ['api_docs', 'everything'],
    ['api_docs/shop', 'reader'],
    ['api_docs/shop', 'adder'],
    ['shop/_spec', 'lister'],
    ['shop/_spec?tables=orders', 'everything'],
  ] as const)('%s for the role %s', async (address, role) => {
    const result = await new Validator().validate({ ...(await documentOf(address, role)) })
    expect(result.errors).toBeUndefined()
    expect(result.valid).toBe(true)
  })

  test.each(['api_docs', 'api_docs/system', 'api_docs/user', 'system/_spec', 'user/_spec'])(
    '%s for an administrator',
    async (address) => {
      const { status, body } = await adminGet(address)
      expect(status).toBe(200)
      const result = await new Validator().validate(Object(body))
      expect(result.errors).toBeUndefined()
      expect(result.valid).toBe(true)
    },
  )

  test('a document that is none is found', async () => {
    const document = { ...(await documentOf('api_docs/shop', 'reader')), paths: [] }
    expect((await new Validator().validate(document)).valid).toBe(false)
  })
})

/** New records, so that no test depends on another's. */
const RECORDS: Readonly<Record<string, (n: number) => object>> = {
  customers: (n) => ({ name: `Name ${n}`, email: `e${n}@example.com`, region: 'north' }),
  orders: (n) => ({ customer_id: 1, status: 'paid', total: n + 0.5, placed_on: '2025-05-05' }),
  order_items: (n) => ({ order_id: 2, line_no: n, sku: 'S', quantity: 1 }),
  secret_salaries: () => ({ customer_id: 2, hidden_amount: 7 }),
}

describe('every documented call', () => {
  let count = 100

  async function newKey(table: string): Promise<string> {
    const resource = [RECORDS[table]?.(count++)]
    const made = await house.rest('POST', `/api/v2/shop/_table/${table}`, {
      key: keyOf('everything'),
      body: { resource },
    })
    const [record] = Reflect.get(Object(made.body), 'resource')
    return Object.values(record).join(',')
  }

  async function answerTo({ path, verb, described }: Call) {
    const [, group, table = ''] = path.split('/')
    if (group === '_batch') {
      const steps = [{ operation: 'list', table: 'orders', limit: 1 }]
      return house.rest(verb, '/api/v2/shop/_batch', { key: keyOf('everything'), body: { steps } })
    }
    if (group === '_import') {
      const key = keyOf('everything')
      const body = { resource: [RECORDS.customers?.(count++)] }
      const start = () => house.rest('POST', '/api/v2/shop/_import/customers', { key, body })
      if (verb === 'POST') return start()
      const id = path.endsWith('{target}') ? `/${Reflect.get(Object((await start()).body), 'id')}` : ''
      return house.rest(verb, `/api/v2/shop/_import${id}`, { key })
    }
    if (group === '_schema' && verb !== 'GET') {
      const address = `${path.replace('{field_name}', 'added')}?force=true`
      const body = verb === 'DELETE' ? undefined : schemaBody(path)
      return house.rest(verb, `/api/v2/shop${address}`, { key: keyOf('everything'), ...(body && { body }) })
    }
    const isSingle = path.endsWith('{id}')
    const isChange = ['PUT', 'PATCH', 'DELETE'].includes(verb)
    const key = group === '_table' && (isSingle || isChange) ? await newKey(table) : ''
    const parts = described.parameters?.filter((one) => one.in === 'path' && one.name !== 'id') ?? []
    const filled = parts.reduce(
      (text, { name, schema }) => text.replace(`{${name}}`, String(schema?.enum?.[0])),
      path.replace('{id}', key),
    )
    const keyed =
      table === 'order_items' ? { order_id: 2, line_no: Number(key.split(',')[1]) } : { id: Number(key) }
    const change =
      table === 'order_items' ? { sku: 'T' } : table === 'customers' ? { region: 'west' } : { customer_id: 3 }
    const record = verb === 'POST' ? RECORDS[table]?.(count++) : isSingle ? change : { ...keyed, ...change }
    const body = described.requestBody ? (isSingle ? record : { resource: [record] }) : undefined
    const deleted = verb === 'DELETE' && !isSingle ? { resource: [keyed] } : undefined
    return house.rest(verb, `/api/v2/shop${filled}`, { key: keyOf('everything'), body: body ?? deleted })
  }

  test('of the shop answers as its document says', async () => {
    const document = await documentOf('api_docs/shop', 'everything')
    // Other tests need the tables as they are: none is dropped here, and no relation is declared that would stay.
    const stays = ({ verb, path }: Call) =>
      (verb === 'DELETE' && /^\/_schema\/\w+$/.test(path)) || (verb === 'POST' && path.endsWith('_related'))
    const calls = callsIn(document).filter((call) => !stays(call))
    expect(calls.length).toBeGreaterThan(50)
    for (const call of calls) {
      const { status, body, text } = await answerTo(call)
      const told = `${call.verb} ${call.path} answered ${status} ${text.slice(0, 300)}`
      expect(status, told).toBe(200)
      expect(problemsOf(document, call, status, body), told).toEqual([])
    }
  })

  test('of a session, a profile and a password answers as its document says', async () => {
    const document = Object(await adminGet('api_docs/system')).body as Described // looked at below
    const credentials = { email: 'admin@example.com', password: 'a-long-enough-password' }
    const ask = async (verb: string, path: string, body?: object, token?: string) => {
      const headers: Record<string, string> = token ? { 'x-dreamfactory-session-token': token } : {}
      const answer = await house.rest(verb, `/api/v2/system${path}`, { body, headers })
      const call = callsIn(document).find((one) => one.path === path && one.verb === verb)
      expect(answer.status, answer.text).toBe(200)
      expect(call && problemsOf(document, call, answer.status, answer.body), `${verb} ${path}`).toEqual([])
      return String(Object(answer.body).session_token)
    }
    const first = await ask('POST', '/admin/session', credentials)
    await ask('GET', '/admin/session', undefined, first)
    const second = await ask('PUT', '/admin/session', undefined, first)
    await ask('GET', '/admin/profile', undefined, second)
    await ask('PATCH', '/admin/profile', { phone: '123' }, second)
    const passwords = { old_password: credentials.password, new_password: credentials.password }
    await ask('POST', '/admin/password', passwords, second)
    const third = await ask('POST', '/admin/session', credentials)
    await ask('DELETE', '/admin/session', undefined, third)
  })

  test('a record has exactly the fields of its schema', async () => {
    const document = await documentOf('api_docs/shop', 'everything')
    for (const table of Object.keys(RECORDS)) {
      const { body } = await house.rest('GET', `/api/v2/shop/_table/${table}?limit=1&related=*`, {
        key: keyOf('everything'),
      })
      const [record] = Reflect.get(Object(body), 'resource')
      const { properties } = document.components.schemas[`shop_${table}`] ?? {}
      expect(Object.keys(record).toSorted()).toEqual(Object.keys(properties ?? {}).toSorted())
    }
  })

  test('an answer of another shape is found', async () => {
    const document = await documentOf('api_docs/shop', 'everything')
    const [call] = callsIn(document).filter(({ path, verb }) => path === '/_table/orders' && verb === 'GET')
    if (!call) throw new Error('there is no such call')
    expect(problemsOf(document, call, 200, { resource: [{ id: 'x' }] })).not.toEqual([])
    expect(
      problemsOf(document, call, 200, { resource: [{ customers_by_customer_id: { name: 5 } }] }),
    ).not.toEqual([])
    expect(problemsOf(document, call, 200, [])).not.toEqual([])
  })
})

describe('a role is told of what it may do alone', () => {
  test('reading two tables', async () => {
    const document = await documentOf('api_docs/shop', 'reader')
    const verbs = new Set(callsIn(document).map(({ verb }) => verb))
    expect([...verbs]).toEqual(['GET'])
    expect(Object.keys(document.paths).filter((path) => path.startsWith('/_table/'))).toEqual([
      '/_table/customers',
      '/_table/customers/{id}',
      '/_table/orders',
      '/_table/orders/{id}',
    ])
    const { shop_orders: orders } = document.components.schemas
    expect(Object.keys(orders?.properties ?? {})).toEqual([
      'id',
      'customer_id',
      'status',
      'total',
      'placed_on',
      'customers_by_customer_id',
    ])
    expect(Object.keys(document.paths)).not.toContain('/_spec')
    for (const hidden of ['secret_salaries', 'hidden_amount', 'order_items', 'sku'])
      expect(JSON.stringify(document)).not.toContain(hidden)
  })

  test('adding without reading: no fields are told', async () => {
    const document = await documentOf('api_docs/shop', 'adder')
    expect(callsIn(document).filter(({ verb }) => verb !== 'GET')).toMatchObject([
      { path: '/_table/orders', verb: 'POST' },
      { path: '/_batch', verb: 'POST' },
      { path: '/_import/{target}', verb: 'POST' },
      { path: '/_import/{target}', verb: 'DELETE' },
    ])
    const told = JSON.stringify(document.paths) + JSON.stringify(document.components.schemas)
    for (const hidden of ['customer_id', 'placed_on', '"total"']) expect(told).not.toContain(hidden)
  })

  test('a table without what is below it', async () => {
    const { paths } = await documentOf('shop/_spec', 'lister')
    expect(paths).toHaveProperty(['/_table/orders', 'get'])
    expect(paths).not.toHaveProperty(['/_table/orders/{id}'])
    expect(paths).toHaveProperty(['/_spec', 'get'])
  })

  test('the document of the instance has the same below the service', async () => {
    const one = await documentOf('api_docs/shop', 'reader')
    const all = await documentOf('api_docs', 'reader')
    const ofShop = Object.keys(all.paths).filter((path) => path.startsWith('/shop/'))
    expect(ofShop).toEqual(Object.keys(one.paths).map((path) => `/shop${path}`))
    const others = Object.keys(all.paths).filter((path) => !path.startsWith('/shop/'))
    expect(others.filter((path) => !/^\/(user|system\/admin)\/\w+(\/\{id\})?$/.test(path))).toEqual([
      '/system/setup',
      '/system/environment',
    ])
  })
})

describe('who may have a document', () => {
  test('nobody without credentials', async () => {
    expect((await house.rest('GET', '/api/v2/api_docs')).status).toBe(401)
    expect((await house.rest('GET', '/api/v2/shop/_spec')).status).toBe(401)
  })

  test('_spec needs its component', async () => {
    expect((await house.rest('GET', '/api/v2/shop/_spec', { key: keyOf('reader') })).status).toBe(403)
    expect((await house.rest('GET', '/api/v2/shop/_spec', { key: keyOf('lister') })).status).toBe(200)
  })

  test('_spec is a component that can be granted', async () => {
    const { body } = await house.rest('GET', '/api/v2/shop?as_access_list=true', { key: keyOf('everything') })
    expect(Reflect.get(Object(body), 'resource')).toContain('_spec')
  })

  test.each(['api_docs/NAME', 'NAME/_spec', 'NAME/_spec?format=yaml'])(
    '%s answers alike for a service out of reach and one that is not there',
    async (address) => {
      const ask = (name: string) =>
        house.rest('GET', `/api/v2/${address.replace('NAME', name)}`, { key: keyOf('reader') })
      const [hidden, unknown] = [await ask('system'), await ask('sistem')]
      expect(hidden.status).toBe(403)
      expect(hidden.text.replaceAll('system', 'X')).toBe(unknown.text.replaceAll('sistem', 'X'))
    },
  )

  test('a hidden table leaves as little as one that is not there', async () => {
    const ask = (name: string) =>
      house.rest('GET', `/api/v2/shop/_spec?tables=${name}`, { key: keyOf('lister') })
    const [hidden, unknown] = [await ask('secret_salaries'), await ask('sekret_salariez')]
    expect(hidden.text).toBe(unknown.text)
  })

  test('other verbs are refused', async () => {
    const { status } = await house.rest('POST', '/api/v2/api_docs', { key: keyOf('everything'), body: {} })
    expect(status).toBe(400)
  })
})

describe('forms of a document', () => {
  test('as_list names the documents there are', async () => {
    const { body } = await house.rest('GET', '/api/v2/api_docs?as_list=true', { key: keyOf('reader') })
    expect(body).toEqual({ resource: ['shop', 'user'] })
    expect((await adminGet('api_docs?as_list=true')).body).toEqual({ resource: ['shop', 'system', 'user'] })
  })

  test.each([
    ['format=yaml', {}],
    ['format=yml', {}],
    ['', { accept: 'application/x-yaml' }],
    ['file=shop.yaml', {}],
  ])('YAML with %j %j', async (query, headers) => {
    const key = keyOf('everything')
    const { text } = await house.rest('GET', `/api/v2/shop/_spec?${query}`, { key, headers })
    const json = await house.rest('GET', '/api/v2/shop/_spec', { key })
    expect(text).toMatch(/^openapi: 3\.1\.0$/m)
    expect(parse(text)).toEqual(json.body)
  })

  test('resource_name keeps its paths and the schemas they use', async () => {
    const document = await documentOf('shop/_spec?resource_name=order_items', 'everything')
    expect(Object.keys(document.paths).every((path) => path.includes('/order_items'))).toBe(true)
    expect(Object.keys(document.components.schemas)).toContain('shop_order_items_create')
    expect(Object.keys(document.components.schemas)).not.toContain('shop_customers_create')
  })

  test('compact lists calls with their parameters', async () => {
    const { body } = await house.rest('GET', '/api/v2/shop/_spec?compact=true&tables=orders', {
      key: keyOf('everything'),
    })
    const { endpoints, endpoint_count, components } = Object(body)
    expect(components).toBeUndefined()
    expect(endpoint_count).toBe(endpoints.length)
    expect(endpoints).toContainEqual({
      path: '/_table/orders/{id}',
      method: 'GET',
      summary: 'Read one record of orders',
      operationId: 'getShopOrdersById',
      parameters: ['id (path, integer)', 'fields (query, string)', 'related (query, array)'],
      has_request_body: false,
    })
  })

  test('a service that does not answer hides no other', async () => {
    const headers = { 'x-dreamfactory-session-token': await adminToken() }
    const config = { database: './nothing.sqlite' }
    const gone = { name: 'gone', label: 'Gone', type: 'sqlite', is_active: true, config }
    const made = await house.rest('POST', '/api/v2/system/service', { headers, body: { resource: [gone] } })
    expect(made.status, made.text).toBe(201)
    expect((await adminGet('api_docs/gone')).status).toBe(503)
    const { status, body } = await adminGet('api_docs')
    expect(status).toBe(200)
    const paths = Object.keys(Object(body).paths)
    expect(paths).toContain('/shop/_table/orders')
    expect(paths.filter((path) => path.startsWith('/gone'))).toEqual([])
  })

  test('a changed role is a changed document at once', async () => {
    const before = await documentOf('api_docs/shop', 'elsewhere')
    expect(Object.keys(before.paths)).toEqual(['/', '/_table', '/_schema'])
    const headers = { 'x-dreamfactory-session-token': await adminToken() }
    const rule = { service_id: await shopId(), component: '_table/orders/*', verb_mask: 1, requestor_mask: 1 }
    const changed = await house.rest('PATCH', '/api/v2/system/role/elsewhere', {
      headers,
      body: { role_service_access_by_role_id: [rule] },
    })
    expect(changed.status, changed.text).toBe(200)
    const after = await documentOf('api_docs/shop', 'elsewhere')
    expect(Object.keys(after.paths)).toContain('/_table/orders')
  })
})

/** A change of a schema that leaves what is there. */
function schemaBody(path: string): object {
  if (path.endsWith('_field')) return { resource: [{ name: 'added', type: 'integer', allow_null: true }] }
  if (path === '/_schema') return { resource: [{ name: 'made', field: [{ name: 'id', type: 'id' }] }] }
  return { label: 'Said' }
}
