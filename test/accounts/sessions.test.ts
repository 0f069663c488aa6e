import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const PASSWORD = 'UserPass-123456789'
const reader = [{ component: '_table/orders/*', verbs: ['GET'] }]
let house: House
let root: string
let una: string
let email: string
let count = 0
const ask: ReturnType<typeof askOf> = (...args) => askOf(house)(...args)
const read = async (token: string) =>
  (await ask('GET', 'shop/_table/orders?limit=1', { token, key: keyOf('idle') })).status
const asRoot = (method: string, path: string, body?: unknown) => ask(method, path, { token: root, body })

beforeAll(async () => {
  house = await openHouse({ reader, idle: [] })
  root = await signIn(house, 'admin', ADMIN)
})
afterAll(() => house.close())

beforeEach(async () => {
  email = `una${++count}@example.com`
  const { roleById, apps } = house.app.store.snapshot()
  const role_id = [...roleById.values()].find(({ name }) => name === 'reader')?.id
  const app_id = apps.find(({ name }) => name === 'idle')?.id
  const record = { email, password: PASSWORD, user_to_app_to_role_by_user_id: [{ app_id, role_id }] }
  expect((await asRoot('POST', 'system/user', { resource: [record] })).status).toBe(201)
  una = await signIn(house, 'user', { email, password: PASSWORD })
})

test('a user reads with a token and the key of an app they have a role with', async () => {
  expect(await read(una)).toBe(200)
  expect((await ask('GET', 'shop/_table/orders', { token: una })).status).toBe(401)
  const { body } = await ask('GET', 'user/session', { token: una, key: keyOf('idle') })
  expect(body).toMatchObject({ email, role: 'reader', session_token: una })
})

test('signing out ends the session at once', async () => {
  expect((await ask('DELETE', 'user/session', { token: una })).body).toEqual({ success: true })
  expect(await read(una)).toBe(403)
  expect((await ask('PUT', 'user/session', { token: una })).status).toBe(401)
  expect((await ask('DELETE', 'user/session')).status).toBe(200)
  expect((await ask('PATCH', 'user/session', { token: una, body: {} })).status).toBe(400)
})

test('a refreshed session goes on with the new token alone', async () => {
  const { body } = await ask('PUT', 'user/session', { token: una })
  expect([await read(String(Object(body).session_token)), await read(una)]).toEqual([200, 403])
})

test.each([
  ['another password', { password: 'AnotherPass-1234567' }, 403],
  ['another e-mail address', { email: 'other@example.com' }, 401],
  ['being deactivated', { is_active: false }, 403],
])('%s ends it', async (_what, change, status) => {
  expect((await asRoot('PATCH', `system/user/${email}`, change)).status).toBe(200)
  expect(await read(una)).toBe(status)
})

test('a session does not come back with its account', async () => {
  await asRoot('PATCH', `system/user/${email}`, { is_active: false })
  await asRoot('PATCH', `system/user/${email}`, { is_active: true })
  expect(await read(una)).toBe(403)
  expect(await read(await signIn(house, 'user', { email, password: PASSWORD }))).toBe(200)
})

test('a lost role ends it', async () => {
  const path = `system/user/${email}?related=user_to_app_to_role_by_user_id&fields=id`
  const { body } = await asRoot('GET', path)
  const [mapping] = Object(body).user_to_app_to_role_by_user_id
  const change = { user_to_app_to_role_by_user_id: [{ id: mapping.id, user_id: null }] }
  expect((await asRoot('PATCH', `system/user/${email}`, change)).status).toBe(200)
  expect(await read(una)).toBe(403)
})

test('a deleted account ends it', async () => {
  await asRoot('DELETE', `system/user/${email}`)
  expect(await read(una)).toBe(401)
})

test('Basic credentials work as a session does', async () => {
  const authorization = `Basic ${Buffer.from(`${email}:${PASSWORD}`).toString('base64')}`
  const headers = { authorization, 'x-dreamfactory-api-key': keyOf('idle') }
  expect((await house.rest('GET', '/api/v2/shop/_table/orders', { headers })).status).toBe(200)
})
