import { beforeAll, describe, expect, test } from 'vitest'
import { openWithRoutines } from '../helpers/routines.ts'
import { ADMIN_KEY, as, type Door, NOBODY_KEY, openDoor, READER_KEY } from './door.ts'

let door: Door
beforeAll(async () => {
  door = await openDoor()
})
const errorOf = ({ body }: { body: unknown }) => (body as { error: Record<string, unknown> }).error
const anonymous = { headers: {} }

describe('the instance', () => {
  test('lists what the caller reaches, nothing for a stranger', async () => {
    expect((await door.ask('')).body).toEqual({
      services: [
        { id: 7, name: 'shop', label: 'Shop', description: '', type: 'test', spec_url: '/api/v2/shop/_spec' },
      ],
      service_types: [{ name: 'test', label: 'Test', group: 'Database', description: 'For tests' }],
    })
    expect((await door.ask('', anonymous)).body).toMatchObject({ services: [] })
    expect((await door.ask('', as(NOBODY_KEY))).body).toMatchObject({ services: [] })
  })

  test('cuts and selects', async () => {
    expect((await door.ask('?fields=name&group=Database')).body).toMatchObject({
      services: [{ name: 'shop' }],
    })
    expect((await door.ask('?group=File')).body).toMatchObject({ services: [] })
    expect((await door.ask('?type=TEST')).body).toMatchObject({ services: [{ id: 7 }] })
  })
})

describe('a service', () => {
  test('says what it offers', async () => {
    expect((await door.ask('shop')).body).toEqual({ resource: [{ name: '_schema' }, { name: '_table' }] })
    expect((await door.ask('shop/?as_list=true')).body).toEqual({ resource: ['_schema', '_table'] })
    expect((await door.ask('shop?as_access_list=true')).body).toEqual({
      resource: expect.arrayContaining([
        '',
        '*',
        '_spec',
        '_table/',
        '_table/*',
        '_table/orders/',
        '_schema/orders/*',
      ]),
    })
  })

  test('is found in any case, with and without a version', async () => {
    expect((await door.ask('SHOP/_table/orders/1')).status).toBe(200)
    const answer = await door.app.inject({ url: '/api/shop/_table/orders/1', ...as(ADMIN_KEY) })
    expect(answer.json()).toMatchObject({ id: 1 })
  })

  test.each([
    ['nosuch/_table/x', 404, 'Could not find a service for nosuch'],
    ['asleep', 403, 'Service asleep is deactivated.'],
    ['shop/nosuch', 404, "Resource 'nosuch' not found for service 'shop'."],
    ['shop/_proc', 404, "Resource '_proc' not found for service 'shop'."],
    ['shop/_func/f(1,2)', 404, "Resource '_func' not found for service 'shop'."],
  ])('%s: %i', async (address, status, message) => {
    const answer = await door.ask(address)
    expect(answer.status).toBe(status)
    expect(errorOf(answer)).toMatchObject({ code: status, context: null, message, status_code: status })
  })

  test('is refused alike, existing or not, to who may not see it', async () => {
    for (const path of ['', '/_table', '/_table/orders', '/_proc/x', '/nosuch']) {
      const answers = await Promise.all(
        ['shop', 'asleep', 'nosuch'].map((service) => door.ask(service + path, as(NOBODY_KEY))),
      )
      const told = answers.map((answer) => JSON.stringify(answer.body).replaceAll(/shop|asleep|nosuch'/g, ''))
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403])
      expect(told[0]).toBe(told[1])
    }
  })
})

