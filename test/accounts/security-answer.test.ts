import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createSecurityQuestions } from '../../src/system/accounts/security-questions.ts'
import { type House, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const PASSWORD = 'UserPass-123456789'
const FRESH = 'a-fresh-password'
const QUESTION = { security_question: 'What is the cat called?', security_answer: 'Mimi' }
let house: House
let root: string
let email: string
let count = 0
const ask: ReturnType<typeof askOf> = (...args) => askOf(house)(...args)
const errorOf = (body: unknown) => Object(Object(body).error)
const asked = (address: string, path = 'user/password') =>
  ask('POST', `${path}?reset=true`, { body: { email: address } })
const answer = (address: string, security_answer: unknown, path = 'user/password') =>
  ask('POST', path, { body: { email: address, security_answer, new_password: FRESH } })

beforeAll(async () => {
  house = await openHouse({})
  root = await signIn(house, 'admin', ADMIN)
})
afterAll(() => house.close())
beforeEach(async () => {
  email = `una${++count}@example.com`
  const record = { email, password: PASSWORD, ...QUESTION }
  await ask('POST', 'system/user', { token: root, body: { resource: [record] } })
})

describe('a security answer', () => {
  test('gives way to a new password, and ends the sessions', async () => {
    const token = await signIn(house, 'user', { email, password: PASSWORD })
    expect((await asked(email)).body).toEqual({ security_question: QUESTION.security_question })
    expect((await answer(email, 'Mimi')).body).toEqual({ success: true })
    expect((await ask('GET', 'user/session', { token })).status).toBe(403)
    await signIn(house, 'user', { email, password: FRESH })
  })

  test('is set by people themselves, and told to nobody', async () => {
    const token = await signIn(house, 'user', { email, password: PASSWORD })
    const question = { security_question: 'What is the dog called?', security_answer: 'Rex' }
    const body = { ...question, current_password: PASSWORD }
    expect((await ask('PATCH', 'user/profile', { token, body })).status).toBe(200)
    const told = [
      await ask('GET', 'user/profile', { token }),
      await ask('GET', `system/user/${email}`, { token: root }),
      await ask('GET', `system/user/${email}?fields=security_answer`, { token: root }),
      await ask('GET', 'system/user?filter=security_answer is not null', { token: root }),
    ]
    expect(told.map(({ status }) => status)).toEqual([200, 200, 400, 400])
    expect(told.map(({ text }) => text).join()).not.toMatch(/Rex|argon2/)
    expect((await answer(email, 'Mimi')).status).toBe(400)
    expect((await answer(email, 'Rex')).status).toBe(200)
  })

  test.each([
    [{ security_question: 'Whose?', security_answer: 'Rex' }],
    [{ security_question: 'Whose?' }],
    [{ security_question: null }],
    [{ security_answer: 'Rex' }],
    [{ security_answer: null }],
    [{ security_question: QUESTION.security_question, security_answer: 'Rex' }],
  ])('and its question are not changed by a token alone: %j', async (body) => {
    const token = await signIn(house, 'user', { email, password: PASSWORD })
    for (const method of ['POST', 'PUT', 'PATCH']) {
      const { status, body: refusal } = await ask(method, 'user/profile', { token, body })
      const message = 'Current Password required to change security question'
      expect([status, errorOf(refusal).message]).toEqual([400, message])
    }
    const wrong = { ...body, current_password: 'wrong' }
    expect((await ask('PUT', 'user/profile', { token, body: wrong })).status).toBe(400)
    expect((await asked(email)).body).toEqual({ security_question: QUESTION.security_question })
    expect((await answer(email, 'Mimi')).status).toBe(200)
  })

  test('is not asked for the password with a profile that comes back as it was', async () => {
    const token = await signIn(house, 'user', { email, password: PASSWORD })
    const body = { first_name: 'Una', security_question: QUESTION.security_question }
    expect((await ask('PUT', 'user/profile', { token, body })).status).toBe(200)
  })

  test.each([['wrong'], [''], [null], [['Mimi']], [true]])('%j is none', async (given) => {
    const { status, body } = await answer(email, given)
    expect([status, errorOf(body).message]).toEqual([400, 'The answer supplied does not match.'])
    await signIn(house, 'user', { email, password: PASSWORD })
  })

  test('has no effect at the address of administrators, or on an account that is off or unconfirmed', async () => {
    expect((await answer(email, 'Mimi', 'system/admin/password')).status).toBe(400)
    await ask('PATCH', `system/user/${email}`, { token: root, body: { is_active: false } })
    expect((await answer(email, 'Mimi')).status).toBe(400)
    const invited = `ivy-${email}`
    const body = { resource: [{ email: invited, ...QUESTION }] }
    await ask('POST', 'system/user?send_invite=true', { token: root, body })
    expect((await answer(invited, 'Mimi')).status).toBe(400)
  })

  test('of an administrator gives way to a password of 16 characters', async () => {
    const change = (more: object) =>
      ask('PATCH', 'system/admin/profile', { token: root, body: { ...QUESTION, ...more } })
    expect((await change({})).status).toBe(400)
    expect((await change({ current_password: PASSWORD })).status).toBe(400)
    expect((await change({ current_password: ADMIN.password })).status).toBe(200)
    const path = 'system/admin/password'
    expect((await asked(ADMIN.email, path)).body).toEqual({ security_question: QUESTION.security_question })
    const body = { email: ADMIN.email, security_answer: 'Mimi' }
    expect((await ask('POST', path, { body: { ...body, new_password: 'fifteen-letters' } })).status).toBe(400)
    const done = await ask('POST', `${path}?login=true`, { body: { ...body, new_password: ADMIN.password } })
    root = String(Object(done.body).session_token)
    expect(done.status).toBe(200)
  })

  test('can be tried five times, then not even the right one is taken', async () => {
    for (let n = 0; n < 5; n++) expect((await answer(email, `guess ${n}`)).status).toBe(400)
    expect((await answer(email, 'Mimi')).status).toBe(429)
  })
})

describe('an address that nobody has', () => {
  test('gets a wrong answer in the same words', async () => {
    const [known, unknown] = [await answer(email, 'guess'), await answer('nobody@example.com', 'guess')]
    expect([unknown.status, unknown.text]).toEqual([known.status, known.text])
  })

  test('is asked a question or sent a code, always the same of both', async () => {
    const addresses = Array.from({ length: 24 }, (_, at) => `nobody${at}@example.com`)
    const first = await Promise.all(addresses.map(async (address) => (await asked(address)).text))
    const second = await Promise.all(addresses.map(async (address) => (await asked(address)).text))
    expect(second).toEqual(first)
    const codes = first.filter((text) => text === '{"success":true}')
    expect(first.filter((text) => text.startsWith('{"security_question":'))).toHaveLength(24 - codes.length)
    expect(codes.length).toBeGreaterThan(0)
    expect(codes.length).toBeLessThan(24)
  })

  test('costs as many hash computations as one with a question, or without', async () => {
    let verified = 0
    const questions = createSecurityQuestions({
      snapshot: house.app.store.snapshot,
      digest: (text) => text,
      verify: async () => {
        verified += 1
        return true
      },
      hashOfNothing: async () => 'hash',
    })
    const { userByEmail } = house.app.store.snapshot()
    const known = userByEmail.get(email)
    const costs = []
    for (const account of [known, undefined, known && { ...known, securityAnswerHash: undefined }]) {
      const before = verified
      const isAnswered = await questions.isAnswered(account, 'Mimi')
      costs.push([verified - before, isAnswered])
    }
    expect(costs).toEqual([
      [1, true],
      [1, false],
      [1, false],
    ])
  })
})
