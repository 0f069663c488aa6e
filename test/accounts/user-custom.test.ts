import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const PASSWORD = 'UserPass-123456789'
let house: House
let root: string
let una: string
let bob: string
let key: string
let keyOfReader: string
const ask: ReturnType<typeof askOf> = (...args) => askOf(house)(...args)
const errorOf = (body: unknown) => Object(Object(body).error)
const asRoot = (method: string, path: string, body?: unknown) => ask(method, path, { token: root, body })
const asUna = (method: string, path: string, body?: unknown) => ask(method, path, { token: una, key, body })

/** An app whose role has these rules on the service `user`. */
async function appWith(name: string, rules: readonly object[]): Promise<string> {
  const { snapshot } = house.app.store
  const service_id = snapshot().serviceByName.get('user')?.id
  const access = rules.map((rule) => ({ service_id, requestor_mask: 1, ...rule }))
  const role = { name, is_active: true, role_service_access_by_role_id: access }
  const made = await asRoot('POST', 'system/role', { resource: [role] })
  const app = { name, is_active: true, role_id: Object(made.body).resource[0].id }
  const { body } = await asRoot('POST', 'system/app?fields=api_key', { resource: [app] })
  return Object(body).resource[0].api_key
}

beforeAll(async () => {
  house = await openHouse({})
  root = await signIn(house, 'admin', ADMIN)
  key = await appWith('keeper', [
    { component: 'custom/*', verb_mask: 31 },
    { component: '', verb_mask: 1 },
  ])
  keyOfReader = await appWith('reader', [{ component: 'custom/*', verb_mask: 1 }])
  const people = ['una', 'bob'].map((name) => ({ email: `${name}@example.com`, password: PASSWORD }))
  await asRoot('POST', 'system/user', { resource: people })
  una = await signIn(house, 'user', { email: 'una@example.com', password: PASSWORD })
  bob = await signIn(house, 'user', { email: 'bob@example.com', password: PASSWORD })
})
afterAll(() => house.close())

