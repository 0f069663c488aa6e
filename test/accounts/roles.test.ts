import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const reader = [
  {
    component: '_table/orders/*',
    verbs: ['GET'],
    filters: [{ name: 'id', operator: '=', value: '{user.id}' }],
  },
  { component: '_table/customers', verbs: ['GET', 'POST'] },
]
let house: House
let token: string
const ask: ReturnType<typeof askOf> = (...args) => askOf(house)(...args)

beforeAll(async () => {
  house = await openHouse({ reader, idle: [] })
  token = await signIn(house, 'admin', ADMIN)
})
afterAll(() => house.close())

describe('what a role may do', () => {
  test('is told table by table, with the rules that say so', async () => {
    const { status, body } = await ask('GET', 'system/role/reader/effective?service=shop', { token })
    expect(status).toBe(200)
    expect(body).toMatchObject({ role: { name: 'reader', is_active: true }, service: 'shop' })
    const resource = Reflect.get(Object(body), 'resource')
    expect(resource).toContainEqual({
      component: '_table/orders',
      verbs: ['GET'],
      rules: [
        {
          service: 'shop',
          component: '_table/orders/*',
          verb_mask: 1,
          filters: [{ name: 'id', operator: '=', value: '{user.id}' }],
          filter_op: 'AND',
        },
      ],
    })
    expect(resource).toContainEqual(
      expect.objectContaining({ component: '_table/customers', verbs: ['GET', 'POST'] }),
    )
    expect(resource).toContainEqual({ component: '_table/secret_salaries', verbs: [], rules: [] })
  })

  test('agrees with what the role is let in to', async () => {
    const { body } = await ask('GET', 'system/role/reader/effective?service=shop', { token })
    const resource: readonly { component: string; verbs: string[] }[] = Reflect.get(Object(body), 'resource')
    const tables = resource.filter(({ component }) => component.startsWith('_table/'))
    expect(tables.length).toBeGreaterThan(2)
    for (const { component, verbs } of tables) {
      if (component === '_table/orders') continue
      const { status } = await ask('GET', `shop/${component}?limit=1`, { key: keyOf('reader') })
      expect([component, status === 200]).toEqual([component, verbs.includes('GET')])
    }
  })

  test('is nothing while it is not active', async () => {
    await ask('POST', 'system/role', { token, body: { resource: [{ name: 'asleep' }] } })
    const { body } = await ask('GET', 'system/role/asleep/effective?service=shop', { token })
    expect(body).toMatchObject({ role: { is_active: false } })
    expect(JSON.stringify(body)).not.toContain('"GET"')
  })

  test('is asked with a service that is there, of a role that is there', async () => {
    const get = async (path: string) => (await ask('GET', `system/role/${path}`, { token })).status
    expect(await get('reader/effective')).toBe(400)
    expect(await get('reader/effective?service=none')).toBe(404)
    expect(await get('none/effective?service=shop')).toBe(404)
    expect(await get('reader/effective?service=system')).toBe(200)
    expect((await ask('POST', 'system/role/reader/effective?service=shop', { token, body: {} })).status).toBe(
      400,
    )
  })

  test('is for those who may read roles', async () => {
    const { status, body } = await ask('GET', 'system/role/reader/effective?service=shop', {
      key: keyOf('reader'),
    })
    expect(status).toBe(403)
    expect(body).toMatchObject({ error: { context: { reason: 'not_allowed_by_role' } } })
  })
})

test('a refusal says for machines why', async () => {
  const get = async (who: object) => {
    const { status, body } = await ask('GET', 'shop/_table/orders', who)
    return [status, Reflect.get(Object(Reflect.get(Object(body), 'error')).context ?? {}, 'reason')]
  }
  expect(await get({})).toEqual([401, 'no_credentials'])
  expect(await get({ key: 'f'.repeat(64) })).toEqual([401, 'unknown_key'])
  expect(await get({ key: keyOf('idle') })).toEqual([403, 'not_allowed_by_role'])
})
