import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const PASSWORD = 'UserPass-123456789'
let house: House
let root: string
let una: string
const ask: ReturnType<typeof askOf> = (...args) => askOf(house)(...args)
const tokenOf = (who: string) => (who === 'root' ? root : who === 'una' ? una : '')

/** Names in the context of the error, or of the record of a batch that failed. */
function fieldsOf(body: unknown): string[] {
  const { context, code } = Object(Object(body).error)
  return Object.keys(Object(code === 1000 ? context.resource.at(-1).context : context)).toSorted()
}

beforeAll(async () => {
  house = await openHouse({ reader: [{ component: '*', verbs: ['GET'] }] })
  root = await signIn(house, 'admin', ADMIN)
  const body = { resource: [{ email: 'una@example.com', password: PASSWORD }] }
  await ask('POST', 'system/user', { token: root, body })
  una = await signIn(house, 'user', { email: 'una@example.com', password: PASSWORD })
  const config = { config: { allow_open_registration: true } }
  await ask('PATCH', 'system/service/user', { token: root, body: config })
})
afterAll(() => house.close())

/** What only the server writes, or nobody. */
const HOUSE_FIELDS = [
  'id',
  'is_sys_admin',
  'created_date',
  'created_by_id',
  'last_modified_date',
  'password_hash',
  'session_epoch',
  'email_proven',
  'confirm_expires_date',
  'confirmed',
  'confirm_code',
  'remember_token',
  'last_login_date',
  'oauth_provider',
  'unconfirmed',
]

test.each(HOUSE_FIELDS)('%s is written by nobody, through whatever door', async (field) => {
  const stored = { email: 'new@example.com', password: PASSWORD, [field]: 'x' }
  const doors: readonly (readonly [string, string, string, object])[] = [
    ['POST', 'system/user', 'root', { resource: [stored] }],
    ['POST', 'system/admin', 'root', { resource: [stored] }],
    ['PATCH', 'system/user/una@example.com', 'root', { [field]: 'x' }],
    ['PUT', `system/admin/${ADMIN.email}`, 'root', { [field]: 'x' }],
    ['POST', 'user/register', '', stored],
    ['PATCH', 'user/profile', 'una', { [field]: 'x' }],
    ['PATCH', 'system/admin/profile', 'root', { [field]: 'x' }],
    ['POST', 'user/password', 'una', { old_password: PASSWORD, new_password: `${PASSWORD}!`, [field]: 'x' }],
    ['POST', 'user/session', '', { email: 'una@example.com', password: PASSWORD, [field]: 'x' }],
    [
      'PATCH',
      'system/role/reader',
      'root',
      { user_by_user_to_app_to_role: [{ email: 'new@example.com', [field]: 'x' }] },
    ],
  ]
  for (const [method, path, who, body] of doors) {
    const answer = await ask(method, path, { token: tokenOf(who), body })
    const isNested = path.startsWith('system/role')
    expect([path, answer.status], answer.text).toEqual([path, isNested ? expect.any(Number) : 400])
    expect(answer.status).toBeGreaterThanOrEqual(400)
    if (!isNested) expect(fieldsOf(answer.body)).toEqual([field])
  }
  const pack = {
    format: 'dreamfactory.config/v1',
    users: [{ email: 'new@example.com', name: 'New', [field]: 'x' }],
  }
  expect((await ask('POST', 'system/config_package', { token: root, body: pack })).status).toBe(400)
  expect(house.app.store.snapshot().userByEmail.has('new@example.com')).toBe(false)
  expect(house.app.store.snapshot().userByEmail.get('una@example.com')?.isAdmin).toBe(false)
  await signIn(house, 'user', { email: 'una@example.com', password: PASSWORD })
})

