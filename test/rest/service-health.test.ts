import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

let house: House
let token: string
beforeAll(async () => {
  house = await openHouse({
    reader: [{ component: '_table/*', verbs: ['GET'] }],
    registrar: [{ service: 'system', component: 'service/*', verbs: ['GET', 'POST', 'PATCH'] }],
  })
  const body = { email: 'admin@example.com', password: 'a-long-enough-password' }
  const answer = await house.rest('POST', '/api/v2/system/admin/session', { body })
  token = Object(answer.body).session_token
})
afterAll(() => house.close())

const admin = (method: string, path: string, body?: unknown) =>
  house.rest(method, `/api/v2/system/${path}`, { headers: { 'x-dreamfactory-session-token': token }, body })
const one = (record: object) => ({ resource: [record] })
const NOWHERE = {
  host: '127.0.0.1',
  port: 1,
  database: 'none',
  username: 'nobody',
  password: 'a-secret-word',
}

test('a service that answers is up, one that does not is down with the reason', async () => {
  await admin('POST', 'service', one({ name: 'silent', type: 'pgsql', is_active: true, config: NOWHERE }))
  await admin('POST', 'service', one({ name: 'asleep', type: 'pgsql', is_active: false, config: NOWHERE }))
  expect((await admin('GET', 'service/shop/health')).body).toEqual({
    name: 'shop',
    state: 'up',
    duration_ms: expect.any(Number),
  })
  const silent = await admin('GET', 'service/silent/health')
  expect(silent.status).toBe(200)
  expect(silent.body).toEqual({
    name: 'silent',
    state: 'down',
    message: 'No database server answers at this host and port.',
    hint: expect.stringContaining('`port`'),
  })
  expect(silent.text).not.toMatch(/127\.0\.0\.1|a-secret-word|ECONNREFUSED/)
  expect((await admin('GET', 'service/asleep/health')).body).toEqual({ name: 'asleep', state: 'off' })
  expect((await admin('GET', 'service/user/health')).body).toEqual({ name: 'user', state: 'unknown' })
})

test('health is for who may read the service', async () => {
  const asked = (path: string, key: string) => house.rest('GET', `/api/v2/system/${path}`, { key })
  expect((await house.rest('GET', '/api/v2/system/service/shop/health')).status).toBe(401)
  const [there, missing] = [
    await asked('service/shop/health', keyOf('reader')),
    await asked('service/none/health', keyOf('reader')),
  ]
  expect([there.status, missing.status]).toEqual([403, 403])
  expect(there.text.replace('shop', 'none')).toBe(missing.text)
  expect((await admin('GET', 'service/none/health')).status).toBe(404)
  expect((await admin('POST', 'service/shop/health', {})).status).toBe(400)
  expect((await admin('GET', 'service/shop/health/more')).status).toBe(400)
})

test('a connection is tried out and nothing is stored', async () => {
  const tried = (config: object) =>
    admin('POST', 'service?validate=only', one({ name: 'trial', type: 'sqlite', config }))
  const works = await tried({ database: './shop.sqlite' })
  expect([works.status, works.body]).toEqual([200, { success: true }])
  const fails = await tried({ database: './none/none.sqlite' })
  expect(fails.status).toBe(400)
  expect(fails.text).toContain('The connection failed.')
  expect((await tried({ databse: 'x' })).text).toContain("Did you mean 'database'?")
  expect((await admin('GET', 'service?filter=name=trial')).body).toEqual({ resource: [] })
})

test('a change is tried out with what is stored, which stays as it is', async () => {
  await admin(
    'POST',
    'service',
    one({ name: 'books', type: 'sqlite', config: { database: './shop.sqlite' } }),
  )
  const works = await admin('PATCH', 'service/books?validate=only', {
    config: { max_records: 5 },
    label: 'Other',
  })
  expect([works.status, works.body]).toEqual([200, { success: true }])
  const fails = await admin('PATCH', 'service/books?validate=only', {
    config: { database: './none/x.sqlite' },
  })
  expect(fails.status).toBe(400)
  expect((await admin('GET', 'service/books?fields=label,config')).body).toMatchObject({
    label: 'books',
    config: { database: './shop.sqlite', max_records: 1000 },
  })
})

test('nobody whom a role binds tries out a connection', async () => {
  const answer = await house.rest('POST', '/api/v2/system/service?validate=only', {
    key: keyOf('registrar'),
    body: one({ name: 'trial', type: 'sqlite', config: { database: './shop.sqlite' } }),
  })
  expect(answer.status).toBe(403)
})
