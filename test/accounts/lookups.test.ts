import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const readers = [
  {
    component: '_table/customers',
    verbs: ['GET'],
    filters: [{ name: 'region', operator: '=', value: '{region}' }],
  },
]
const SECRET = 'north-secret-value'
let house: House
let root: string
const ask: ReturnType<typeof askOf> = (...args) => askOf(house)(...args)
const names = async (who: object, path = 'shop/_table/customers?fields=name&order=id') => {
  const { body } = await ask('GET', path, who)
  return Object(body).resource?.map(({ name }: { name: string }) => name) ?? Object(body).error?.message
}
const set = async (resource: string, name: string, relation: string, values: object[]) => {
  const { status } = await ask('PATCH', `system/${resource}/${name}`, {
    token: root,
    body: { [relation]: values },
  })
  expect(status).toBe(200)
}
const lookup = (value: string, name = 'region') => ({ name, value })

beforeAll(async () => {
  house = await openHouse({ readers })
  root = await signIn(house, 'admin', ADMIN)
  const body = { resource: [{ email: 'una@example.com', password: 'UserPass-123456789' }] }
  await ask('POST', 'system/user', { token: root, body })
})
afterAll(() => house.close())

describe('a lookup', () => {
  test('that nobody has denies', async () => {
    expect(await names({ key: keyOf('readers') })).toContain('Access Forbidden')
  })

  test('is the user’s before the role’s, before the app’s, before the system’s', async () => {
    const token = await signIn(house, 'user', { email: 'una@example.com', password: 'UserPass-123456789' })
    const key = keyOf('readers')
    await ask('POST', 'system/lookup', { token: root, body: { resource: [lookup('nowhere', 'Region')] } })
    expect(await names({ key })).toEqual([])
    await set('app', 'readers', 'lookup_by_app_id', [lookup('north')])
    expect(await names({ key })).toEqual(['Ann'])
    await set('role', 'readers', 'lookup_by_role_id', [lookup('south')])
    expect(await names({ key })).toEqual(['Bob', 'Canary-Cid'])
    expect(await names({ key, token })).toEqual(['Bob', 'Canary-Cid'])
    await set('user', 'una@example.com', 'lookup_by_user_id', [lookup('north')])
    expect(await names({ key, token })).toEqual(['Ann'])
    expect(await names({ key })).toEqual(['Bob', 'Canary-Cid'])
  })

  test('is a value, whatever is in it', async () => {
    const filter = encodeURIComponent('name = {sly}')
    const path = `shop/_table/customers?fields=name&filter=${filter}`
    await ask('POST', 'system/lookup', { token: root, body: { resource: [lookup("x') or ('1'='1", 'sly')] } })
    expect(await names({ token: root }, path)).toEqual([])
    await ask('PATCH', 'system/lookup/sly', { token: root, body: { value: 'Ann' } })
    expect(await names({ token: root }, path)).toEqual(['Ann'])
  })

  test('with the name of a built-in one changes nothing', async () => {
    const body = { resource: [lookup('2', 'user.id')] }
    expect((await ask('POST', 'system/lookup', { token: root, body })).status).toBe(201)
    const path = `shop/_table/customers?fields=name&filter=${encodeURIComponent('id = {user.id}')}`
    expect(await names({ token: root }, path)).toEqual(['Ann'])
  })
})

describe('a private lookup', () => {
  beforeAll(async () => {
    const hidden = { ...lookup(SECRET, 'hidden'), private: true }
    await ask('POST', 'system/lookup', { token: root, body: { resource: [hidden] } })
  })

  test('stands for nothing in filters and records, and is in no answer', async () => {
    const filter = encodeURIComponent('name = {hidden}')
    const asked = await ask('GET', `shop/_table/customers?filter=${filter}`, { token: root })
    expect([asked.status, asked.text.includes(SECRET)]).toEqual([400, false])
    const body = { resource: [{ id: 50, name: '{hidden}', email: 'h@example.com', region: 'north' }] }
    await ask('POST', 'shop/_table/customers', { token: root, body })
    expect((await ask('GET', 'shop/_table/customers/50', { token: root })).text).not.toContain(SECRET)
    expect((await ask('GET', 'system/lookup', { token: root })).text).not.toContain(SECRET)
  })

  test('is for the configuration of services, which shows its name alone', async () => {
    const file = { ...lookup('shop.sqlite', 'shop_file'), private: true }
    await ask('POST', 'system/lookup', { token: root, body: { resource: [file] } })
    const { config } = house.app
    const service = {
      name: 'copy',
      type: 'sqlite',
      is_active: true,
      config: { database: `${config.dataDir}/{shop_file}` },
    }
    const made = await ask('POST', 'system/service?validate=true', {
      token: root,
      body: { resource: [service] },
    })
    expect(made.status).toBe(201)
    expect(await names({ token: root }, 'copy/_table/customers/?fields=name&ids=1')).toEqual(['Ann'])
    expect((await ask('GET', 'system/service/copy', { token: root })).text).toContain('{shop_file}')
  })
})
