import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

let house: House
let token: string

const ROLES = {
  reader: [{ component: '_table/*', verbs: ['GET'] }],
  registrar: [
    { service: 'system', component: 'role/*', verbs: ['GET', 'POST'] },
    { service: 'system', component: 'app', verbs: ['GET', 'POST'] },
    { service: 'system', component: 'service/*', verbs: ['GET', 'PATCH'] },
    { component: '_table/orders', verbs: ['GET'] },
  ],
}

beforeAll(async () => {
  house = await openHouse(ROLES)
  const body = { email: 'admin@example.com', password: 'a-long-enough-password' }
  const answer = await house.rest('POST', '/api/v2/system/admin/session', { body })
  token = Object(answer.body).session_token
})

afterAll(() => house.close())

const admin = (method: string, path: string, body?: unknown) =>
  house.rest(method, `/api/v2/system/${path}`, { headers: { 'x-dreamfactory-session-token': token }, body })
const registrar = (method: string, path: string, body?: unknown) =>
  house.rest(method, `/api/v2/system/${path}`, { key: keyOf('registrar'), body })
const one = (record: object) => ({ resource: [record] })
const first = (answer: { readonly body: unknown }) => Object(answer.body).resource[0]
const message = (answer: { readonly body: unknown }) => Object(answer.body).error.message

describe('a service', () => {
  const config = (more: object) => ({ database: './shop.sqlite', ...more })

  test('is there for the next request, changes and goes, while the server runs', async () => {
    const made = await admin(
      'POST',
      'service?fields=*',
      one({ name: 'second', type: 'sqlite', is_active: true, config: config({}) }),
    )
    expect(made.status).toBe(201)
    const tables = () =>
      house.rest('GET', '/api/v2/second/_table?as_list=true', {
        headers: { 'x-dreamfactory-session-token': token },
      })
    expect((await tables()).text).toContain('orders')
    expect((await admin('PATCH', 'service/second', { is_active: false })).status).toBe(200)
    expect(message(await tables())).toBe('Service second is deactivated.')
    await admin('PATCH', 'service/second', { is_active: true, config: { max_records: 2 } })
    const rows = await house.rest('GET', '/api/v2/second/_table/orders', {
      headers: { 'x-dreamfactory-session-token': token },
    })
    expect(Object(rows.body).resource).toHaveLength(2)
    expect((await admin('DELETE', 'service/second?fields=name')).body).toEqual({ name: 'second' })
    expect((await tables()).status).toBe(404)
  })

  test('requests that are running when it changes end well', async () => {
    await admin('POST', 'service', one({ name: 'busy', type: 'sqlite', is_active: true, config: config({}) }))
    const read = () =>
      house.rest('GET', '/api/v2/busy/_table/orders?limit=1', {
        headers: { 'x-dreamfactory-session-token': token },
      })
    await read()
    const running = Array.from({ length: 20 }, (_, at) =>
      at === 10 ? admin('PATCH', 'service/busy', { config: { max_records: 7 } }) : read(),
    )
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual(Array(20).fill(200))
  })

  test('is tried first where that is asked for', async () => {
    const wrong = one({ name: 'third', type: 'sqlite', config: { database: './nowhere.sqlite' } })
    const refused = await admin('POST', 'service?validate=true', wrong)
    expect(refused.status).toBe(400)
    expect(Object(refused.body).error.context.resource[0]).toMatchObject({
      status_code: 400,
      context: { config: [expect.any(String)] },
    })
    expect(refused.text).not.toContain(house.app.config.dataDir)
    expect((await admin('GET', 'service/third')).status).toBe(404)
    expect(
      (
        await admin(
          'POST',
          'service?validate=true',
          one({ name: 'third', type: 'sqlite', config: config({}) }),
        )
      ).status,
    ).toBe(201)
    expect(
      (await admin('PATCH', 'service/third?validate=true', { config: { database: './nowhere.sqlite' } }))
        .status,
    ).toBe(400)
    expect((await admin('GET', 'service/third')).text).toContain('shop.sqlite')
  })

  test('has a config that its type checks, problem by problem', async () => {
    const wrong = { name: 'fourth', type: 'sqlite', config: { databse: 'x', max_records: 0 } }
    const answer = await admin('POST', 'service', one(wrong))
    const { context } = Object(answer.body).error.context.resource[0]
    expect(Object.keys(context).toSorted()).toEqual([
      'config.database',
      'config.databse',
      'config.max_records',
    ])
    expect(context['config.databse']).toEqual(["config.databse is not a known key. Did you mean 'database'?"])
  })

  test('of the server itself stays', async () => {
    expect((await admin('DELETE', 'service/system')).status).toBe(403)
    expect((await admin('DELETE', 'service/system?force=true')).status).toBe(403)
    expect((await admin('PATCH', 'service/system', { is_active: false })).status).toBe(400)
    expect((await admin('DELETE', 'service?force=true')).status).toBe(400)
  })

  test('that roles name says which', async () => {
    const answer = await admin('DELETE', 'service/shop')
    expect(answer.status).toBe(409)
    expect(message(answer)).toBe("'shop' is used by the roles 'reader', 'registrar'.")
  })
})