const FORTY = 'x'.repeat(40)
const CODE = '0'.repeat(32)
const REFUSED: readonly (readonly [string, string, string, unknown, readonly string[]])[] = [
  ['POST', 'system/user', 'root', { resource: [{ name: 'x', email: 'nope' }] }, ['email', 'username']],
  ['POST', 'system/user', 'root', { resource: [{ email: 5 }] }, ['email']],
  ['POST', 'system/user', 'root', { resource: [{}] }, ['email']],
  [
    'POST',
    'system/user',
    'root',
    { resource: [{ email: 'b@example.com', password: [PASSWORD] }] },
    ['password'],
  ],
  ['POST', 'system/user', 'root', { resource: [{ email: 'b@example.com', phone: FORTY }] }, ['phone']],
  [
    'POST',
    'system/user',
    'root',
    { resource: [{ email: 'b@example.com', default_app_id: 999 }] },
    ['default_app_id'],
  ],
  [
    'POST',
    'system/user',
    'root',
    { resource: [{ email: 'b@example.com', user_to_app_to_role_by_user_id: [{ app_id: 1 }] }] },
    ['role_id'],
  ],
  [
    'POST',
    'user/register',
    '',
    { email: 'b@example.com', new_password: PASSWORD, password: 'another' },
    ['password'],
  ],
  ['POST', 'user/register', '', [], []],
  ['POST', 'user/register', '', { email: ['b@example.com'], password: PASSWORD }, ['email']],
  ['PATCH', 'user/profile', 'una', { first_name: 5, username: 'x' }, ['first_name', 'username']],
  ['PATCH', 'user/profile', 'una', { email: 'b@example.com' }, ['current_password']],
  ['PATCH', 'user/profile', 'una', { email: 'b@example.com', current_password: 5 }, ['current_password']],
  [
    'PATCH',
    'user/profile',
    'una',
    { email: ADMIN.email.toUpperCase(), current_password: 'bad' },
    ['current_password'],
  ],
  ['PATCH', 'user/profile', 'una', ['first_name'], []],
  ['POST', 'user/password', '', { email: 'b@example.com', code: 'x', new_password: PASSWORD }, ['code']],
  ['POST', 'user/password', '', { email: 'b@example.com', code: CODE }, ['new_password']],
  ['POST', 'user/password', '', { code: CODE, new_password: PASSWORD }, ['email']],
  [
    'POST',
    'user/password',
    '',
    { email: 'b@example.com', code: CODE, security_answer: 'x', new_password: PASSWORD },
    ['code', 'security_answer'],
  ],
  ['POST', 'user/password', 'una', { old_password: 5, new_password: PASSWORD }, ['old_password']],
  ['POST', 'user/password', 'una', { old_password: PASSWORD }, ['new_password']],
  ['POST', 'user/password?reset=true', '', {}, ['email']],
  ['POST', 'user/password?reset=true', '', { emial: 'b@example.com' }, ['emial']],
  ['POST', 'user/session', '', { email: 'b@example.com', password: 'x', rember_me: true }, ['rember_me']],
  ['POST', 'user/session', '', { email: 'b@example.com', password: 'x', remember_me: 'perhaps' }, ['field']],
  ['POST', 'user/session', '', { email: 'b@example.com', password: 'x', service: 'ldap' }, ['service']],
  ['POST', 'user/session', '', [], []],
]

test.each(REFUSED)('%s %s as %s with %j is 400, by field', async (method, path, who, body, fields) => {
  const answer = await ask(method, path, { token: tokenOf(who), body })
  expect([answer.status, fieldsOf(answer.body)], answer.text).toEqual([400, fields])
})

test.each([
  ['POST', 'system/user', { resource: [{ email: 'UNA@example.com' }] }],
  ['POST', 'system/admin', { resource: [{ email: 'una@example.com', username: 'another-name' }] }],
  ['PATCH', 'system/user/una@example.com', { email: ADMIN.email }],
  ['PATCH', 'system/user/una@example.com', { username: ADMIN.email.toUpperCase() }],
])('%s %s with %j is taken', async (method, path, body) => {
  const answer = await ask(method, path, { token: root, body })
  const { code, context } = Object(Object(answer.body).error)
  expect(code === 1000 ? context.resource[0].status_code : code).toBe(409)
  expect(['email', 'username']).toContain(fieldsOf(answer.body)[0])
})

test('an address of somebody else is told to be taken to who knows their own password', async () => {
  const body = { email: ADMIN.email, current_password: PASSWORD }
  const { status } = await ask('PATCH', 'user/profile', { token: una, body })
  expect(status).toBe(409)
})
