import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { tableNamed } from '../../src/system/records.ts'
import { type House, openHouse } from '../helpers/house.ts'
import { codeIn, type Mailbox, openMailbox } from './mailbox.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const FRESH = 'a-fresh-and-long-password'
let house: House
let box: Mailbox
let root: string
let email: string
let count = 0
const ask: ReturnType<typeof askOf> = (...args) => askOf(house)(...args)
const errorOf = (body: unknown) => Object(Object(body).error)
const asRoot = (method: string, path: string, body?: unknown) => ask(method, path, { token: root, body })
const invite = (record: object, path = 'system/user?send_invite=true') =>
  asRoot('POST', path, { resource: [record] })
const choose = (body: object, path = 'user/password') => ask('POST', path, { body })

async function mailServiceId(name: string, config: object): Promise<number> {
  const record = { name, type: 'smtp_email', is_active: true, config }
  return Object((await asRoot('POST', 'system/service', { resource: [record] })).body).resource[0].id
}

beforeAll(async () => {
  box = await openMailbox()
  house = await openHouse({ reader: [{ component: '*', verbs: ['GET'] }] })
  root = await signIn(house, 'admin', ADMIN)
  const mail = { host: '127.0.0.1', port: box.port, encryption: 'none', from: 'sluice@example.com' }
  const config = {
    invite_email_service_id: await mailServiceId('mail', mail),
    password_email_service_id: await mailServiceId('mail2', mail),
    confirm_invite_url: 'https://app.example.com/welcome',
  }
  for (const service of ['user', 'system'])
    expect((await asRoot('PATCH', `system/service/${service}`, { config })).status).toBe(200)
})
afterAll(async () => {
  await house.close()
  await box.close()
})
beforeEach(() => {
  email = `ivy${++count}@example.com`
})

/** Lets the invitation of an account have run out. */
async function expire(address: string): Promise<void> {
  const { database, snapshot, refresh } = house.app.store
  const id = snapshot().userByEmail.get(address)?.id ?? 0
  const signal = new AbortController().signal
  const past = '2020-01-01 00:00:00'
  for (const [name, field, column] of [
    ['user', 'id', 'confirm_expires_date'],
    ['account_code', 'user_id', 'expires_date'],
  ] as const) {
    const tables = await database.readSchema({ signal })
    const definition = tables.find((table) => table.name === name)
    if (!definition) throw new Error(`no table ${name}`)
    const where = { op: '=', field, value: id } as const
    await database.transaction(
      (records) =>
        records.update(
          { table: tableNamed(definition), set: { [column]: past }, where, returning: [] },
          { signal },
        ),
      { signal },
    )
  }
  await refresh()
}

