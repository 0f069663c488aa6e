import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const PASSWORD = 'UserPass-123456789'
const MAPPINGS = 'user_to_app_to_role_by_user_id'
const reader = [{ component: '_table/orders/*', verbs: ['GET'] }]

let house: House
let root: string
let una: string
let email: string
let mapping: {
  readonly id: number
  readonly user_id: number
  readonly app_id: number
  readonly role_id: number
}
let other: { readonly app_id: number; readonly role_id: number }
let count = 0

const asRoot = async (method: string, path: string, body?: unknown) => {
  const answer = await askOf(house)(method, `system/${path}`, { token: root, body })
  expect(answer.status, answer.text).toBeLessThan(300)
  return Object(answer.body)
}
const read = async (token: string) =>
  (await askOf(house)('GET', 'shop/_table/orders?limit=1', { token, key: keyOf('idle') })).status
const refresh = async (token: string) => (await askOf(house)('PUT', 'user/session', { token })).status
const mappingOf = async () =>
  (await asRoot('GET', `user/${email}?fields=id&related=${MAPPINGS}`))[MAPPINGS][0]
const ofUser = (child: object) => asRoot('PATCH', `user/${email}`, { [MAPPINGS]: [child] })
const packed = (roles: readonly object[]) =>
  asRoot('POST', 'config_package?overwrite=true', {
    format: 'dreamfactory.config/v1',
    users: [{ email, name: 'Una', roles }],
  })
const roleInPackage = (is_active: boolean) => {
  const rule = { service: 'shop', component: '_table/orders/*', verb_mask: 1 }
  const role = { name: 'reader', is_active, service_access: [rule] }
  return asRoot('POST', 'config_package?overwrite=true', { format: 'dreamfactory.config/v1', roles: [role] })
}

beforeAll(async () => {
  house = await openHouse({ reader, idle: [], other: reader })
  root = await signIn(house, 'admin', ADMIN)
})
afterAll(() => house.close())

beforeEach(async () => {
  email = `una${++count}@example.com`
  const { roleById, apps } = house.app.store.snapshot()
  const role = (name: string) => [...roleById.values()].find((one) => one.name === name)?.id ?? 0
  const app = (name: string) => apps.find((one) => one.name === name)?.id ?? 0
  other = { app_id: app('other'), role_id: role('other') }
  const given = { app_id: app('idle'), role_id: role('reader') }
  await asRoot('POST', 'user', { resource: [{ email, password: PASSWORD, [MAPPINGS]: [given] }] })
  mapping = await mappingOf()
  una = await signIn(house, 'user', { email, password: PASSWORD })
  expect(await read(una)).toBe(200)
})

type Step = () => Promise<unknown>
const WAYS: readonly (readonly [string, Step, Step])[] = [
  [
    'a role that is switched off and on',
    () => asRoot('PATCH', 'role/reader', { is_active: false }),
    () => asRoot('PATCH', 'role/reader', { is_active: true }),
  ],
  ['the same in a config package', () => roleInPackage(false), () => roleInPackage(true)],
  [
    'the same by PUT, in a list',
    () => asRoot('PUT', 'role', { resource: [{ id: mapping.role_id, is_active: 0 }] }),
    () => asRoot('PUT', `role?ids=${mapping.role_id}`, { resource: [{ is_active: 1 }] }),
  ],
  [
    'another role and the old one',
    () => ofUser({ id: mapping.id, role_id: other.role_id }),
    () => ofUser({ id: mapping.id, role_id: mapping.role_id }),
  ],
  [
    'a role taken and given back',
    () => ofUser({ id: mapping.id, user_id: null }),
    () => ofUser({ app_id: mapping.app_id, role_id: mapping.role_id }),
  ],
  [
    'a role with another app, and with the old one',
    () =>
      asRoot('PATCH', 'role/reader', {
        user_to_app_to_role_by_role_id: [{ id: mapping.id, app_id: other.app_id }],
      }),
    () =>
      asRoot('PATCH', 'role/reader', {
        user_to_app_to_role_by_role_id: [{ id: mapping.id, app_id: mapping.app_id }],
      }),
  ],
  [
    'a role taken by way of the app and given back',
    () => asRoot('PATCH', 'app/idle', { user_to_app_to_role_by_app_id: [{ id: mapping.id, app_id: null }] }),
    () =>
      asRoot('PATCH', 'app/idle', {
        user_to_app_to_role_by_app_id: [{ user_id: mapping.user_id, role_id: mapping.role_id }],
      }),
  ],
  [
    'a further role, given and taken',
    () => ofUser(other),
    async () => {
      const all = (await asRoot('GET', `user/${email}?fields=id&related=${MAPPINGS}`))[MAPPINGS]
      await ofUser({ id: all.find(({ app_id }: typeof other) => app_id === other.app_id).id, user_id: null })
    },
  ],
  [
    'roles of a config package, other ones and the old ones',
    () => packed([{ app: 'other', role: 'other' }]),
    () => packed([{ app: 'idle', role: 'reader' }]),
  ],
]

test.each(WAYS)('%s do not bring a session back', async (_what, lose, giveBack) => {
  await lose()
  expect(await read(una)).toBe(403)
  await giveBack()
  expect([await read(una), await refresh(una)]).toEqual([403, 401])
  expect(await read(await signIn(house, 'user', { email, password: PASSWORD }))).toBe(200)
})

test('what changes no role ends no session', async () => {
  await asRoot('PATCH', 'role/reader', { description: 'reads', is_active: true })
  await ofUser({ id: mapping.id, role_id: mapping.role_id })
  await packed([{ app: 'idle', role: 'reader' }])
  expect(await read(una)).toBe(200)
})

test('the number of ended sessions is nobody’s to read or write', async () => {
  expect(Object.keys(await asRoot('GET', 'role/reader'))).not.toContain('session_epoch')
  const answer = await askOf(house)('PATCH', 'system/role/reader', {
    token: root,
    body: { session_epoch: 0 },
  })
  expect(answer.status).toBe(400)
})
