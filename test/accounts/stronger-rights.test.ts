import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const PASSWORD = 'UserPass-123456789'
const KEY = 'k'.repeat(64)
const ALL = 31
const MAPPINGS = 'user_to_app_to_role_by_user_id'
const rules = {
  desk: [{ component: '_table/orders', verbs: ['GET'] }],
  boss: [{ component: '_table/*', verbs: ['GET', 'POST'] }],
}

let house: House
let count = 0
let token: string
let ids: Record<'desk' | 'boss' | 'system' | 'deskApp' | 'bossApp', number>
/** Writes users, apps and, by the letter of the rule, administrators; the chief writes roles too. */
let clerk: string
let chief: string

type Answer = Awaited<ReturnType<House['rest']>>

const root = (method: string, path: string, body?: unknown) =>
  askOf(house)(method, `system/${path}`, { token, ...(body !== undefined && { body }) })
const as = (who: string) => (method: string, path: string, body?: unknown) =>
  askOf(house)(method, `system/${path}`, {
    token: who,
    key: keyOf('desk'),
    ...(body !== undefined && { body }),
  })
const one = (record: object) => ({ resource: [record] })
/** Of a batch of one, the status of the one. */
const statusOf = ({ status, body }: Answer): number =>
  Object(body).error?.context?.resource?.[0]?.status_code ?? status

async function create(resource: string, record: object, by = root): Promise<number> {
  const { status, body } = await by('POST', resource, one(record))
  expect([status, status === 201 ? '' : body]).toEqual([201, ''])
  return Number(Object(body).resource[0].id)
}

const rulesOf = (...components: string[]) =>
  components.map((component) => ({
    service_id: ids.system,
    component,
    verb_mask: ALL,
    requestor_mask: 3,
  }))

/** A new account bound by a role of its own, made of rules on the system. */
async function bound(kind: 'user' | 'admin', ...components: string[]): Promise<{ id: number; role: number }> {
  count += 1
  const role = await create('role', {
    name: `role${count}`,
    is_active: true,
    role_service_access_by_role_id: rulesOf(...components),
  })
  const id = await create(kind, {
    email: `bound${count}@example.com`,
    password: PASSWORD,
    user_to_app_to_role_by_user_id: [{ app_id: ids.deskApp, role_id: role }],
  })
  return { id, role }
}

async function signedIn(kind: 'user' | 'admin', ...components: string[]): Promise<string> {
  await bound(kind, ...components)
  return signIn(house, kind, { email: `bound${count}@example.com`, password: PASSWORD })
}

/** The mapping of an account, as it is stored. */
async function mappingOf(kind: 'user' | 'admin', id: number): Promise<Record<string, number> | undefined> {
  const { body } = await root('GET', `${kind}/${id}?fields=id&related=${MAPPINGS}`)
  return Object(body)[MAPPINGS][0]
}

beforeAll(async () => {
  house = await openHouse(rules)
  token = await signIn(house, 'admin', ADMIN)
  const { apps, roleById, serviceByName } = house.app.store.snapshot()
  const role = (wanted: string) => [...roleById.values()].find(({ name }) => name === wanted)?.id ?? 0
  const app = (wanted: string) => apps.find(({ roleId }) => roleId === role(wanted))?.id ?? 0
  ids = {
    desk: role('desk'),
    boss: role('boss'),
    deskApp: app('desk'),
    bossApp: app('boss'),
    system: serviceByName.get('system')?.id ?? 0,
  }
  clerk = await signedIn('user', 'user/*', 'app/*', 'admin/*')
  chief = await signedIn('admin', 'user/*', 'app/*', 'admin/*', 'role/*')
})
afterAll(() => house.close())

