import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { codeIn, type Mailbox, openMailbox } from './mailbox.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const PASSWORD = 'UserPass-123456789'
/** Whoever has this address sees a row. */
const VICTIM = 'ann@example.com'
const own = [
  {
    component: '_table/customers',
    verbs: ['GET'],
    filters: [{ name: 'email', operator: '=', value: '{user.email}' }],
  },
]

let house: House
let box: Mailbox
let root: string
let mailId: number
let email: string
let token: string
let count = 0
const ask: ReturnType<typeof askOf> = (...args) => askOf(house)(...args)
const settle = async (config: object) => {
  const answer = await ask('PATCH', 'system/service/user', { token: root, body: { config } })
  expect(answer.status, answer.text).toBe(200)
}
const profile = (body: object, session = token) => ask('PATCH', 'user/profile', { token: session, body })
const rows = async (session: string) => {
  const { status, body } = await ask('GET', 'shop/_table/customers', { token: session, key: keyOf('own') })
  return status === 200 ? Object(body).resource.map((row: { email: string }) => row.email) : status
}
const addressNow = async (session = token) =>
  Object((await ask('GET', 'user/profile', { token: session })).body).email
const reset = async (address: string, many = 1) => {
  await ask('POST', 'user/password?reset=true', { body: { email: address } })
  return codeIn(await box.next(address, many))
}
/** Nobody has the address of the row any more. */
const freeVictim = async () => {
  const known = house.app.store.snapshot().userByEmail.get(VICTIM)
  if (known) await ask('DELETE', `system/user/${known.id}`, { token: root })
}

beforeAll(async () => {
  box = await openMailbox()
  house = await openHouse({ own, clerk: [] })
  root = await signIn(house, 'admin', ADMIN)
  const config = { host: '127.0.0.1', port: box.port, encryption: 'none' }
  const record = { name: 'mail', type: 'smtp_email', is_active: true, config }
  const made = await ask('POST', 'system/service', { token: root, body: { resource: [record] } })
  mailId = Object(made.body).resource[0].id
})
afterAll(async () => {
  await house.close()
  await box.close()
})
beforeEach(async () => {
  await freeVictim()
  box.received.length = 0
  await settle({
    password_email_service_id: mailId,
    open_reg_email_service_id: null,
    allow_open_registration: false,
  })
  email = `eve${++count}@example.com`
  await ask('POST', 'system/user', { token: root, body: { resource: [{ email, password: PASSWORD }] } })
  token = await signIn(house, 'user', { email, password: PASSWORD })
})

describe('{user.email} in a row filter stands for an address that is proven', () => {
  test('as one that an administrator gave is', async () => {
    await ask('PATCH', `system/user/${email}`, { token: root, body: { email: VICTIM } })
    expect(await rows(await signIn(house, 'user', { email: VICTIM, password: PASSWORD }))).toEqual([VICTIM])
  })

  test('and not for one that its owner took, until a code that was sent there came back', async () => {
    const { body } = await profile({ email: VICTIM, current_password: PASSWORD })
    const taken = String(Object(body).session_token)
    expect([await addressNow(taken), await rows(taken)]).toEqual([VICTIM, 403])
    expect(await rows(await signIn(house, 'user', { email: VICTIM, password: PASSWORD }))).toBe(403)
    // An address that was proven is so no more when it was left.
    const back = await profile({ email, current_password: PASSWORD }, taken)
    const again = await profile(
      { email: VICTIM, current_password: PASSWORD },
      Object(back.body).session_token,
    )
    expect(await rows(Object(again.body).session_token)).toBe(403)
    const code = await reset(VICTIM)
    await ask('POST', 'user/password', { body: { email: VICTIM, code, new_password: `${PASSWORD}!` } })
    expect(await rows(await signIn(house, 'user', { email: VICTIM, password: `${PASSWORD}!` }))).toEqual([
      VICTIM,
    ])
  })

  test('or in the profile, where it ends no session', async () => {
    const { body } = await profile({ email: VICTIM, current_password: PASSWORD })
    const taken = String(Object(body).session_token)
    const code = await reset(VICTIM)
    const wrong = `${code.slice(1)}${code.slice(0, 1) === 'A' ? 'B' : 'A'}`
    expect((await profile({ code: wrong }, taken)).status).toBe(404)
    expect((await profile({ code: 'x' }, taken)).status).toBe(400)
    expect(await rows(taken)).toBe(403)
    expect((await profile({ code }, taken)).text).toBe('{"success":true}')
    expect(await rows(taken)).toEqual([VICTIM])
    expect((await profile({ code }, taken)).status).toBe(404)
  })

  test('nor for one of who registered without a code', async () => {
    await settle({ allow_open_registration: true })
    await ask('POST', 'user/register', { body: { email: VICTIM, new_password: PASSWORD } })
    expect(await rows(await signIn(house, 'user', { email: VICTIM, password: PASSWORD }))).toBe(403)
  })

  test('nor for one that a role lets somebody make, unless it is invited', async () => {
    const service_id = house.app.store.snapshot().serviceByName.get('system')?.id
    const rule = { service_id, component: 'user/*', verb_mask: 31, requestor_mask: 1 }
    const change = { role_service_access_by_role_id: [rule] }
    await ask('PATCH', 'system/role/clerk', { token: root, body: change })
    const make = (path: string) =>
      ask('POST', path, { key: keyOf('clerk'), body: { resource: [{ email: VICTIM, password: PASSWORD }] } })
    expect((await make('system/user')).status).toBe(201)
    expect(await rows(await signIn(house, 'user', { email: VICTIM, password: PASSWORD }))).toBe(403)
    await freeVictim()
    await settle({ invite_email_service_id: mailId })
    expect((await make('system/user?send_invite=true')).status).toBe(201)
    const code = codeIn(await box.next(VICTIM))
    await ask('POST', 'user/password', { body: { email: VICTIM, code, new_password: PASSWORD } })
    expect(await rows(await signIn(house, 'user', { email: VICTIM, password: PASSWORD }))).toEqual([VICTIM])
  })
})

