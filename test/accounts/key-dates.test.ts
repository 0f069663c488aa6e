import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

let house: House
let token: string
let roleId: number
beforeAll(async () => {
  house = await openHouse({
    reader: [{ component: '_table/orders/*', verbs: ['GET'] }],
    clerk: [{ service: 'system', component: 'app/*', verbs: ['GET', 'POST', 'PATCH', 'DELETE'] }],
  })
  token = await signIn(house, 'admin', ADMIN)
  roleId = [...house.app.store.snapshot().roleById.values()].find(({ name }) => name === 'reader')?.id ?? 0
})
afterAll(() => house.close())

let count = 0

/** A new key in the role, as the answer has it. */
async function newKey(more: object = {}): Promise<{ readonly id: number; readonly key: string }> {
  const record = { name: `key ${count++}`, is_active: true, role_id: roleId, ...more }
  const { body, status } = await askOf(house)('POST', 'system/app?fields=id,api_key', {
    token,
    body: { resource: [record] },
  })
  expect(status).toBe(201)
  const [{ id, api_key }] = Object(body).resource
  return { id, key: api_key }
}

const patch = (id: number, body: object, query = 'fields=*') =>
  askOf(house)('PATCH', `system/app/${id}?${query}`, { token, body })

const read = async (key: string) =>
  (await house.rest('GET', '/api/v2/shop/_table/orders?limit=1', { key })).status
const call = async (key: string) => (await house.tool('get_tables', {}, key)).status

describe('a key that ends', () => {
  test('holds until then, and is refused by every door after it', async () => {
    const lasting = await newKey({ expires_date: '2999-01-01T00:00:00Z' })
    expect([await read(lasting.key), await call(lasting.key)]).toEqual([200, 200])
    const over = await patch(lasting.id, { expires_date: '2020-01-01 00:00:00' })
    expect(over.body).toMatchObject({ expires_date: '2020-01-01T00:00:00.000000Z' })
    const refused = await house.rest('GET', '/api/v2/shop/_table/orders?limit=1', { key: lasting.key })
    expect([refused.status, Object(refused.body).error?.context]).toEqual([401, { reason: 'key_expired' }])
    expect(await call(lasting.key)).toBe(401)
    const schema = await house.rest('GET', '/api/v2/api_docs', { key: lasting.key })
    expect(schema.status).toBe(401)
    await patch(lasting.id, { expires_date: null })
    expect(await read(lasting.key)).toBe(200)
  })

  test.each(['tomorrow', '2026-13-45 00:00:00', 5, true, '2026-01-01'])('not at %j', async (expires_date) => {
    const { id } = await newKey()
    const { status, body } = await patch(id, { expires_date })
    expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('expires_date')])
  })
})