describe('custom values', () => {
  test.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'])(
    'have no field %s',
    async (field) => {
      const record = JSON.parse(`{"name":"p","${field}":1}`)
      expect((await asUna('POST', 'user/custom', { resource: [record] })).status).toBe(400)
      expect((await asRoot('POST', 'system/role', { resource: [record] })).status).toBe(400)
      const parent = { name: 'p', role_service_access_by_role_id: [record] }
      expect((await asRoot('POST', 'system/role', { resource: [parent] })).status).toBe(400)
      const id = house.app.store.snapshot().serviceByName.get('user')?.id
      const config = JSON.parse(`{"${field}":"**********"}`)
      expect((await asRoot('PATCH', `system/service/${id}`, { config })).status).toBe(400)
    },
  )

  test('are kept, replaced, read and removed by their owner', async () => {
    const values = [
      { name: 'theme', value: 'dark' },
      { name: 'columns', value: { orders: ['id', null, 1.5] } },
    ]
    const stored = await asUna('POST', 'user/custom', { resource: values })
    expect([stored.status, stored.body]).toEqual([
      201,
      { resource: [{ name: 'theme' }, { name: 'columns' }] },
    ])
    expect((await asUna('GET', 'user/custom')).body).toEqual({ resource: values.toReversed() })
    expect((await asUna('GET', 'user/custom?as_list=true')).body).toEqual({ resource: ['columns', 'theme'] })
    expect((await asUna('GET', 'user/custom/columns')).text).toBe('{"orders":["id",null,1.5]}')
    await asUna('POST', 'user/custom', { resource: [{ name: 'theme', value: 'light' }] })
    expect((await asUna('GET', 'user/custom/theme')).text).toBe('"light"')
    expect((await asUna('DELETE', 'user/custom/theme')).body).toEqual({ name: 'theme' })
    const gone = await asUna('GET', 'user/custom/theme')
    expect([gone.status, errorOf(gone.body).message]).toEqual([
      404,
      "Record with identifier 'theme' not found.",
    ])
    expect((await asUna('DELETE', 'user/custom?ids=columns')).body).toEqual({
      resource: [{ name: 'columns' }],
    })
    expect((await asUna('GET', 'user/custom')).body).toEqual({ resource: [] })
  })

  test('are of one person each', async () => {
    await asUna('POST', 'user/custom', { resource: [{ name: 'mine', value: 'secret of una' }] })
    const asBob = (method: string, path: string) => ask(method, path, { token: bob, key })
    expect((await asBob('GET', 'user/custom')).body).toEqual({ resource: [] })
    expect((await asBob('GET', 'user/custom/mine')).status).toBe(404)
    expect((await asBob('DELETE', 'user/custom/mine')).status).toBe(404)
    const tried = await ask('POST', 'user/custom', {
      token: bob,
      key,
      body: { resource: [{ name: 'x', value: 1, user_id: 1 }] },
    })
    expect([tried.status, Object.keys(errorOf(tried.body).context)]).toEqual([400, ['user_id']])
    expect((await asUna('GET', 'user/custom/mine')).text).toBe('"secret of una"')
  })

  test('need a role that allows it, and a person', async () => {
    const statuses = [
      await ask('GET', 'user/custom'),
      await ask('GET', 'user/custom', { token: una }),
      await ask('GET', 'user/custom', { key }),
      await ask('POST', 'user/custom', {
        token: una,
        key: keyOfReader,
        body: { resource: [{ name: 'a', value: 1 }] },
      }),
      await ask('GET', 'user/custom', { token: una, key: keyOfReader }),
    ].map(({ status }) => status)
    expect(statuses).toEqual([401, 401, 401, 403, 200])
  })

  test('of administrators need no role', async () => {
    await asRoot('POST', 'user/custom', { resource: [{ name: 'a', value: [1] }] })
    expect((await asRoot('GET', 'user/custom/a')).text).toBe('[1]')
  })

  test.each([
    [{ resource: [{ value: 1 }] }, 'name'],
    [{ resource: [{ name: ' ', value: 1 }] }, 'name'],
    [{ resource: [{ name: 5, value: 1 }] }, 'name'],
    [{ resource: [{ name: 'x'.repeat(256), value: 1 }] }, 'name'],
    [{ resource: [{ name: 'a', valeu: 1 }] }, 'valeu'],
  ])('%j is refused by field, and nothing of it stays', async (body, field) => {
    const before = (await asUna('GET', 'user/custom')).text
    const { resource } = body
    const { status, body: answer } = await asUna('POST', 'user/custom', {
      resource: [{ name: 'good', value: 1 }, ...resource],
    })
    expect([status, Object.keys(errorOf(answer).context)]).toEqual([400, expect.arrayContaining([field])])
    expect((await asUna('GET', 'user/custom')).text).toBe(before)
  })

  test('are limited in number', async () => {
    const resource = Array.from({ length: 1001 }, (_, at) => ({ name: `n${at}`, value: at }))
    expect((await asUna('POST', 'user/custom', { resource })).status).toBe(400)
  })

  test('go with the account, which administrators read and write them with', async () => {
    const resource = [
      {
        email: 'kim@example.com',
        password: PASSWORD,
        user_custom_by_user_id: [{ name: 'theme', value: 'dark' }],
      },
    ]
    const made = await asRoot('POST', 'system/user', { resource })
    const { id } = Object(made.body).resource[0]
    const path = `system/user/${id}?fields=id&related=user_custom_by_user_id`
    expect((await asRoot('GET', path)).body).toMatchObject({
      user_custom_by_user_id: [{ name: 'theme', value: 'dark', user_id: id }],
    })
    const kim = await signIn(house, 'user', { email: 'kim@example.com', password: PASSWORD })
    expect((await ask('GET', 'user/custom/theme', { token: kim, key })).text).toBe('"dark"')
    expect((await asRoot('DELETE', `system/user/${id}`)).status).toBe(200)
  })
})

describe('GET user', () => {
  test('lists what the caller may use, where a role allows it', async () => {
    expect((await asUna('GET', 'user')).body).toEqual({
      resource: ['custom', 'password', 'profile', 'register', 'session'].map((name) => ({ name })),
    })
    const refused = await ask('GET', 'user', { token: una, key: keyOfReader })
    expect([refused.status, errorOf(refused.body).message]).toEqual([
      403,
      "Access Forbidden. GET access to service 'user' is not allowed by this user's role.",
    ])
    expect((await asRoot('GET', 'user?as_access_list=true')).text).toContain('"custom/*"')
    expect((await asRoot('GET', 'user/costum')).text).toContain('custom')
    expect((await asRoot('GET', 'user/costum')).status).toBe(404)
  })
})

test.each(['user/register', 'user/password'])('%s by other verbs than POST needs a role', async (path) => {
  const body = { email: 'x@example.com', old_password: 'a', new_password: 'b' }
  for (const verb of ['PUT', 'PATCH']) {
    expect((await ask(verb, path, { body })).status).toBe(401)
    expect((await ask(verb, path, { token: una, key, body })).status).toBe(403)
  }
})