describe('where people who register prove their address, so do those who change it', () => {
  beforeEach(() => settle({ open_reg_email_service_id: mailId }))

  test('the old one stays until the code comes', async () => {
    const body = { email: ` ${VICTIM.toUpperCase()}`, current_password: PASSWORD, first_name: 'Eve' }
    expect((await profile(body)).text).toBe('{"success":true,"confirmation_required":true}')
    const message = await box.next(VICTIM)
    expect(message.text).toContain('use this address')
    expect(await ask('GET', 'user/profile', { token }).then((answer) => answer.body)).toMatchObject({
      email,
      first_name: 'Eve',
    })
    await signIn(house, 'user', { email, password: PASSWORD })
    await expect(signIn(house, 'user', { email: VICTIM, password: PASSWORD })).rejects.toThrow('401')
    const done = await profile({ email: VICTIM, code: codeIn(message) })
    expect((await ask('GET', 'user/profile', { token })).status).toBe(401)
    expect(await rows(Object(done.body).session_token)).toEqual([VICTIM])
  })

  test('the code is for this account and this address, once, and no other way in', async () => {
    await profile({ email: VICTIM, current_password: PASSWORD })
    const code = codeIn(await box.next(VICTIM))
    const other = `other${count}@example.com`
    const record = { email: other, password: PASSWORD }
    await ask('POST', 'system/user', { token: root, body: { resource: [record] } })
    const theirs = await signIn(house, 'user', { email: other, password: PASSWORD })
    const tries = [
      () => profile({ email: VICTIM, code }, theirs),
      () => profile({ email: `not-${VICTIM}`, code }),
      () => profile({ code }),
      () => ask('POST', 'user/password', { body: { email, code, new_password: PASSWORD } }),
      () => ask('POST', 'user/password', { body: { email: VICTIM, code, new_password: PASSWORD } }),
    ]
    for (const attempt of tries) expect((await attempt()).status).toBe(404)
    const asked = await profile({ email: VICTIM, code, security_question: 'Colour?' })
    expect([asked.status, await addressNow()]).toEqual([400, email])
    expect((await profile({ email: VICTIM, code })).status).toBe(200)
  })

  test('another password makes it void', async () => {
    await profile({ email: VICTIM, current_password: PASSWORD })
    const code = codeIn(await box.next(VICTIM))
    const body = { old_password: PASSWORD, new_password: `${PASSWORD}!` }
    const changed = await ask('POST', 'user/password?login=true', { token, body })
    expect((await profile({ email: VICTIM, code }, Object(changed.body).session_token)).status).toBe(404)
  })

  test('it takes the password, and an address that somebody has is answered alike and sent nothing', async () => {
    expect((await profile({ email: VICTIM })).status).toBe(400)
    expect((await profile({ email: VICTIM, current_password: 'wrong-password' })).status).toBe(400)
    expect((await profile({ email: 'nonsense', current_password: PASSWORD })).status).toBe(400)
    const free = await profile({ email: `free${count}@example.com`, current_password: PASSWORD })
    await box.next(`free${count}@example.com`)
    for (const taken of [ADMIN.email, `eve${count - 1}@example.com`]) {
      const answer = await profile({ email: taken, current_password: PASSWORD })
      expect([answer.status, answer.text]).toEqual([free.status, free.text])
    }
    await profile({ email: `last${count}@example.com`, current_password: PASSWORD })
    await box.next(`last${count}@example.com`)
    expect(box.received.flatMap(({ to }) => to)).toEqual([
      `free${count}@example.com`,
      `last${count}@example.com`,
    ])
    expect(await addressNow()).toBe(email)
  })
})
