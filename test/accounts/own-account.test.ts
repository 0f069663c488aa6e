import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type House, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const PASSWORD = 'UserPass-123456789'
const FRESH = 'another-good-one'
let house: House
let root: string
let token: string
let email: string
let count = 0
const ask: ReturnType<typeof askOf> = (...args) => askOf(house)(...args)
const errorOf = (body: unknown) => Object(Object(body).error)

beforeAll(async () => {
  house = await openHouse({ reader: [{ component: '_table/orders', verbs: ['GET'] }] })
  root = await signIn(house, 'admin', ADMIN)
})
afterAll(() => house.close())

beforeEach(async () => {
  email = `una${++count}@example.com`
  const record = { email, password: PASSWORD, first_name: 'Una', last_name: 'User', phone: '123' }
  await ask('POST', 'system/user', { token: root, body: { resource: [record] } })
  token = await signIn(house, 'user', { email, password: PASSWORD })
})

describe('a profile', () => {
  test('is shown and changed by its owner', async () => {
    const shown = async () => (await ask('GET', 'user/profile', { token })).body
    expect(await shown()).toEqual({
      username: email,
      first_name: 'Una',
      last_name: 'User',
      name: 'Una User',
      email,
      phone: '123',
      security_question: null,
      default_app_id: null,
      oauth_provider: '',
      adldap: '',
    })
    const change = await ask('POST', 'user/profile', { token, body: { first_name: 'Uno', phone: null } })
    expect(change.body).toEqual({ success: true })
    expect(await shown()).toMatchObject({ first_name: 'Uno', phone: null, name: 'Una User' })
  })

  test.each([
    [{}, 'No data supplied for operation.'],
    [{ is_active: false }, "Unknown field 'is_active'."],
    [{ is_sys_admin: true }, "Unknown field 'is_sys_admin'."],
    [{ password: FRESH }, "Unknown field 'password'."],
    [{ first_nam: 'x' }, "Unknown field 'first_nam'. Did you mean 'first_name'?"],
    [{ user_to_app_to_role_by_user_id: [] }, /Unknown field/],
    [{ email: 'new@example.com' }, 'Current Password required to change email'],
    [{ email: 'new@example.com', current_password: 'wrong' }, 'The password supplied does not match.'],
    [{ email: 'nonsense', current_password: PASSWORD }, /must be a valid email address/],
  ])('does not take %j', async (body, message) => {
    const { status, body: answer } = await ask('PATCH', 'user/profile', { token, body })
    expect([status, errorOf(answer).message]).toEqual([400, expect.stringMatching(message)])
  })

  test('with another address goes on with a new token alone', async () => {
    const body = { email: `new-${email}`, current_password: PASSWORD }
    const answer = await ask('PATCH', 'user/profile', { token, body })
    const fresh = String(Object(answer.body).session_token)
    expect((await ask('GET', 'user/profile', { token })).status).toBe(401)
    expect((await ask('GET', 'user/profile', { token: fresh })).body).toMatchObject({ email: `new-${email}` })
  })

  test.each(['user/profile', 'system/user'])(
    'with its old address again has none of its old tokens: %s',
    async (path) => {
      const record = async (address: string) => {
        const body = { email: address, current_password: PASSWORD }
        if (path === 'system/user')
          return ask('PATCH', `${path}/${id}`, { token: root, body: { email: address } })
        return ask('PATCH', path, {
          token: await signIn(house, 'user', { email: current, password: PASSWORD }),
          body,
        })
      }
      const id = house.app.store.snapshot().userByEmail.get(email)?.id
      let current = email
      // Refused as another's token, then as one of an earlier state.
      for (const [address, refusal] of [
        [`moved-${email}`, 401],
        [email, 403],
      ] as const) {
        expect((await record(address)).status).toBe(200)
        current = address
        expect((await ask('GET', 'user/profile', { token })).status).toBe(refusal)
      }
    },
  )

  test('is nobody else’s', async () => {
    expect((await ask('GET', 'user/profile')).status).toBe(401)
    expect((await ask('GET', 'system/admin/profile', { token })).status).toBe(401)
    expect((await ask('GET', 'system/admin/profile', { token: root })).body).toMatchObject({
      email: ADMIN.email,
    })
  })
})