describe('a new key in place of an old one', () => {
  test('ends the old one at once', async () => {
    const old = await newKey()
    const { body } = await patch(old.id, {}, 'regenerate=true&fields=api_key,previous_ends_date')
    expect(body).toMatchObject({ previous_ends_date: null })
    expect(await read(old.key)).toBe(401)
    expect(await read(Object(body).api_key)).toBe(200)
  })

  test('or leaves it until the moment that is given', async () => {
    const old = await newKey()
    const ends = { previous_ends_date: '2999-01-01 00:00:00' }
    const { body } = await patch(old.id, ends, 'regenerate=true&fields=api_key,previous_ends_date')
    const fresh = Object(body).api_key
    expect(body).toMatchObject({ previous_ends_date: '2999-01-01T00:00:00.000000Z' })
    for (const key of [old.key, fresh]) expect([await read(key), await call(key)]).toEqual([200, 200])
    await patch(old.id, { previous_ends_date: '2020-01-01 00:00:00' })
    expect([await read(old.key), await read(fresh)]).toEqual([401, 200])
    await patch(old.id, ends)
    expect(await read(old.key)).toBe(200)
    await patch(old.id, { previous_ends_date: null })
    expect([await read(old.key), await read(fresh)]).toEqual([401, 200])
    expect((await patch(old.id, ends)).status).toBe(400)
  })

  test('and what was before the old one is gone', async () => {
    const first = await newKey()
    const ends = { previous_ends_date: '2999-01-01 00:00:00' }
    const second = await patch(first.id, ends, 'regenerate=true&fields=api_key')
    await patch(first.id, ends, 'regenerate=true&fields=api_key')
    expect([await read(first.key), await read(Object(second.body).api_key)]).toEqual([401, 200])
  })

  test('ends with the key itself: off, or expired', async () => {
    const old = await newKey()
    await patch(old.id, { previous_ends_date: '2999-01-01 00:00:00' }, 'regenerate=true')
    await patch(old.id, { is_active: false })
    expect(await read(old.key)).toBe(403)
    await patch(old.id, { is_active: true, expires_date: '2020-01-01 00:00:00' })
    expect(await read(old.key)).toBe(401)
  })

  test('its hash is shown to nobody, and is no field', async () => {
    const { id } = await newKey()
    const { text } = await patch(
      id,
      { previous_ends_date: '2999-01-01 00:00:00' },
      'regenerate=true&fields=*',
    )
    expect(text).not.toContain('hash')
    for (const query of [
      'fields=previous_key_hash',
      "filter=previous_key_hash!='x'",
      'order=previous_key_hash',
    ])
      expect((await askOf(house)('GET', `system/app?${query}`, { token })).status).toBe(400)
    expect((await patch(id, { previous_key_hash: 'a'.repeat(64) })).status).toBe(400)
    expect((await patch(id, { last_used_date: '2020-01-01 00:00:00' })).status).toBe(400)
  })
})

test('its last use is told', async () => {
  const { id, key } = await newKey()
  const used = async () => {
    const { body } = await askOf(house)('GET', `system/app/${id}?fields=last_used_date`, { token })
    return Object(body).last_used_date
  }
  expect(await used()).toBeNull()
  await read(key)
  await expect.poll(used, { timeout: 30_000, interval: 200 }).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/)
})

test('whoever has no right to its role cannot prolong it', async () => {
  const { id } = await newKey({ expires_date: '2020-01-01 00:00:00' })
  for (const expires_date of ['2999-01-01 00:00:00', null]) {
    const asked = askOf(house)('PATCH', `system/app/${id}`, { key: keyOf('clerk'), body: { expires_date } })
    expect((await asked).status).toBe(403)
  }
  const shorter = await askOf(house)('PATCH', `system/app/${id}`, {
    key: keyOf('clerk'),
    body: { expires_date: '2019-01-01 00:00:00' },
  })
  expect(shorter.status).toBe(200)
  const kept = await patch(id, { previous_ends_date: '2999-01-01 00:00:00' }, 'regenerate=true')
  expect(kept.status).toBe(200)
  const longer = await askOf(house)('PATCH', `system/app/${id}`, {
    key: keyOf('clerk'),
    body: { previous_ends_date: '2999-02-01 00:00:00' },
  })
  expect(longer.status).toBe(403)
})

test('packages carry when it ends, and never the key', async () => {
  const { key } = await newKey({ name: 'packed', expires_date: '2998-05-06 07:08:09' })
  const { body, text } = await askOf(house)('GET', 'system/config_package', { token })
  const packed = Object(body).apps.find((app: object) => Reflect.get(app, 'name') === 'packed')
  expect(packed).toMatchObject({ expires_date: '2998-05-06 07:08:09' })
  expect(text).not.toContain(key)
  const changed = { ...packed, expires_date: '2997-01-01 00:00:00' }
  const taken = await askOf(house)('POST', 'system/config_package?overwrite=true', {
    token,
    body: { ...Object(body), services: [], roles: [], users: [], tools: [], lookups: [], apps: [changed] },
  })
  expect(taken.status).toBe(200)
  expect(await read(key)).toBe(200)
  const now = await askOf(house)('GET', "system/app?filter=name='packed'&fields=expires_date", { token })
  expect(Object(now.body).resource).toMatchObject([{ expires_date: '2997-01-01T00:00:00.000000Z' }])
})