describe('verbs', () => {
  test('a verb a resource does not have is refused in the recorded words', async () => {
    const answer = await door.ask('shop/_table', { method: 'POST', payload: {} })
    expect(answer.status).toBe(400)
    expect(errorOf(answer).message).toBe(
      "POST requests for resource '_table' are not currently supported by the 'shop' service.",
    )
    expect(errorOf(await door.ask('shop', { method: 'DELETE' })).message).toBe(
      "DELETE requests without a resource are not currently supported by the 'shop' service.",
    )
  })

  test('HEAD answers as GET without a body', async () => {
    const answer = await door.ask('shop/_table/orders/1', { method: 'HEAD' })
    expect(answer).toMatchObject({ status: 200, body: '' })
    expect((await door.ask('shop/_table/orders/99', { method: 'HEAD' })).status).toBe(404)
  })

  test('OPTIONS answers the verbs, without credentials', async () => {
    const answer = await door.ask('shop/_table/orders', { method: 'OPTIONS', ...anonymous })
    expect(answer.status).toBe(204)
    expect(answer.headers.allow).toBe('GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS')
  })

  test('OPTIONS answers the verbs that the role grants; what is unknown and what is forbidden alike', async () => {
    const verbs = async (address: string, key: string) =>
      (await door.ask(address, { method: 'OPTIONS', ...as(key) })).headers.allow
    expect(await verbs('shop/_table/orders', ADMIN_KEY)).toBe('GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS')
    expect(await verbs('shop/_table/orders/1', ADMIN_KEY)).toBe('GET, HEAD, PUT, PATCH, DELETE, OPTIONS')
    expect(await verbs('shop/_table/orders', READER_KEY)).toBe('GET, HEAD, OPTIONS')
    for (const [address, key] of [
      ['shop/_table/customers', READER_KEY],
      ['shop/_table/nosuch', READER_KEY],
      ['shop/_table/orders', NOBODY_KEY],
      ['nosuch/_table/orders', NOBODY_KEY],
    ] as const)
      expect(await verbs(address, key)).toBe('OPTIONS')
    const stranger = await door.ask('shop/_table/orders', { method: 'OPTIONS', ...as('wrong-key') })
    expect(stranger.status).toBe(401)
  })

  test('OPTIONS names no verb that the service cannot carry out', async () => {
    const { adapter } = openWithRoutines([], () => ({ sets: [], out: {} }))
    const capabilities = new Set([...adapter.capabilities].filter((one) => one !== 'records.write'))
    const readOnly = await openDoor({}, { ...adapter, capabilities })
    const answer = await readOnly.ask('shop/_table/orders', { method: 'OPTIONS' })
    expect(answer.headers.allow).toBe('GET, HEAD, OPTIONS')
  })

  test('POST carries another verb in a header or the query; others do not', async () => {
    const keyed = (headers: object) => ({ headers: { 'x-dreamfactory-api-key': ADMIN_KEY, ...headers } })
    const post = { method: 'POST', payload: { filter: 'id=2' } } as const
    const rows = { resource: [expect.objectContaining({ id: 2 })] }
    for (const name of ['method', '_method'])
      expect((await door.ask(`shop/_table/orders?${name}=get`, post)).body).toEqual(rows)
    for (const name of ['X-HTTP-Method', 'x-method-override', 'X-HTTP-Method-Override']) {
      expect((await door.ask('shop/_table/orders', { ...post, ...keyed({ [name]: 'GET' }) })).body).toEqual(
        rows,
      )
    }
    const merge = {
      method: 'POST',
      payload: { status: 'merged' },
      ...keyed({ 'x-http-method': 'MERGE' }),
    } as const
    expect((await door.ask('shop/_table/orders/6', merge)).body).toEqual({ id: 6 })
    expect((await door.ask('shop/_table/orders/1?method=DELETE')).body).toMatchObject({ id: 1 })
  })

  test('two verbs are refused, and nothing is done', async () => {
    const post = { method: 'POST', payload: { resource: [{ name: 'twice', region: 'r' }] } } as const
    const keyed = (headers: object) => ({ headers: { 'x-dreamfactory-api-key': ADMIN_KEY, ...headers } })
    for (const [query, headers] of [
      ['_method=PATCH&method=GET', {}],
      ['method=GET&method=DELETE', {}],
      ['method=GET', { 'x-http-method': 'DELETE' }],
      ['', { 'x-http-method': 'GET', 'x-method-override': 'POST' }],
      ['_method=POST', { 'x-http-method-override': 'DELETE' }],
    ] as const) {
      const answer = await door.ask(`shop/_table/customers?${query}`, { ...post, ...keyed(headers) })
      expect([answer.status, errorOf(answer).message]).toEqual([
        400,
        'The request names two verbs. Nothing was done.',
      ])
    }
    expect((await door.ask("shop/_table/customers?filter=name='twice'&count_only=true")).body).toBe(0)
    const alike = { ...post, payload: { filter: 'id=2' }, ...keyed({ 'x-http-method': 'get' }) }
    expect((await door.ask('shop/_table/orders?method=GET&_method=', alike)).status).toBe(200)
  })

  test('a verb nobody knows is 405', async () => {
    const answer = await door.ask('shop/_table/orders?method=FROB', { method: 'POST' })
    expect(answer.status).toBe(405)
    expect(errorOf(answer).message).toBe('The verb "FROB" is not supported.')
    expect((await door.ask('shop/_table/orders', { method: 'TRACE' as 'GET' })).status).toBe(405)
  })
})

