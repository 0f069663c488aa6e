import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const PASSWORD = 'UserPass-123456789'
let house: House
let root: string
const ask: ReturnType<typeof askOf> = (...args) => askOf(house)(...args)
const asRoot = (method: string, path: string, body: unknown) => ask(method, path, { token: root, body })
const environment = async (token?: string) =>
  Object((await ask('GET', 'system/environment', token ? { token } : {})).body)
const namesOf = async (token?: string) =>
  (await environment(token)).apps.map(({ name }: { name: string }) => name)

beforeAll(async () => {
  house = await openHouse({ reader: [] }, {}, { SLUICE_ALLOW_FOREVER_SESSIONS: 'true' })
  root = await signIn(house, 'admin', ADMIN)
  const role_id = [...house.app.store.snapshot().roleById.values()][0]?.id
  const launch = { is_active: true, type: 2, url: 'https://app.example.com' }
  const apps = [
    { name: 'open', ...launch, role_id, description: 'For all.' },
    { name: 'assigned', ...launch },
    { name: 'hidden', ...launch },
    { name: 'off', ...launch, role_id, is_active: false },
  ]
  const made = Object((await asRoot('POST', 'system/app', { resource: apps })).body).resource
  const una = {
    email: 'una@example.com',
    password: PASSWORD,
    default_app_id: made[1].id,
    user_to_app_to_role_by_user_id: [{ app_id: made[1].id, role_id }],
  }
  await asRoot('POST', 'system/user', { resource: [una] })
})
afterAll(() => house.close())

test('tells anybody what a login page needs, and nothing else', async () => {
  const { authentication, apps, ...rest } = await environment()
  expect(rest).toEqual({})
  expect(authentication).toMatchObject({
    allow_open_registration: false,
    open_reg_email_service_id: null,
    allow_forever_sessions: true,
    login_attribute: 'email',
  })
  expect(apps).toEqual([
    {
      id: expect.any(Number),
      name: 'open',
      description: 'For all.',
      url: 'https://app.example.com',
      is_default: false,
      allow_fullscreen_toggle: true,
      requires_fullscreen: false,
      toggle_location: 'top',
    },
  ])
})

test('tells people of their apps too, and administrators of all that are on', async () => {
  const una = await signIn(house, 'user', { email: 'una@example.com', password: PASSWORD })
  expect(await namesOf(una)).toEqual(['open', 'assigned'])
  const { apps } = await environment(una)
  expect(apps.map(({ is_default }: { is_default: boolean }) => is_default)).toEqual([false, true])
  expect(await namesOf(root)).toEqual(['open', 'assigned', 'hidden'])
})

test('tells of registration as it is set', async () => {
  const mail = { name: 'mail', type: 'local_email', is_active: true }
  const { body } = await asRoot('POST', 'system/service', { resource: [mail] })
  const open_reg_email_service_id = Object(body).resource[0].id
  const config = { allow_open_registration: true, open_reg_email_service_id }
  await asRoot('PATCH', 'system/service/user', { config })
  expect((await environment()).authentication).toMatchObject(config)
})
