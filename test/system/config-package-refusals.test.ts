import { afterEach, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { fill, packagesOf } from './packages.ts'
import { openStore } from './world.ts'

test('nothing of a package is left out because a service of the server is there', async () => {
  const store = await openStore()
  await fill(store)
  const { version } = store.snapshot()
  const given = {
    format: 'dreamfactory.config/v1',
    services: [{ name: 'system', type: 'system', config: {} }],
    roles: [{ name: 'good' }],
  }
  for (const overwrite of [false, true])
    await expect(packagesOf(store).import(given, { overwrite })).rejects.toMatchObject({
      code: 'bad_request',
    })
  expect(store.snapshot().version).toBe(version)
})

test('a user name that somebody has is refused, and one’s own is kept or changed', async () => {
  const store = await openStore()
  await fill(store)
  const users = (...list: object[]) => ({ format: 'dreamfactory.config/v1', users: list })
  const una = { email: 'una@example.com', name: 'Una' }
  const taken = users({ email: 'new@example.com', name: 'New', username: 'Una.Regional' })
  await expect(packagesOf(store).import(taken, { overwrite: true })).rejects.toMatchObject({
    code: 'bad_request',
    message: expect.stringContaining("users[0].username: 'una.regional' has already been taken."),
  })
  await packagesOf(store).import(users({ ...una, username: 'una.regional' }), { overwrite: true })
  await packagesOf(store).import(users({ ...una, username: 'una.second' }), { overwrite: true })
  expect(store.snapshot().userByEmail.get(una.email)?.username).toBe('una.second')
})

test('an administrator is in no package, and no package changes one', async () => {
  const store = await openStore()
  await fill(store)
  const [admin] = [...store.snapshot().userById.values()].filter(({ isAdmin }) => isAdmin)
  const given = packagesOf(store).export()
  expect(JSON.stringify(given)).not.toContain(admin?.email)
  const taken = { ...given, users: [{ email: admin?.email, name: 'Taken', is_active: false }] }
  await expect(packagesOf(store).import(taken, { overwrite: true })).rejects.toThrow('is an administrator')
})

describe('at the door', () => {
  let house: House
  afterEach(() => house.close())

  test('administrators export and import; a role does not, whatever its rules say', async () => {
    house = await openHouse({ all: [{ service: 'system', component: '*', verbs: ['GET', 'POST'] }] })
    const login = { email: 'admin@example.com', password: 'a-long-enough-password' }
    const session = await house.rest('POST', '/api/v2/system/admin/session', { body: login })
    const headers = { 'x-dreamfactory-session-token': String(Object(session.body).session_token) }
    const address = '/api/v2/system/config_package'
    const exported = await house.rest('GET', address, { headers })
    expect(exported.body).toMatchObject({
      format: 'dreamfactory.config/v1',
      services: [{ name: 'shop', config: { database: 'shop.sqlite' } }],
      apps: [{ name: 'all', role: 'all' }],
    })
    const again = await house.rest('POST', `${address}?overwrite=true`, {
      headers,
      body: { manifest: exported.body },
    })
    expect(again.body).toMatchObject({ success: true, updated: { services: ['shop'] } })
    const wrong = await house.rest('POST', address, { headers, body: { format: 'x' } })
    expect([wrong.status, Object(wrong.body).error.message]).toEqual([
      400,
      'Unsupported config package format.',
    ])
    expect((await house.rest('GET', address, { key: keyOf('all') })).status).toBe(403)
    expect((await house.rest('POST', address, { key: keyOf('all'), body: exported.body })).status).toBe(403)
  })
})