describe('somebody who was invited', () => {
  test('chooses a password with the code, once, and can sign in then', async () => {
    const made = await invite({ email, first_name: 'Ivy' }, 'system/user?send_invite=true&fields=*')
    expect(made.status).toBe(201)
    const [record] = Object(made.body).resource
    expect(record).toMatchObject({ email, confirmed: false, expired: false })
    const message = await box.next(email)
    expect(message.text).toContain('Hello Ivy,')
    const code = codeIn(message)
    expect(message.text).toContain(
      `https://app.example.com/welcome?code=${code}&email=${encodeURIComponent(email)}&username=${encodeURIComponent(email)}&admin=0`,
    )
    const chosen = await choose({ email, code, new_password: FRESH }, 'user/password?login=true')
    expect([chosen.status, typeof Object(chosen.body).session_token]).toEqual([200, 'string'])
    expect((await choose({ email, code, new_password: FRESH })).status).toBe(404)
    await signIn(house, 'user', { email, password: FRESH })
    const { body } = await asRoot('GET', `system/user/${record.id}`)
    expect(body).toMatchObject({ confirmed: true, expired: false })
  })

  test('with a password of the record cannot use it before the code', async () => {
    await invite({ email, password: FRESH })
    const login = { body: { email, password: FRESH } }
    expect((await ask('POST', 'user/session', login)).status).toBe(401)
    const basic = `Basic ${Buffer.from(`${email}:${FRESH}`).toString('base64')}`
    const answer = await house.rest('GET', '/api/v2/user/session', { headers: { authorization: basic } })
    expect(answer.status).toBe(401)
    const unknown = { body: { email: 'nobody@example.com', password: FRESH } }
    const [pending, nobody] = [
      await ask('POST', 'user/session', login),
      await ask('POST', 'user/session', unknown),
    ]
    expect([pending.status, pending.text]).toEqual([nobody.status, nobody.text])
  })

  test('as an administrator confirms at the address of administrators', async () => {
    const { status } = await invite({ email }, 'system/admin?send_invite=true')
    expect(status).toBe(201)
    const message = await box.next(email)
    expect(message.text).toContain('&admin=1')
    const body = { email, code: codeIn(message), new_password: FRESH }
    expect((await choose(body)).status).toBe(404)
    expect((await choose({ ...body, new_password: 'fifteen-letters' }, 'system/admin/password')).status).toBe(
      400,
    )
    expect((await choose(body, 'system/admin/password')).status).toBe(200)
    await signIn(house, 'admin', { email, password: FRESH })
  })

  test('cannot use a code that has run out, nor get another one by a reset, but by an invitation', async () => {
    const { body } = await invite({ email })
    const [{ id }] = Object(body).resource
    const code = codeIn(await box.next(email))
    await expire(email)
    expect((await asRoot('GET', `system/user/${id}`)).body).toMatchObject({ confirmed: false, expired: true })
    expect((await choose({ email, code, new_password: FRESH })).status).toBe(404)
    expect((await choose({ email }, 'user/password?reset=true')).text).toBe('{"success":true}')
    const again = await asRoot('PATCH', `system/user/${id}?send_invite=true&fields=email`, {})
    expect([again.status, again.body]).toEqual([200, { email, confirmed: false, expired: false }])
    const second = codeIn(await box.next(email, 2))
    expect(box.received.filter(({ to }) => to.includes(email))).toHaveLength(2)
    expect((await choose({ email, code: second, new_password: FRESH })).status).toBe(200)
  })

  test('is confirmed by a password from an administrator, which makes the code void', async () => {
    const { body } = await invite({ email })
    const [{ id }] = Object(body).resource
    const code = codeIn(await box.next(email))
    await asRoot('PATCH', `system/user/${id}`, { password: FRESH })
    expect((await asRoot('GET', `system/user/${id}`)).body).toMatchObject({ confirmed: true })
    expect((await choose({ email, code, new_password: 'another-long-password' })).status).toBe(404)
    await signIn(house, 'user', { email, password: FRESH })
  })

  test('is not told from an address that nobody has', async () => {
    await invite({ email })
    const wrong = { code: '0'.repeat(32), new_password: FRESH }
    const answers = [
      await choose({ email, ...wrong }),
      await choose({ email: 'nobody@example.com', ...wrong }),
    ]
    expect(answers.map(({ status, text }) => [status, text])[0]).toEqual([404, answers[1]?.text])
  })
})

