import { describe, expect, test } from 'vitest'
import { createAttemptLimit } from '../../src/access/attempt-limit.ts'
import { hashPassword, newPassword, verifyPassword } from '../../src/access/passwords.ts'
import type { SignInRequest } from '../../src/access/sign-in-request.ts'
import { accountsWith, admin, PASSWORD, world } from './world.ts'

function signInWorld() {
  const made = world()
  return { ...made, signIn: (request: SignInRequest) => made.sessions.signIn('admin', request) }
}

describe('an administrator signs in', () => {
  test('with the recorded body', async () => {
    const { signIn, recorded, authenticate } = signInWorld()
    const session = await signIn({ email: ' Ada@Example.com ', password: PASSWORD, remember_me: true })
    expect(session).toEqual({
      session_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      session_id: session.session_token,
      id: 1,
      name: 'Ada Admin',
      first_name: 'Ada',
      last_name: 'Admin',
      email: 'ada@example.com',
      is_sys_admin: true,
      last_login_date: '2026-11-22 02:01:22',
      host: 'server',
      token_expiry_date: '2026-11-22 03:01:22',
    })
    expect(recorded).toEqual([[1, '2026-11-22 02:01:22']])
    expect((await authenticate({ sessionToken: session.session_token })).kind).toBe('admin')
  })

  test.each([
    [{}, 'Login request is missing required email.'],
    [{ password: 'x' }, 'Login request is missing required email.'],
    [{ email: '', password: 'x' }, 'Login request is missing required email.'],
    [{ email: 'ada@example.com' }, 'Login request is missing required password.'],
    [{ email: 'ada@example.com', password: null }, 'Login request is missing required password.'],
    [{ email: ['ada@example.com'], password: 'x' }, 'The email of a login request must be a string.'],
  ])('with something missing: 400 %j', async (body, message) => {
    await expect(signInWorld().signIn(body)).rejects.toMatchObject({ code: 'bad_request', message })
  })

  test.each([
    ['a wrong password', 'ada@example.com', 'wrong'],
    ['an unknown account', 'nobody@example.com', PASSWORD],
    ['a user who is no administrator', 'una@example.com', PASSWORD],
  ])('with %s: always the same 401', async (_what, email, password) => {
    const { signIn, recorded } = signInWorld()
    await expect(signIn({ email, password })).rejects.toMatchObject({
      code: 'unauthenticated',
      message: 'Invalid credentials supplied.',
      context: undefined,
    })
    expect(recorded).toEqual([])
  })

  test('not with an inactive account, nor one without a password', async () => {
    const { signIn, state } = signInWorld()
    state.accounts = accountsWith([{ ...admin, isActive: false }])
    await expect(signIn({ email: admin.email, password: PASSWORD })).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    state.accounts = accountsWith([{ ...admin, passwordHash: undefined }])
    await expect(signIn({ email: admin.email, password: PASSWORD })).rejects.toMatchObject({
      code: 'unauthenticated',
    })
  })
})

describe('attempts are limited', () => {
  const wrong = { email: admin.email, password: 'wrong', address: '10.0.0.1' }

  test('per account and address, known or not, for a while', async () => {
    const { signIn, state } = signInWorld()
    await Promise.allSettled(Array.from({ length: 10 }, () => signIn(wrong)))
    const refusal = { code: 'too_many_requests', retryable: true, context: { retry_after: 900 } }
    await expect(signIn({ ...wrong, password: PASSWORD })).rejects.toMatchObject(refusal)
    await expect(signIn({ ...wrong, email: ' ADA@example.com', password: PASSWORD })).rejects.toMatchObject(
      refusal,
    )
    await expect(signIn({ ...wrong, password: PASSWORD, address: '10.0.0.2' })).resolves.toMatchObject({
      id: 1,
    })
    state.now += 15 * 60_000
    await expect(signIn({ ...wrong, password: PASSWORD })).resolves.toMatchObject({ id: 1 })
  })

  test('attempts sent at once do not slip through', async () => {
    const { signIn } = signInWorld()
    const outcomes = await Promise.allSettled(Array.from({ length: 14 }, () => signIn(wrong)))
    const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'in'))
    expect(codes.filter((code) => code === 'too_many_requests')).toHaveLength(4)
  })

  test('a success starts over, and successes use nothing up', async () => {
    const limits = [{ key: 'a', most: 3 }]
    const limit = createAttemptLimit(1000)
    for (let n = 0; n < 50; n++) await (await limit.begin(limits)).succeed('other')
    const last = await limit.begin(limits)
    await last.succeed('a')
    for (let n = 0; n < 3; n++) await (await limit.begin(limits)).keep()
    await expect(limit.begin(limits)).rejects.toMatchObject({ code: 'too_many_requests' })
  })
})

describe('passwords', () => {
  test('are kept as argon2id hashes with a salt', async () => {
    const [one, two] = await Promise.all([hashPassword('secret'), hashPassword('secret')])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(one).not.toBe(two)
    expect(await verifyPassword('secret', one)).toBe(true)
    expect(await verifyPassword('Secret', one)).toBe(false)
    expect(await verifyPassword('secret', 'no hash')).toBe(false)
  })

  test('that are generated have 24 characters that cannot be mistaken', () => {
    expect(newPassword()).toMatch(/^[A-HJ-NP-Za-km-z2-9]{24}$/)
    expect(newPassword()).not.toBe(newPassword())
  })
})
