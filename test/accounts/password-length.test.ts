import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newPassword } from '../../src/access/passwords.ts'
import { resetPassword, setup } from '../../src/commands/administrator.ts'
import { type House, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const LONG = 'twenty characters ok'
const SHORT = LONG.slice(1)
const USER = { email: 'una@example.com', password: LONG }
let house: House
let root: string
let token: string
const ask: ReturnType<typeof askOf> = (...args) => askOf(house)(...args)

beforeAll(async () => {
  house = await openHouse(
    {},
    {},
    { SLUICE_MIN_PASSWORD_LENGTH: '20', SLUICE_MIN_ADMIN_PASSWORD_LENGTH: '22' },
  )
  root = await signIn(house, 'admin', ADMIN)
  await ask('POST', 'system/user', { token: root, body: { resource: [USER] } })
  token = await signIn(house, 'user', USER)
  const body = { config: { allow_open_registration: true } }
  await ask('PATCH', 'system/service/user', { token: root, body })
})
afterAll(() => house.close())

const person = (email: string) => ({ resource: [{ email, password: SHORT }] })

test.each([
  ['POST', 'system/user', () => ({ token: root, body: person('a@example.com') }), 20],
  ['PATCH', 'system/user/una@example.com', () => ({ token: root, body: { password: SHORT } }), 20],
  ['POST', 'system/admin', () => ({ token: root, body: person('b@example.com') }), 22],
  ['POST', 'user/register', () => ({ body: { email: 'c@example.com', new_password: SHORT } }), 20],
  ['POST', 'user/password', () => ({ token, body: { old_password: LONG, new_password: SHORT } }), 20],
  [
    'POST',
    'system/admin/password',
    () => ({ token: root, body: { old_password: ADMIN.password, new_password: LONG } }),
    22,
  ],
])('%s %s keeps to the configured length', async (method, path, options, least) => {
  const { status, text } = await ask(method, path, options())
  expect(status).toBe(400)
  expect(text).toContain(`The password field must be at least ${least} characters.`)
})

test('a code is not used up by a password that is too short', async () => {
  await ask('POST', 'user/password?reset=true', { body: { email: USER.email } })
  const code = await vi.waitFor(async () => {
    const folder = join(house.app.config.dataDir, 'mail')
    const file = (await readdir(folder)).find((name) => name.endsWith('.eml'))
    if (file === undefined) throw new Error('no message yet')
    return /code: ([0-9A-Z]{32})/.exec(await readFile(join(folder, file), 'utf8'))?.[1] ?? ''
  }, 30_000)
  const reset = (new_password: string) =>
    ask('POST', 'user/password', { body: { email: USER.email, code, new_password } })
  expect((await reset(SHORT)).status).toBe(400)
  expect((await reset(`${LONG}!`)).status).toBe(200)
})

test('the commands keep to it, and make passwords that are long enough', async () => {
  const config = { ...house.app.config, minAdminPasswordLength: 30 }
  const options = { config, email: 'new@example.com', password: ADMIN.password, print: () => {} }
  await expect(setup(options)).rejects.toThrow('The password must have at least 30 characters.')
  await expect(resetPassword({ ...options, email: ADMIN.email })).rejects.toThrow('at least 30 characters')
  expect([newPassword(40).length, newPassword().length]).toEqual([40, 24])
})