describe('accounts', () => {
  const PASSWORD = 'another-long-password'

  test('the last administrator stays, and nobody removes their own account', async () => {
    const { id } = first(await admin('GET', 'admin?fields=id'))
    expect(message(await admin('DELETE', `admin/${id}`))).toBe('Cannot delete your account.')
    const off = await admin('PATCH', `admin/${id}`, { is_active: false })
    expect([off.status, message(off)]).toEqual([409, 'The last active administrator cannot be deactivated.'])
    const app_id = first(await admin('GET', 'app?fields=id')).id
    const role_id = first(await admin('GET', 'role?fields=id')).id
    const bound = await admin('PATCH', `admin/${id}`, {
      user_to_app_to_role_by_user_id: [{ app_id, role_id }],
    })
    expect([bound.status, message(bound)]).toEqual([
      409,
      'The last active administrator cannot be given a role.',
    ])
  })

  test('a new administrator signs in, and no longer once that ended', async () => {
    const body = { email: 'Second@Example.com', password: PASSWORD }
    await admin('POST', 'admin', one({ ...body, name: 'Second' }))
    const signIn = () => house.rest('POST', '/api/v2/system/admin/session', { body })
    expect((await signIn()).status).toBe(200)
    expect((await admin('PATCH', 'admin/second@example.com', { is_active: false })).status).toBe(200)
    expect((await signIn()).status).toBe(401)
    expect((await admin('DELETE', 'admin/second@example.com')).status).toBe(200)
  })

  test('users and administrators are not each other', async () => {
    const { id } = first(
      await admin('POST', 'user', one({ email: 'una@example.com', password: 'twelve-chars' })),
    )
    expect((await admin('GET', `admin/${id}`)).status).toBe(404)
    expect((await admin('PATCH', `admin/${id}`, { name: 'x' })).status).toBe(404)
    expect((await admin('PATCH', `user/${id}`, { is_sys_admin: true })).status).toBe(400)
    expect((await admin('DELETE', `admin/${id}`)).status).toBe(404)
    const taken = await admin('POST', 'admin', one({ email: 'una@example.com' }))
    expect(Object(taken.body).error.context.resource[0].status_code).toBe(409)
    const short = await admin('POST', 'admin', one({ email: 'x@example.com', password: 'twelve-chars' }))
    expect(Object(short.body).error.context.resource[0].context).toEqual({
      password: ['The password field must be at least 16 characters.'],
    })
  })
})

describe('a caller with a role', () => {
  test('has what the role names, and the rest is refused', async () => {
    expect(Object((await registrar('GET', '?as_list=true')).body).resource).toEqual([
      'app',
      'role',
      'service',
    ])
    expect((await registrar('GET', 'role')).status).toBe(200)
    for (const [method, path] of [
      ['GET', 'user'],
      ['GET', 'app/1'],
      ['PATCH', 'role/1'],
      ['DELETE', 'role/1'],
      ['POST', 'service'],
      ['DELETE', 'cache'],
    ] as const)
      expect([path, (await registrar(method, path, method === 'GET' ? undefined : one({}))).status]).toEqual([
        path,
        403,
      ])
    expect((await house.rest('GET', '/api/v2/system/role', { key: keyOf('reader') })).status).toBe(403)
    expect((await house.rest('GET', '/api/v2/system/role')).status).toBe(401)
  })

  test('sees the services it reaches, and keys of apps it makes itself', async () => {
    await admin(
      'POST',
      'service',
      one({ name: 'hidden', type: 'sqlite', config: { database: './shop.sqlite' } }),
    )
    const names = Object((await registrar('GET', 'service?fields=name')).body).resource
    expect(names).toEqual([{ name: 'system' }, { name: 'shop' }])
    const keys = Object((await registrar('GET', 'app?fields=api_key')).body).resource
    expect(new Set(keys.map((app: { api_key: string }) => app.api_key))).toEqual(new Set(['**********']))
    const made = await registrar('POST', 'app?fields=api_key', one({ name: 'bought', is_active: true }))
    expect(first(made).api_key).toMatch(/^[0-9a-f]{64}$/)
  })

  test('writes no rule of a role through the service it may write', async () => {
    const { id } = first(await admin('GET', 'service?filter=name=shop&fields=id'))
    const role = first(await admin('GET', 'role?filter=name=registrar&fields=id'))
    const rule = { role_id: role.id, component: '*', verb_mask: 31, requestor_mask: 1 }
    const answer = await registrar('PATCH', `service/${id}`, { role_service_access_by_service_id: [rule] })
    expect(answer.status).toBe(403)
    expect((await registrar('PATCH', `service/${id}`, { description: 'mine' })).status).toBe(200)
    expect((await admin('GET', `role/${role.id}?related=role_service_access_by_role_id`)).text).not.toContain(
      '"component":"*"',
    )
  })

  test('writes no related records of resources it may not write', async () => {
    const body = one({ name: 'sly', app_by_role_id: [{ id: 1, role_id: 1 }] })
    const answer = await registrar('POST', 'role', body)
    expect(Object(answer.body).error.context.resource[0].status_code).toBe(404)
    expect((await registrar('GET', 'role/sly')).status).toBe(404)
  })
})