describe('a role is not given by rights to a user or an app', () => {
  test('to a user, new or not, by way of any parent', async () => {
    const una = await create('user', { email: 'una@example.com' })
    const mapping = { app_id: ids.deskApp, role_id: ids.boss }
    const ask = as(clerk)
    const tries = [
      ask('PATCH', `user/${una}`, { [MAPPINGS]: [mapping] }),
      ask('PUT', `user/${una}`, { [MAPPINGS]: [mapping] }),
      ask('PATCH', 'user', one({ id: una, [MAPPINGS]: [mapping] })),
      ask('PATCH', `user?ids=${una}`, one({ [MAPPINGS]: [mapping] })),
      ask('POST', 'user', one({ email: 'new@example.com', [MAPPINGS]: [mapping] })),
      ask('PATCH', `app/${ids.deskApp}`, {
        user_to_app_to_role_by_app_id: [{ user_id: una, role_id: ids.boss }],
      }),
      ask('PATCH', `role/${ids.boss}`, {
        user_to_app_to_role_by_role_id: [{ user_id: una, app_id: ids.deskApp }],
      }),
    ]
    expect((await Promise.all(tries)).map(statusOf)).toEqual(tries.map(() => 403))
    expect(await mappingOf('user', una)).toBeUndefined()
    expect((await root('GET', 'user/new@example.com')).status).toBe(404)
    expect(statusOf(await as(chief)('PATCH', `user/${una}`, { [MAPPINGS]: [mapping] }))).toBe(200)
    expect(await mappingOf('user', una)).toMatchObject(mapping)
  })

  test('nor to oneself, by rights to the own record alone', async () => {
    const { id, role } = await bound('user', 'user')
    await root('PATCH', `role/${role}`, { role_service_access_by_role_id: rulesOf(`user/${id}`) })
    const self = await signIn(house, 'user', { email: `bound${count}@example.com`, password: PASSWORD })
    const mapping = await mappingOf('user', id)
    const change = (child: object) => as(self)('PATCH', `user/${id}`, { [MAPPINGS]: [child] })
    const gone = { id: mapping?.id, user_id: null }
    const children = [
      { app_id: ids.bossApp, role_id: ids.boss },
      { id: mapping?.id, role_id: ids.boss },
      gone,
    ]
    for (const child of children) expect(statusOf(await change(child))).toBe(403)
    expect(await mappingOf('user', id)).toEqual(mapping)
    expect(statusOf(await change({ id: mapping?.id, role_id: role }))).toBe(200)
    expect(statusOf(await as(self)('PATCH', `user/${id}`, { first_name: 'Una' }))).toBe(200)
  })

  test('to an app, new or not', async () => {
    const ask = as(clerk)
    const own = await create('app', { name: 'own' }, ask)
    const role_id = ids.boss
    const tries = [
      ask('POST', 'app', one({ name: 'spy', api_key: KEY, role_id })),
      ask('PATCH', `app/${own}`, { role_id }),
      ask('PUT', `app/${own}`, { role_id: String(role_id) }),
      ask('PATCH', `app/${ids.bossApp}`, { role_id: null }),
      ask('PATCH', `role/${role_id}`, { app_by_role_id: [{ name: 'spy', api_key: KEY }] }),
      ask('PATCH', `service/${ids.system}`, { app_by_storage_service_id: [{ name: 'spy', role_id }] }),
    ]
    expect((await Promise.all(tries)).map(statusOf)).toEqual(tries.map(() => 403))
    expect(Object((await root('GET', `app/${own}?fields=role_id`)).body).role_id).toBeNull()
    expect((await root('GET', 'app/spy')).status).toBe(404)
    const unchanged = { role_id, description: 'x' }
    expect(statusOf(await ask('PATCH', `app/${ids.bossApp}`, unchanged))).toBe(200)
    expect(statusOf(await as(chief)('PATCH', `app/${own}`, { role_id }))).toBe(200)
  })

  test('rights to one role only are not enough', async () => {
    const some = await signedIn('user', 'app/*', `role/${ids.boss}`)
    const answer = await as(some)('POST', 'app', one({ name: 'some', role_id: ids.boss }))
    expect(statusOf(answer)).toBe(403)
  })
})