describe('credentials', () => {
  const b64 = (text: string) => Buffer.from(text).toString('base64')
  test.each([
    ['X-DreamFactory-API-Key', ADMIN_KEY],
    ['x-dreamfactory-api-key', ADMIN_KEY],
    ['X-DREAMFACTORY-SESSION-TOKEN', ADMIN_KEY],
    ['Authorization', `Bearer ${ADMIN_KEY}`],
    ['authorization', `basic ${b64(`a@example.com:${ADMIN_KEY}`)}`],
  ])('%s', async (name, value) => {
    expect((await door.ask('shop/_table/orders/1', { headers: { [name]: value } })).status).toBe(200)
  })

  test.each(['api_key', 'session_token'])('%s in the query', async (name) => {
    expect((await door.ask(`shop/_table/orders/1?${name}=${ADMIN_KEY}`, anonymous)).status).toBe(200)
  })

  test('in the body only when there are no others', async () => {
    const post = { method: 'POST', payload: { api_key: ADMIN_KEY, filter: 'id=1' } } as const
    expect((await door.ask('shop/_table/orders?method=GET', { ...post, ...anonymous })).status).toBe(200)
    const weak = { ...post, payload: { api_key: 'anything', filter: 'id=1' }, ...as(READER_KEY) }
    expect((await door.ask('shop/_table/orders?method=GET', weak)).status).toBe(200)
  })

  test('none is 401 and says where they go', async () => {
    const answer = await door.ask('shop/_table/orders', anonymous)
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="sluice"')
    expect(errorOf(answer).message).toMatch(/^No session token \(JWT\) or API Key detected in request\./)
  })

  test('unknown ones are 401, everywhere', async () => {
    for (const address of ['', 'shop', 'nosuch', 'shop/_table/orders']) {
      expect((await door.ask(address, as('wrong'))).status).toBe(401)
    }
  })

  test("a role's refusal is 403 in the recorded words", async () => {
    const answer = await door.ask('shop/_table/orders/1', {
      method: 'PATCH',
      payload: { status: 'x' },
      ...as(READER_KEY),
    })
    expect(answer.status).toBe(403)
    expect(errorOf(answer).message).toBe(
      "Access Forbidden. PATCH access to component '_table/orders/1' of service 'shop' is not allowed by this user's role.",
    )
  })

  test('the log names the caller, never the credentials', async () => {
    await door.ask(`shop/_table/orders/1?api_key=${ADMIN_KEY}`, anonymous)
    expect(door.lines.at(-1)).toMatchObject({
      caller: 'admin:1',
      path: '/api/v2/shop/_table/orders/1',
      status: 200,
    })
    expect(JSON.stringify(door.lines)).not.toContain(ADMIN_KEY)
  })
})

describe('system', () => {
  const login = (payload: object, headers = {}) =>
    door.ask('system/admin/session', { method: 'POST', payload, headers })

  test('an administrator signs in without other credentials, or with wrong ones', async () => {
    const right = { email: 'a@example.com', password: 'right' }
    expect((await login(right)).body).toMatchObject({
      session_token: 'token',
      email: right.email,
      host: '127.0.0.1',
    })
    expect((await login(right, as('wrong').headers)).status).toBe(200)
    const wrong = await login({ ...right, password: 'wrong' })
    expect(wrong.status).toBe(401)
    expect(errorOf(wrong).message).toBe('Invalid credentials supplied.')
  })

  test('lists records to who may ask', async () => {
    expect((await door.ask('system/role?fields=id,name')).body).toEqual({
      resource: [{ id: 1, name: 'clerk' }],
    })
    const refused = await door.ask('system/role', as(READER_KEY))
    expect(refused.status).toBe(403)
    expect(errorOf(await door.ask('system/nosuch')).message).toBe(
      "Resource 'nosuch' not found for service 'system'.",
    )
  })
})

test('a service or table name from another world is not found, never an error of ours', async () => {
  for (const address of [
    '%00',
    'a%2Fb',
    'shop/_table/__proto__',
    'shop/_table/%F0%9F%92%A9',
    'constructor',
    'shop/_table/constructor',
  ]) {
    expect((await door.ask(address)).status, address).toBe(404)
  }
  expect((await door.ask('shop/_table/%E0%A4%A')).status).toBe(400)
})