describe('an invitation', () => {
  test('is for accounts only, and not for one that is in use', async () => {
    const role = await invite({ name: 'r' }, 'system/role?send_invite=true')
    expect([role.status, errorOf(role.body).message]).toEqual([
      400,
      "'send_invite' is for users and administrators, not for 'role'.",
    ])
    const self = house.app.store.snapshot().userByEmail.get(ADMIN.email)?.id
    const { status, body } = await asRoot('PATCH', `system/admin/${self}?send_invite=true`, {})
    expect([status, errorOf(body).message]).toEqual([
      400,
      'User with this identifier has already confirmed this account.',
    ])
    expect((await asRoot('GET', 'system/admin/session')).status).toBe(200)
  })

  test('that cannot be sent leaves no account behind', async () => {
    const [dead] = await asRoot('GET', 'system/service/user').then(({ body }) => [
      Object(body).config.invite_email_service_id,
    ])
    const invite_email_service_id = await mailServiceId('gone', {
      host: '127.0.0.1',
      port: 1,
      encryption: 'none',
    })
    await asRoot('PATCH', 'system/service/user', { config: { invite_email_service_id } })
    const { status, body, text } = await invite({ email })
    expect([status, errorOf(body).message, errorOf(body).context]).toEqual([
      503,
      'Error processing user invite. The mail server could not be reached.',
      { not_invited: [email] },
    ])
    expect(text).not.toContain('127.0.0.1')
    expect(Object((await asRoot('GET', `system/user?filter=email=${email}`)).body).resource).toEqual([])
    await asRoot('PATCH', 'system/service/user', { config: { invite_email_service_id: dead } })
  })

  test('goes to those of a batch that were made', async () => {
    const other = `other-${email}`
    const resource = [{ email }, { email: 'nonsense' }, { email: other }]
    const some = await asRoot('POST', 'system/user?send_invite=true&continue=true', { resource })
    expect([some.status, errorOf(some.body).context.error]).toEqual([400, [1]])
    await box.next(email)
    await box.next(other)
    const none = `none-${email}`
    await asRoot('POST', 'system/user?send_invite=true', {
      resource: [{ email: none }, { email: 'nonsense' }],
    })
    expect(box.received.filter(({ to }) => to.includes(none))).toEqual([])
  })

  test('is written by its template, with lookups, copies and an address for answers', async () => {
    const template = {
      name: `invite ${email}`,
      subject: 'Welcome to {place}',
      body_html: '<p>{first_name}, {user.email}: {town} {confirm_code}</p>',
      cc: 'copy@example.com, second@example.com',
      bcc: ['hidden@example.com'],
      reply_to_email: 'desk@example.com',
      defaults: { place: 'our place', town: 'nowhere' },
    }
    const made = await asRoot('POST', 'system/email_template', { resource: [template] })
    await asRoot('POST', 'system/lookup', { resource: [{ name: 'town', value: 'Paris' }] })
    const config = { invite_email_template_id: Object(made.body).resource[0].id }
    await asRoot('PATCH', 'system/service/user', { config })
    await invite({ email, first_name: '<b>Ivy</b>' })
    const { to, text } = await box.next(email)
    expect(to.toSorted()).toEqual(
      [email, 'copy@example.com', 'second@example.com', 'hidden@example.com'].toSorted(),
    )
    expect(text).toContain('Subject: Welcome to our place')
    expect(text).toContain('Cc: copy@example.com, second@example.com')
    expect(text).toContain('Reply-To: desk@example.com')
    expect(text).not.toContain('hidden@example.com')
    expect(text).toMatch(/&#60;b&#62;Ivy&#60;\/b&#62;, ivy\d+@example.com: Paris [0-9A-Z]{32}/)
    await asRoot('PATCH', 'system/service/user', { config: { invite_email_template_id: null } })
  })
})

test.each([
  [{ invite_email_service_id: 999 }, 'config.invite_email_service_id'],
  [{ invite_email_template_id: 999 }, 'config.invite_email_template_id'],
  [{ open_reg_role_id: 999 }, 'config.open_reg_role_id'],
  [{ app_role_map: [{ app_id: 999, role_id: 1 }] }, 'config.app_role_map.0.app_id'],
  [{ invite_email_service: 1 }, 'config.invite_email_service'],
  [{ nosuch: null }, 'config.nosuch'],
  [{ alt_auth_table: 'people' }, 'config.alt_auth_table'],
])('the service of users does not take %j', async (config, field) => {
  const { status, body } = await asRoot('PATCH', 'system/service/user', { config })
  expect([status, Object.keys(errorOf(body).context)]).toEqual([400, [field]])
})

test('a service that is no mail service does not send invitations', async () => {
  const shop = house.app.store.snapshot().serviceByName.get('shop')?.id
  const { status } = await asRoot('PATCH', 'system/service/system', {
    config: { invite_email_service_id: shop },
  })
  expect(status).toBe(400)
})

test('a template does not take attachments, which nobody would send', async () => {
  const record = { name: 'with-attachment', attachment: 'https://example.com/a.pdf' }
  const { status, text } = await asRoot('POST', 'system/email_template', { resource: [record] })
  expect(status).toBe(400)
  expect(text).toContain('messages carry no attachments')
})
