import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VERBS, type Verb } from '../../src/core/policy.ts'
import { systemResources } from '../../src/system/all.ts'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf, signIn } from './people.ts'

const PASSWORD = 'UserPass-123456789'
const rules = { role: [{ component: '_table/orders', verbs: ['GET'] }] }
/** Who asks, in the order of the statuses below. */
const CALLERS = ['anonymous', 'key only', 'user', 'restricted admin', 'admin'] as const

/** A GET lists; without records, what writes is let in and then refused as bad input. */
const ALLOWED = { GET: 200, POST: 400, PUT: 400, PATCH: 400, DELETE: 400 } as const
const RECORDS = systemResources.filter(({ hasAddress }) => hasAddress).map(({ name }) => name)
const OTHERS: ReadonlyMap<string, Readonly<Record<Verb, number>>> = new Map([
  ['call_log', { GET: 200, POST: 405, PUT: 405, PATCH: 405, DELETE: 405 }],
  ['try', { GET: 400, POST: 400, PUT: 400, PATCH: 400, DELETE: 400 }],
  ['cache', { ...ALLOWED, DELETE: 200 }],
  ['config_package', ALLOWED],
  ['constant', ALLOWED],
  ['event', ALLOWED],
  ['limit_cache', ALLOWED],
  ['oauth_connection', ALLOWED],
  ['import', { ...ALLOWED, GET: 400 }],
  ['package', ALLOWED],
  ['service_type', ALLOWED],
  ['environment', ALLOWED],
])

/** The restricted administrator reads roles and users, writes roles. */
const GRANTED = new Set(['GET role', 'POST role', 'PUT role', 'PATCH role', 'DELETE role', 'GET user'])

const expected = (verb: Verb, name: string): readonly number[] => {
  const allowed = (OTHERS.get(name) ?? ALLOWED)[verb]
  // What a login page needs is for anybody.
  if (name === 'environment') return CALLERS.map(() => allowed)
  const restricted = GRANTED.has(`${verb} ${name}`) ? allowed : 403
  return [401, 403, 403, restricted, allowed]
}
const CASES = [...new Set([...RECORDS, ...OTHERS.keys()])].flatMap((name) =>
  VERBS.map((verb) => [verb, name, expected(verb, name)] as const),
)

let house: House
let who: Record<(typeof CALLERS)[number], { token?: string; key?: string }>

beforeAll(async () => {
  house = await openHouse(rules)
  const token = await signIn(house, 'admin', ADMIN)
  const create = async (resource: string, record: object) => {
    const { body } = await askOf(house)('POST', `system/${resource}`, { token, body: { resource: [record] } })
    return Number(Object(body).resource[0].id)
  }
  const { serviceByName, apps } = house.app.store.snapshot()
  const rule = { service_id: serviceByName.get('system')?.id, requestor_mask: 1 }
  const role_id = await create('role', {
    name: 'clerk',
    is_active: true,
    role_service_access_by_role_id: [
      { ...rule, component: 'role/*', verb_mask: 31 },
      { ...rule, component: 'user/*', verb_mask: 1 },
    ],
  })
  const mapping = [{ app_id: apps[0]?.id, role_id }]
  await create('user', { email: 'una@example.com', password: PASSWORD })
  await create('admin', {
    email: 'bound@example.com',
    password: PASSWORD,
    user_to_app_to_role_by_user_id: mapping,
  })
  const tokenOf = (kind: 'user' | 'admin', email: string) =>
    signIn(house, kind, { email, password: PASSWORD })
  const key = keyOf('role')
  who = {
    anonymous: {},
    'key only': { key },
    user: { key, token: await tokenOf('user', 'una@example.com') },
    'restricted admin': { key, token: await tokenOf('admin', 'bound@example.com') },
    admin: { token },
  }
})
afterAll(() => house.close())

describe('the system, by who asks (anonymous, key only, user, restricted admin, admin)', () => {
  test.each(CASES)('%s %s: %j', async (verb, name, statuses) => {
    const got = []
    for (const caller of CALLERS) {
      const body = verb === 'GET' ? {} : { body: { resource: [] } }
      got.push((await askOf(house)(verb, `system/${name}`, { ...who[caller], ...body })).status)
    }
    expect(got).toEqual(statuses)
  })

  test('knows each of its resources', async () => {
    const { body } = await askOf(house)('GET', 'system?as_list=true', who.admin)
    const names: string[] = Object(body).resource
    const sessions = names.filter((name) => name.includes('/'))
    expect(names.filter((name) => !sessions.includes(name))).toEqual(
      [...new Set(CASES.map(([, name]) => name))].toSorted(),
    )
  })
})

/** What anybody may try; who they are is found out there (the verbs a session has are in sessions.test.ts). */
test.each([
  ['GET', 'user/session', [401, 401, 200, 200, 200]],
  ['GET', 'system/admin/session', [404, 404, 401, 200, 200]],
  ['GET', 'user/profile', [401, 401, 200, 401, 401]],
  ['GET', 'system/admin/profile', [401, 401, 401, 200, 200]],
  ['GET', 'user/oauth_connection', [401, 401, 200, 401, 401]],
  ['GET', 'system/admin/oauth_connection', [401, 401, 401, 200, 200]],
  ['POST', 'user/password', [400, 400, 400, 400, 400]],
  ['POST', 'user/register', [403, 403, 403, 403, 403]],
])('%s %s: %j', async (verb, path, statuses) => {
  const got = []
  for (const caller of CALLERS) {
    const body = verb === 'GET' ? {} : { body: {} }
    got.push((await askOf(house)(verb, path, { ...who[caller], ...body })).status)
  }
  expect(got).toEqual(statuses)
})
