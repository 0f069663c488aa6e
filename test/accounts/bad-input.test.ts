import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

let house: House
let token: string
const admin = (method: string, path: string, body?: unknown) =>
  askOf(house)(method, `system/${path}`, { token, ...(body !== undefined && { body }) })
const one = (record: object) => ({ resource: [record] })
const problem = (answer: { readonly body: unknown }) => {
  const { error } = Object(answer.body)
  return error.code === 1000 ? error.context.resource.at(-1) : error
}

beforeAll(async () => {
  house = await openHouse({ reader: [{ component: '_table/*', verbs: ['GET'] }] })
  token = await signIn(house, 'admin', ADMIN)
})
afterAll(() => house.close())

test.each([
  ['GET', 'role/1/2'],
  ['PATCH', 'role/1/nonsense'],
  ['DELETE', 'role/1/2'],
  ['GET', 'service_type/sqlite/x'],
  ['GET', 'custom/a/b'],
  ['DELETE', 'cache/shop/x'],
  ['GET', 'constant/a/b'],
  ['GET', 'environment/x'],
])('%s %s is no address', async (method, path) => {
  const answer = await admin(method, path, method === 'PATCH' ? { description: 'x' } : undefined)
  expect([answer.status, problem(answer).message]).toEqual([
    404,
    `Resource '${path}' not found for service 'system'.`,
  ])
})

test.each([
  [
    'cors',
    'origin',
    ['nonsense', 'https://a.example/path', 'https://*.example', 'null', 'a.example', 'https://a b'],
  ],
  ['email_template', 'to', ['nonsense', 'a@b.c, nobody', '@']],
])('%s refuses a %s that would never be found', async (resource, field, wrong) => {
  const base = resource === 'cors' ? { path: 'api/v2/one/*' } : { name: 'one' }
  for (const value of wrong) {
    const answer = await admin('POST', resource, one({ ...base, [field]: value }))
    expect([answer.status, Object.keys(problem(answer).context)], value).toEqual([400, [field]])
  }
  const good = resource === 'cors' ? 'https://a.example, http://localhost:3000,*' : 'a@b.c, {user.email}'
  expect((await admin('POST', resource, one({ ...base, [field]: good }))).status).toBe(201)
})

test('a body cannot make a record another one', async () => {
  for (const method of ['PATCH', 'PUT']) {
    const answer = await admin(method, 'role/1', { id: 7, description: 'x' })
    expect([answer.status, problem(answer).context]).toEqual([
      400,
      { id: ['The id field is written by the server only.'] },
    ])
  }
  expect((await admin('PATCH', 'role/1', { id: 1, description: 'y' })).status).toBe(200)
  expect((await admin('PATCH', 'role/reader', { id: '1', description: 'z' })).status).toBe(200)
  expect((await admin('PATCH', 'role/reader', { id: 'reader' })).status).toBe(400)
})

test('one role for a user with an app', async () => {
  const mapping = { app_id: 1, role_id: 1 }
  const first = one({ email: 'una@example.com', user_to_app_to_role_by_user_id: [mapping] })
  expect((await admin('POST', 'user', first)).status).toBe(201)
  const again = await admin('PATCH', 'user/una@example.com', { user_to_app_to_role_by_user_id: [mapping] })
  expect([again.status, problem(again).message]).toEqual([
    409,
    'Multiple user-to-app-to-role assignment. You can only have a single user-to-app-to-role assignment.',
  ])
  const twice = one({ email: 'two@example.com', user_to_app_to_role_by_user_id: [mapping, mapping] })
  expect(problem(await admin('POST', 'user', twice)).status_code).toBe(409)
  expect((await admin('GET', 'user/two@example.com')).status).toBe(404)
})

describe('a limit', () => {
  const limit = (change: object) => ({
    name: 'L',
    type: 'instance.role',
    role_id: 1,
    rate: 900,
    period: 'hour',
    ...change,
  })

  test('like another one is refused, also after a change', async () => {
    expect((await admin('POST', 'limit', one(limit({})))).status).toBe(201)
    const other = await admin('POST', 'limit?fields=id', one(limit({ verb: 'GET' })))
    expect(other.status).toBe(201)
    const again = problem(await admin('POST', 'limit', one(limit({ name: 'other' }))))
    expect([again.status_code, again.message]).toEqual([
      409,
      'A limit already exists with those parameters. No records added.',
    ])
    const { id } = Object(other.body).resource[0]
    expect((await admin('PATCH', `limit/${id}`, { verb: null })).status).toBe(409)
    expect((await admin('PATCH', `limit/${id}`, { rate: 901 })).status).toBe(200)
  })

  test.each([
    [{ role_id: null }, { role_id: ['role_id must be specified with this limit type. Limit: L'] }],
    [{ rate: 0 }, { rate: ['Limit rate must be an integer above 0. Limit not saved.'] }],
    [{ verb: 'FLY' }, { verb: ['Verb is invalid or not allowed.'] }],
    [{ reset_mark: 5 }, { reset_mark: ["Unknown field 'reset_mark'."] }],
    [{ key_text: 'x' }, { key_text: ['The key_text field is written by the server only.'] }],
  ])('with %j is refused', async (change, context) => {
    const refused = problem(await admin('POST', 'limit', one(limit({ period: 'day', ...change }))))
    expect([refused.status_code, refused.context]).toEqual([400, context])
  })
})

test.each([
  [[{ name: 'id', operator: 'zz', value: 1 }], 'a known operator'],
  [[{ name: ' ', operator: '=', value: 1 }], 'the name of a field'],
  [[{ name: 'id', operator: 'between', value: '1' }], 'two values'],
  [[{ name: 'id', operator: 'is null', value: '1' }], 'no value'],
])('a rule with the filters %j is refused', async (filters, expected) => {
  const rule = { service_id: null, component: '*', verb_mask: 1, requestor_mask: 1, filters }
  const refused = problem(await admin('PATCH', 'role/1', { role_service_access_by_role_id: [rule] }))
  expect([refused.status_code, Object.keys(refused.context)]).toEqual([400, ['filters']])
  expect(refused.message).toContain(expected)
})

test('a CORS rule with an unknown method tells the methods', async () => {
  const refused = problem(await admin('POST', 'cors', one({ path: 'x', method: ['FLY'] })))
  expect(refused.context.method[0]).toContain('GET, POST, PUT, PATCH, DELETE')
})

test('the schema of a list has its alias', async () => {
  const { body } = await admin('GET', 'service?include_schema=true&limit=1')
  expect(Object(body).meta.schema).toMatchObject({ alias: null, name: 'service' })
})
