import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const SECRET = 'canary-4711'
const PEOPLE = ['user', 'user/*', 'app/*', 'role/*']

let house: House
let token: string
let count = 0
let ids: Record<'una' | 'role' | 'app', number>

const root = async (method: string, path: string, body?: unknown) => {
  const answer = await askOf(house)(method, `system/${path}`, { token, body })
  expect(answer.status, answer.text).toBeLessThan(300)
  return Object(answer.body)
}
const create = async (resource: string, record: object): Promise<number> =>
  (await root('POST', resource, { resource: [record] })).resource[0].id

/** Asks with the key of an app whose role may do everything with these components of the system. */
async function keyTo(...components: string[]): Promise<ReturnType<typeof askOf>> {
  const service_id = house.app.store.snapshot().serviceByName.get('system')?.id
  const access = components.map((component) => ({ service_id, component, verb_mask: 31, requestor_mask: 1 }))
  const name = `keyed${++count}`
  const role_id = await create('role', { name, is_active: true, role_service_access_by_role_id: access })
  const app = { name, is_active: true, role_id }
  const { resource } = await root('POST', 'app?fields=api_key', { resource: [app] })
  return (method, path, options) =>
    askOf(house)(method, `system/${path}`, { key: resource[0].api_key, ...options })
}

beforeAll(async () => {
  house = await openHouse({ reader: [{ component: '*', verbs: ['GET'] }] })
  token = await signIn(house, 'admin', ADMIN)
  const lookup = { name: 'secret', value: SECRET }
  const role = await create('role', { name: 'hidden-role', is_active: true, lookup_by_role_id: [lookup] })
  const app = await create('app', { name: 'hidden-app', role_id: role, lookup_by_app_id: [lookup] })
  const una = await create('user', {
    email: 'una@example.com',
    user_custom_by_user_id: [{ name: 'diary', value: { page: SECRET } }],
    lookup_by_user_id: [lookup],
    user_to_app_to_role_by_user_id: [{ app_id: app, role_id: role }],
  })
  ids = { una, role, app }
})
afterAll(() => house.close())

describe('related records are read under rights of their own', () => {
  const CASES = [
    ['user', 'una', 'user_custom_by_user_id', 'user_custom'],
    ['user', 'una', 'lookup_by_user_id', 'lookup/*'],
    ['role', 'role', 'lookup_by_role_id', 'lookup/*'],
    ['app', 'app', 'lookup_by_app_id', 'lookup'],
  ] as const

  test.each(CASES)('%s %s: %s takes %s', async (resource, which, relation, component) => {
    const reader = await keyTo(...PEOPLE)
    const ways = (name: string): [string, string, object?][] => [
      ['GET', `${resource}/${ids[which]}?related=${name}`],
      ['GET', `${resource}?related=${name}&fields=*`],
      ['GET', `${resource}?ids=${ids[which]}&related=${name}`],
      ['PATCH', `${resource}/${ids[which]}?related=${name}`, { body: {} }],
      ['PUT', `${resource}?related=${name}`, { body: { resource: [{ id: ids[which] }] } }],
    ]
    for (const [method, path, options] of ways(relation)) {
      const refused = await reader(method, path, options)
      // What may be written without being read is no secret: 403. Else the answer is that to an unknown name.
      expect([path, refused.status]).toEqual([path, relation.startsWith('lookup') ? 403 : 400])
      expect(refused.text).not.toContain(SECRET)
    }
    const allowed = await keyTo(...PEOPLE, component)
    for (const [method, path, options] of ways(relation)) {
      const answer = await allowed(method, path, options)
      expect([path, answer.status, answer.text.includes(SECRET)], answer.text).toEqual([path, 200, true])
    }
  })

  test('what people keep for themselves is not changed by rights to their accounts', async () => {
    const ask = await keyTo(...PEOPLE)
    const children = [{ name: 'diary', value: 'torn out' }]
    for (const method of ['PATCH', 'PUT'])
      expect(
        (await ask(method, `user/${ids.una}`, { body: { user_custom_by_user_id: children } })).status,
      ).toBe(403)
  })
})

describe('who uses a record is named to who may read them, and counted for others', () => {
  const conflict = async (ask: ReturnType<typeof askOf>, path: string) => {
    const { status, body, text } = await ask('DELETE', path)
    expect(status, text).toBe(409)
    return Object(body).error
  }

  test('a role', async () => {
    const path = `role/${ids.role}`
    const blind = await conflict(await keyTo('role/*'), path)
    expect(blind).toMatchObject({
      message: "'hidden-role' is used by 1 apps and 1 users.",
      context: { used_by: {}, others: { apps: 1, users: 1 } },
    })
    const apps = await conflict(await keyTo('role/*', 'app/*'), path)
    expect(apps.context).toEqual({ used_by: { apps: ['hidden-app'] }, others: { users: 1 } })
    const all = await conflict(await keyTo(...PEOPLE), path)
    expect(all.context).toEqual({ used_by: { apps: ['hidden-app'], users: ['una@example.com'] } })
  })

  test('a service', async () => {
    const access = (service: string | undefined, component: string) => ({
      service_id: house.app.store.snapshot().serviceByName.get(service ?? '')?.id ?? null,
      component,
      verb_mask: 31,
      requestor_mask: 1,
    })
    const role_id = await create('role', {
      name: 'services',
      is_active: true,
      role_service_access_by_role_id: [access('system', 'service/*'), access(undefined, '_table/*')],
    })
    await root('PATCH', 'app/reader', { role_id })
    const ask: ReturnType<typeof askOf> = (method, path) =>
      askOf(house)(method, `system/${path}`, { key: keyOf('reader') })
    const { status, text } = await ask('DELETE', 'service/shop')
    expect([status, text.includes("'reader'")]).toEqual([403, false])
  })
})