describe('pages of other origins', () => {
  const origin = 'https://shop.example'
  const ask = (method: string, path: string, more: Record<string, string> = {}) =>
    house.rest(method, path, { headers: { origin, ...more } })

  test('may call where a CORS rule lets them, from the next request on', async () => {
    expect((await ask('GET', '/api/v2/system/environment')).status).toBe(403)
    await admin('POST', 'cors', one({ path: 'api/*', origin, header: '*', method: ['GET'], max_age: 60 }))
    expect((await ask('GET', '/api/v2/system/environment')).status).toBe(200)
    const preflight = await ask('OPTIONS', '/api/v2/shop/_table/orders', {
      'access-control-request-method': 'GET',
    })
    expect(preflight.status).toBe(204)
    await admin('PATCH', 'cors/1', { enabled: false })
    expect((await ask('GET', '/api/v2/system/environment')).status).toBe(403)
  })

  test('with credentials come from origins that are named', async () => {
    const wide = one({ path: '*', origin: '*', supports_credentials: true })
    expect((await admin('POST', 'cors', wide)).status).toBe(400)
  })
})

test('anybody sees what a login page needs, and no more', async () => {
  const anybody = await house.rest('GET', '/api/v2/system/environment')
  expect(Object.keys(Object(anybody.body)).toSorted()).toEqual(['apps', 'authentication'])
  expect(Object(Object((await admin('GET', 'environment')).body).platform).version).toMatch(/^\d/)
  expect((await house.rest('GET', '/api/v2/system/environment', { key: 'wrong' })).status).toBe(401)
})

test('a value under a name of its own comes back as it is', async () => {
  expect((await admin('POST', 'custom', one({ name: 'k', value: { a: [1] } }))).status).toBe(201)
  expect((await admin('GET', 'custom/k')).body).toEqual({ a: [1] })
  await admin('POST', 'custom', one({ name: 'k', value: 'new' }))
  expect((await admin('GET', 'custom')).body).toEqual({ resource: [{ name: 'k', value: 'new' }] })
  expect((await admin('DELETE', 'custom/k')).body).toEqual({ name: 'k' })
  expect((await admin('GET', 'custom/k')).status).toBe(404)
})

test('a flushed cache is read again', async () => {
  expect(Object((await admin('GET', 'cache')).body).resource).toContainEqual({ name: 'shop' })
  expect((await admin('DELETE', 'cache/shop')).body).toEqual({ success: true })
  expect((await admin('DELETE', 'cache')).body).toEqual({ success: true })
  expect((await admin('DELETE', 'cache/nosuch')).status).toBe(404)
})

test('service types tell the keys of their config', async () => {
  const answer = await admin('GET', 'service_type/pgsql')
  const schema: readonly { name: string; type: string }[] = Object(answer.body).config_schema
  expect(schema.find(({ name }) => name === 'password')).toMatchObject({
    type: 'password',
    label: 'Password',
    required: false,
  })
  expect(schema.find(({ name }) => name === 'sslmode')).toMatchObject({ type: 'picklist', default: 'prefer' })
  expect(Object((await admin('GET', 'service_type?group=system&fields=name')).body).resource).toEqual([
    { name: 'system' },
  ])
  expect((await admin('GET', 'service_type/nosuch')).status).toBe(404)
})
