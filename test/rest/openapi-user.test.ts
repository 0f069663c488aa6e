import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN, askOf, signIn } from '../accounts/people.ts'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { callsIn, type Described, problemsOf } from './document.ts'

const KEY = keyOf('member')
const EMAIL = 'una@example.com'
const PASSWORD = 'a-password-of-una'

let house: House
let document: Described
const driven = new Set<string>()

beforeAll(async () => {
  const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
  house = await openHouse({ member: [{ service: 'user', component: '*', verbs }] })
  const token = await signIn(house, 'admin', ADMIN)
  const body = { config: { allow_open_registration: true } }
  expect((await askOf(house)('PATCH', 'system/service/user', { token, body })).status).toBe(200)
  document = (await house.rest('GET', '/api/v2/user/_spec', { key: KEY })).body as Described // looked at below
})
afterAll(() => house.close())

/** The answer, which must be as the document says. */
async function drive(verb: string, path: string, given: { token?: string; body?: unknown } = {}) {
  const { token, body } = given
  const template = path.split('?')[0]?.replace('/custom/a', '/custom/{name}')
  const call = callsIn(document).find((one) => one.path === template && one.verb === verb)
  if (!call) throw new Error(`${verb} ${path} is not documented`)
  const answer = await askOf(house)(verb, `user${path}`, { key: KEY, ...(token && { token }), body })
  const told = `${verb} ${path} answered ${answer.status} ${answer.text.slice(0, 300)}`
  expect([200, 201], told).toContain(answer.status)
  expect(problemsOf(document, call, answer.status, answer.body), told).toEqual([])
  driven.add(`${verb} ${template}`)
  return String(Object(answer.body).session_token)
}

/** The same as a page of the server; answers the cookie that came. */
async function driveAsPage(verb: string, cookie: string): Promise<string> {
  const call = callsIn(document).find((one) => one.path === '/browser_session' && one.verb === verb)
  if (!call) throw new Error(`${verb} is not documented`)
  const answer = await house.rest(verb, '/api/v2/user/browser_session', {
    headers: { origin: 'http://localhost', cookie },
    ...(verb === 'POST' && { body: { email: EMAIL, password: `${PASSWORD}!` } }),
  })
  expect([verb, answer.status]).toEqual([verb, 200])
  expect(problemsOf(document, call, answer.status, answer.body)).toEqual([])
  driven.add(`${verb} /browser_session`)
  return String(answer.headers['set-cookie']).split(';')[0] ?? ''
}

test('every documented call of users answers as its document says', async () => {
  await drive('POST', '/register', { body: { email: EMAIL, first_name: 'Una', password: PASSWORD } })
  const login = { body: { email: EMAIL, password: PASSWORD } }
  const first = await drive('POST', '/session', login)
  await drive('GET', '/session', { token: first })
  const token = await drive('PUT', '/session', { token: first })
  await drive('GET', '/profile', { token })
  await drive('PATCH', '/profile', { token, body: { phone: '123' } })
  const entries = { resource: [{ name: 'a', value: { b: [1] } }] }
  for (const verb of ['POST', 'PUT', 'PATCH']) {
    await drive(verb, '/custom', { token, body: entries })
    await drive(verb, '/custom/a', { token, body: { c: verb } })
  }
  await drive('GET', '/custom', { token })
  await drive('GET', '/custom/a', { token })
  await drive('DELETE', '/custom?ids=a', { token })
  await drive('POST', '/custom', { token, body: entries })
  await drive('DELETE', '/custom/a', { token })
  await drive('GET', '/oauth_connection', { token })
  await drive('DELETE', '/oauth_connection?force=true', { token })
  await drive('GET', '/_spec', { token })
  await drive('GET', '/', { token })
  await drive('POST', '/password', { token, body: { old_password: PASSWORD, new_password: `${PASSWORD}!` } })
  const last = await drive('POST', '/session', { body: { email: EMAIL, password: `${PASSWORD}!` } })
  await drive('DELETE', '/session', { token: last })
  let cookie = ''
  for (const verb of ['POST', 'PUT', 'DELETE']) cookie = await driveAsPage(verb, cookie)
  const documented = callsIn(document).map(({ verb, path }) => `${verb} ${path}`)
  // Nobody is connected here: test/oauth/connections.test.ts
  const elsewhere = (call: string) => call.endsWith('/oauth_connection/{id}')
  expect(documented.filter((call) => !driven.has(call) && !elsewhere(call))).toEqual([])
})