describe('a password', () => {
  const change = (body: object, path = 'user/password') => ask('POST', path, { token, body })

  test('is changed by who knows it, and ends the sessions', async () => {
    const { status, body } = await change(
      { old_password: PASSWORD, new_password: FRESH },
      'user/password?login=true',
    )
    expect([status, Object(body).success]).toEqual([200, true])
    expect((await ask('GET', 'user/session', { token })).status).toBe(403)
    expect((await ask('GET', 'user/session', { token: Object(body).session_token })).status).toBe(200)
    await expect(signIn(house, 'user', { email, password: PASSWORD })).rejects.toThrow('401')
    await signIn(house, 'user', { email, password: FRESH })
  })

  test.each([
    [{ old_password: 'bad', new_password: FRESH }, 'The password supplied does not match.'],
    [{ old_password: PASSWORD }, 'Both old and new password are required to change the password.'],
    [{ old_password: PASSWORD, new_password: 'eleven-char' }, /must be at least 12 characters/],
    [{}, 'Not enough information provided to change password.'],
  ])('is not changed with %j', async (body, message) => {
    const { status, body: answer } = await change(body)
    expect([status, errorOf(answer).message]).toEqual([400, expect.stringMatching(message)])
    await signIn(house, 'user', { email, password: PASSWORD })
  })

  test('cannot be guessed by changing it', async () => {
    for (let n = 0; n < 10; n++) await change({ old_password: `bad-${n}`, new_password: FRESH })
    expect((await change({ old_password: PASSWORD, new_password: FRESH })).status).toBe(429)
  })

  test('of an administrator has 16 characters', async () => {
    const body = { old_password: ADMIN.password, new_password: 'fifteen-letters' }
    const { status, body: answer } = await ask('POST', 'system/admin/password', { token: root, body })
    expect([status, errorOf(answer).context]).toEqual([
      400,
      { password: ['The password field must be at least 16 characters.'] },
    ])
  })
})

describe('registration', () => {
  const register = (body: object, path = 'user/register') => ask('POST', path, { body })
  const open = (config: object) => ask('PATCH', 'system/service/user', { token: root, body: { config } })

  test('is closed until it is opened', async () => {
    const { status, body } = await register({ email: 'reg@example.com', new_password: PASSWORD })
    expect([status, errorOf(body).message]).toEqual([403, 'Open Registration is not enabled.'])
  })

  describe('that is open', () => {
    beforeAll(async () => {
      const reader = [...house.app.store.snapshot().roleById.values()].find(({ name }) => name === 'reader')
      expect((await open({ allow_open_registration: true, open_reg_role_id: reader?.id })).status).toBe(200)
    })

    test('makes a user who can sign in, in the role for them', async () => {
      const person = { email: 'reg@example.com', new_password: PASSWORD, first_name: 'Reg' }
      const { body } = await register(person, 'user/register?login=true')
      expect(body).toMatchObject({ success: true })
      const { snapshot } = house.app.store
      const user = snapshot().userByEmail.get('reg@example.com')
      expect([
        user?.isAdmin,
        [
          ...(snapshot()
            .rolesByUser.get(user?.id ?? 0)
            ?.values() ?? []),
        ].length,
      ]).toEqual([false, snapshot().apps.length])
      expect((await ask('GET', 'user/profile', { token: Object(body).session_token })).status).toBe(200)
      expect((await ask('GET', 'system/environment')).text).toContain('"allow_open_registration":true')
    })

    test.each([
      [{ new_password: PASSWORD }, { email: ['The email field is required.'] }],
      [{ email: 'r@example.com' }, { password: ['The password field is required.'] }],
      [
        { email: 'r@example.com', new_password: 'x' },
        { password: ['The password field must be at least 12 characters.'] },
      ],
      [{ email: ADMIN.email, new_password: PASSWORD }, { email: ['The email has already been taken.'] }],
      [
        { email: 'r@example.com', new_password: PASSWORD, is_sys_admin: true },
        { is_sys_admin: [expect.any(String)] },
      ],
    ])('refuses %j, by field', async (body, context) => {
      const answer = await register(body)
      expect([answer.status, errorOf(answer.body)]).toEqual([
        400,
        expect.objectContaining({ message: 'Validation failed', context: expect.objectContaining(context) }),
      ])
    })
  })
})