describe('the key of an app that somebody else made', () => {
  test('is neither set nor made anew', async () => {
    const ask = as(clerk)
    const path = `app/${ids.bossApp}`
    const tries = [
      ask('PATCH', path, { api_key: KEY }),
      ask('PATCH', `${path}?regenerate=true&fields=api_key`, {}),
      ask('PUT', `${path}?regenerate=true`, {}),
      ask('PATCH', 'app?regenerate=true', one({ id: ids.bossApp })),
      ask('PATCH', 'app?regenerate=true&filter=id>0&continue=true', one({})),
    ]
    const answers = await Promise.all(tries)
    expect(answers.map(statusOf)).toEqual(tries.map(() => 403))
    expect((await house.rest('GET', '/api/v2/shop/_table/orders', { key: keyOf('boss') })).status).toBe(200)
  })

  test('is changed by whoever made it, and by whoever may write roles', async () => {
    const own = await create('app', { name: 'mine' }, as(clerk))
    const anew = await as(clerk)('PATCH', `app/${own}?regenerate=true&fields=api_key`, {})
    expect(Object(anew.body).api_key).toMatch(/^[0-9a-f]{64}$/)
    expect(statusOf(await as(chief)('PATCH', `app/${own}`, { api_key: `${KEY}x` }))).toBe(200)
  })
})

describe('administrators', () => {
  test('are read and not written by a rule', async () => {
    const { id } = await bound('admin', 'user/*')
    const mapping = await mappingOf('admin', id)
    const record = { email: 'evil@example.com', password: PASSWORD }
    for (const ask of [as(clerk), as(chief)]) {
      const tries = [
        ask('POST', 'admin', one(record)),
        ask('PATCH', `admin/${id}`, { password: PASSWORD }),
        ask('PUT', `admin/${id}`, { password: PASSWORD }),
        ask('PATCH', 'admin', one({ id, email: 'evil@example.com' })),
        ask('PATCH', 'admin?filter=id>0', one({ is_active: false })),
        ask('DELETE', `admin/${id}`),
        ask('DELETE', `admin?ids=${id}&force=true`),
        ask('PATCH', `admin/${id}`, { [MAPPINGS]: [{ id: mapping?.id, user_id: null }] }),
      ]
      expect((await Promise.all(tries)).map(statusOf)).toEqual(tries.map(() => 403))
      expect((await ask('GET', `admin/${id}`)).status).toBe(200)
    }
    expect((await root('GET', 'admin/evil@example.com')).status).toBe(404)
  })

  test('who are bound stay so, also when the app or the role goes', async () => {
    const { id, role } = await bound('admin', 'user/*')
    const mapping = await mappingOf('admin', id)
    const ask = as(chief)
    const tries = [
      ask('PATCH', `role/${role}`, { user_to_app_to_role_by_role_id: [{ id: mapping?.id, role_id: null }] }),
      ask('PATCH', `role/${role}`, {
        user_to_app_to_role_by_role_id: [{ id: mapping?.id, app_id: ids.bossApp }],
      }),
      ask('PATCH', `app/${ids.deskApp}`, {
        user_to_app_to_role_by_app_id: [{ id: mapping?.id, role_id: ids.boss }],
      }),
      ask('DELETE', `role/${role}?force=true`),
      ask('DELETE', `app/${ids.deskApp}?force=true`),
      as(clerk)('DELETE', `app/${ids.deskApp}?force=true`),
    ]
    expect((await Promise.all(tries)).map(statusOf)).toEqual(tries.map(() => 403))
    expect(await mappingOf('admin', id)).toEqual(mapping)
  })

  test('keep one whom nothing binds, also when a mapping is moved', async () => {
    const una = await create('user', { email: 'moved@example.com' })
    const mapping = { app_id: ids.bossApp, role_id: ids.boss }
    await root('PATCH', `user/${una}`, { [MAPPINGS]: [mapping] })
    const id = (await mappingOf('user', una))?.id
    const last = Object((await root('GET', `admin/${ADMIN.email}?fields=id`)).body).id
    const moves = [
      root('PATCH', `role/${ids.boss}`, { user_to_app_to_role_by_role_id: [{ id, user_id: last }] }),
      root('PATCH', `app/${ids.bossApp}`, { user_to_app_to_role_by_app_id: [{ id, user_id: last }] }),
      root('PATCH', `user/${una}`, { [MAPPINGS]: [{ id, user_id: last }] }),
      root('PATCH', `admin/${last}`, { [MAPPINGS]: [{ id, user_id: last }] }),
    ]
    expect((await Promise.all(moves)).map(statusOf)).toEqual(moves.map(() => 409))
    expect(await mappingOf('user', una)).toMatchObject(mapping)
    expect((await root('GET', 'admin')).status).toBe(200)
  })
})
