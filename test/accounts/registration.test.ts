import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type House, openHouse } from '../helpers/house.ts'
import { codeIn, type Mailbox, openMailbox } from './mailbox.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const PASSWORD = 'a-fresh-password'
let house: House
let box: Mailbox
let root: string
let email: string
let count = 0
const ask: ReturnType<typeof askOf> = (...args) => askOf(house)(...args)
const errorOf = (body: unknown) => Object(Object(body).error)
const register = (body: object, path = 'user/register') => ask('POST', path, { body })
const settle = (config: object) => ask('PATCH', 'system/service/user', { token: root, body: { config } })
const confirm = (body: object) => ask('POST', 'user/password', { body })
const rolesOf = (address: string) => {
  const { userByEmail, rolesByUser } = house.app.store.snapshot()
  return Object.fromEntries(rolesByUser.get(userByEmail.get(address)?.id ?? 0) ?? [])
}

beforeAll(async () => {
  box = await openMailbox()
  house = await openHouse({
    reader: [{ component: '*', verbs: ['GET'] }],
    writer: [{ component: '*', verbs: ['GET', 'POST'] }],
  })
  root = await signIn(house, 'admin', ADMIN)
  const config = { host: '127.0.0.1', port: box.port, encryption: 'none' }
  const record = { name: 'mail', type: 'smtp_email', is_active: true, config }
  const made = await ask('POST', 'system/service', { token: root, body: { resource: [record] } })
  const { id } = Object(made.body).resource[0]
  const services = { open_reg_email_service_id: id, password_email_service_id: id }
  await settle({ allow_open_registration: true, confirm_register_url: 'https://a.example/in', ...services })
})
afterAll(async () => {
  await house.close()
  await box.close()
})
beforeEach(() => {
  email = `rob${++count}@example.com`
})

describe('who registers', () => {
  test('gets a code, chooses a password with it, and signs in', async () => {
    const { status, text } = await register({ email, first_name: 'Rob', password: 'of no matter' })
    expect([status, text]).toEqual([200, '{"success":true}'])
    const message = await box.next(email)
    expect(message.text).toContain('Hello Rob,')
    const code = codeIn(message)
    expect(message.text).toContain(`https://a.example/in?code=${code}`)
    await expect(signIn(house, 'user', { email, password: 'of no matter' })).rejects.toThrow('401')
    expect((await confirm({ email, code, new_password: PASSWORD })).text).toBe('{"success":true}')
    await signIn(house, 'user', { email, password: PASSWORD })
  })

  test('has no session before that', async () => {
    const { text } = await register({ email }, 'user/register?login=true')
    expect(text).toBe('{"success":true,"confirmation_required":true}')
    const { body } = await ask('GET', `system/user/${email}`, { token: root })
    expect(body).toMatchObject({ confirmed: false, expired: false })
  })

  test('a second time is sent another code, and the first one is void', async () => {
    await register({ email, first_name: 'Rob' })
    const first = codeIn(await box.next(email))
    await register({ email, first_name: 'Bob' })
    const second = await box.next(email, 2)
    expect(second.text).toContain('Hello Bob,')
    expect((await confirm({ email, code: first, new_password: PASSWORD })).status).toBe(404)
    expect((await confirm({ email, code: codeIn(second), new_password: PASSWORD })).status).toBe(200)
  })

  test('with the address of an account gets the same answer, and its owner a way in', async () => {
    const record = { email, password: PASSWORD, first_name: 'Rob' }
    await ask('POST', 'system/user', { token: root, body: { resource: [record] } })
    const { text } = await register({ email, first_name: 'Mallory' })
    expect(text).toBe('{"success":true}')
    const message = await box.next(email)
    expect(message.text).toContain('reset your password')
    expect(message.text).not.toContain('Mallory')
    await signIn(house, 'user', { email, password: PASSWORD })
  })

  test('with the address of an administrator or of somebody who was invited changes nothing', async () => {
    const invited = { resource: [{ email, first_name: 'Ivy' }] }
    await ask('POST', 'system/user?send_invite=true', { token: root, body: invited })
    for (const address of [ADMIN.email, email])
      expect((await register({ email: address, first_name: 'Mallory' })).text).toBe('{"success":true}')
    await new Promise((resolve) => setTimeout(resolve, 300))
    const { snapshot } = house.app.store
    expect([ADMIN.email, email].map((at) => snapshot().userByEmail.get(at)?.firstName)).toEqual([
      'System',
      'Ivy',
    ])
    expect(box.received.filter(({ to }) => to.includes(email) || to.includes(ADMIN.email))).toEqual([])
  })
})

const REFUSED: readonly (readonly [object, object])[] = [
  [{}, { email: ['The email field is required.'] }],
  [{ email: 'nonsense' }, { email: ['The email field must be a valid email address.'] }],
  [{ email: 'r@example.com', username: 'x y' }, { username: [expect.any(String)] }],
  [{ email: 'r@example.com', username: ADMIN.email }, { username: ['The username has already been taken.'] }],
  [{ email: 'r@example.com', frist_name: 'R' }, { frist_name: [expect.stringContaining("'first_name'")] }],
  ...['id', 'is_sys_admin', 'is_active', 'created_date', 'user_to_app_to_role_by_user_id'].map(
    (field) => [{ email: 'r@example.com', [field]: 1 }, { [field]: [expect.any(String)] }] as const,
  ),
]

test.each(REFUSED)('%j is refused by field, at once', async (body, context) => {
  const { status, body: answer } = await register(body)
  expect([status, errorOf(answer).message, errorOf(answer).context]).toEqual([
    400,
    'Validation failed',
    context,
  ])
})

describe('roles of people who register', () => {
  afterEach(() => settle({ open_reg_role_id: null, app_role_map: null }))

  test('are the one for all apps, and in place of it those of the map', async () => {
    const { apps, roleById } = house.app.store.snapshot()
    const roles = [...roleById.values()]
    const [reader, writer] = ['reader', 'writer'].map((name) => roles.find((role) => role.name === name)?.id)
    const [first, ...rest] = apps.map(({ id }) => id)
    const map = [{ app_id: first, role_id: writer }]
    expect((await settle({ open_reg_role_id: reader, app_role_map: map })).status).toBe(200)
    await register({ email })
    await box.next(email)
    expect(rolesOf(email)).toEqual(
      Object.fromEntries([[first, writer], ...rest.map((id) => [id, reader] as const)]),
    )
    await settle({ open_reg_role_id: null })
    const other = `other-${email}`
    await register({ email: other })
    await box.next(other)
    expect(rolesOf(other)).toEqual({ [String(first)]: writer })
  })
})
