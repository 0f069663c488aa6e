import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BROWSER_SESSION_TABLE } from '../../src/system/bookkeeping.ts'
import { rowsOf, tableNamed } from '../../src/system/records.ts'
import { type House, openHouse } from '../helpers/house.ts'
import { ADMIN, askOf } from './people.ts'

const UNA = { email: 'una@example.com', password: 'a-password-of-una' }
const PATH = '/api/v2/user/browser_session'
const ORIGIN = 'http://localhost'

let house: House
beforeAll(async () => {
  house = await openHouse({})
  const token = tokenOf(await signIn())
  const body = { resource: [{ ...UNA, name: 'Una', is_active: true }] }
  expect((await askOf(house)('POST', 'system/user', { token, body })).status).toBe(201)
})
afterAll(() => house.close())

type Answer = Awaited<ReturnType<House['rest']>>

function send(method: string, headers: Record<string, string> = {}, body?: unknown): Promise<Answer> {
  return house.rest(method, PATH, {
    headers: { origin: ORIGIN, ...headers },
    ...(body !== undefined && { body }),
  })
}

async function signIn(login: object = ADMIN): Promise<Answer> {
  const answer = await send('POST', {}, login)
  expect(answer.status).toBe(200)
  return answer
}

function tokenOf({ body }: Answer): string {
  return String(Reflect.get(Object(body), 'session_token'))
}

function setCookie({ headers }: Answer): string {
  return String(headers['set-cookie'] ?? '')
}

/** As a browser sends it back. */
function cookieOf(answer: Answer): string {
  return setCookie(answer).split(';')[0] ?? ''
}

const holds = async (token: string) =>
  (await house.rest('GET', '/api/v2/user/profile', { headers: { authorization: `Bearer ${token}` } })).status

const holdsForAdmin = async (token: string) =>
  (await house.rest('GET', '/api/v2/system/admin/profile', { headers: { authorization: `Bearer ${token}` } }))
    .status

describe('a page signs in', () => {
  test('as an administrator or a user, and is given a token and a cookie for one address', async () => {
    const answer = await signIn()
    expect(answer.body).toMatchObject({ is_sys_admin: true, email: ADMIN.email })
    expect(setCookie(answer)).toMatch(
      /^sluice_[0-9a-f]{8}=[\w.-]+; Path=\/api\/v2\/user\/browser_session; HttpOnly; SameSite=Strict$/,
    )
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(await holdsForAdmin(tokenOf(answer))).toBe(200)
    const user = await signIn(UNA)
    expect(user.body).toMatchObject({ is_sys_admin: false })
    expect(await holds(tokenOf(user))).toBe(200)
  })

  test('and the cookie is for https alone where the page is', async () => {
    const answer = await house.rest('POST', PATH, { headers: { origin: 'https://localhost' }, body: ADMIN })
    expect(setCookie(answer)).toMatch(/; Secure$/)
  })

  test.each([
    [{ email: ADMIN.email, password: 'wrong-wrong-wrong' }, 401],
    [{ email: 'nobody@example.com', password: 'wrong-wrong-wrong' }, 401],
    [{ email: ADMIN.email }, 400],
    [{ ...ADMIN, remember: true }, 400],
    [{ ...ADMIN, remember_me: 'perhaps' }, 400],
  ])('not with %j', async (body, status) => {
    const answer = await send('POST', {}, body)
    expect(answer.status).toBe(status)
    expect(setCookie(answer)).toBe('')
  })

  test.each(['GET', 'PATCH'])('and not by %s', async (verb) => {
    expect((await send(verb)).status).toBe(400)
  })
})

describe('the cookie', () => {
  test('gives a new token and another cookie', async () => {
    const first = await signIn()
    const second = await send('PUT', { cookie: cookieOf(first) })
    expect(second.status).toBe(200)
    expect(cookieOf(second)).not.toBe(cookieOf(first))
    expect(await holdsForAdmin(tokenOf(second))).toBe(200)
    expect((await send('PUT', { cookie: cookieOf(second) })).status).toBe(200)
  })

  test('of two tabs at once is replaced by the same one for both', async () => {
    const cookie = cookieOf(await signIn())
    const answers = await Promise.all([1, 2, 3].map(() => send('PUT', { cookie })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(new Set(answers.map(cookieOf)).size).toBe(1)
  })

  test('that was replaced twice ends the session, and every token of it', async () => {
    const first = await signIn()
    const second = await send('PUT', { cookie: cookieOf(first) })
    const third = await send('PUT', { cookie: cookieOf(second) })
    const again = await send('PUT', { cookie: cookieOf(first) })
    expect(again.status).toBe(401)
    expect(setCookie(again)).toMatch(/=; Path=[\w/]+; Max-Age=0;/)
    expect((await send('PUT', { cookie: cookieOf(third) })).status).toBe(401)
    for (const answer of [first, second, third]) expect(await holdsForAdmin(tokenOf(answer))).toBe(403)
  })

  test.each(['', 'x', 'a.b', `${'a'.repeat(43)}.${'b'.repeat(43)}`, `${'a'.repeat(43)}.`])(
    'of nobody (%j) opens nothing',
    async (value) => {
      const name = cookieOf(await signIn()).split('=')[0]
      const answer = await send('PUT', { cookie: `${name}=${value}` })
      expect([answer.status, Reflect.get(Object(answer.body), 'session_token')]).toEqual([401, undefined])
    },
  )

  test('with a changed secret ends the session it names', async () => {
    const first = await signIn()
    const changed = cookieOf(first).replace(/.{3}$/, 'xyz')
    expect((await send('PUT', { cookie: changed })).status).toBe(401)
    expect((await send('PUT', { cookie: cookieOf(first) })).status).toBe(401)
  })

  test('is no credential anywhere else', async () => {
    const cookie = cookieOf(await signIn())
    const [name = '', value = ''] = cookie.split(/=(.*)/s)
    const asked = [
      ['GET', '/api/v2/system/admin'],
      ['GET', '/api/v2/system/admin/session'],
      ['GET', '/api/v2/system/admin/profile'],
      ['GET', '/api/v2/user/profile'],
      ['GET', '/api/v2/shop/_table/orders'],
      ['GET', '/api/v2/api_docs'],
      ['POST', '/mcp/shop'],
      ['POST', '/mcp'],
    ] as const
    for (const [method, path] of asked) {
      for (const headers of [
        { cookie },
        { authorization: `Bearer ${value}` },
        { 'x-dreamfactory-session-token': value },
      ]) {
        const json = method === 'POST' ? { accept: 'application/json, text/event-stream' } : {}
        const answer = await house.rest(method, path, {
          headers: { ...headers, ...json, origin: ORIGIN },
          ...(method === 'POST' && { body: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} } }),
        })
        expect([path, name in headers, answer.status]).toEqual([
          path,
          false,
          expect.toBeOneOf([400, 401, 404]),
        ])
        expect(answer.text).not.toContain(ADMIN.email)
      }
    }
  })

  test('is not renewed along with other credentials', async () => {
    const first = await signIn()
    const headers = { cookie: cookieOf(first), authorization: `Bearer ${tokenOf(first)}` }
    expect((await send('PUT', headers)).status).toBe(400)
  })
})

describe('pages of others', () => {
  test.each([
    {},
    { origin: 'http://localhost:5000' },
    { origin: 'http://127.0.0.1' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: ORIGIN, 'sec-fetch-site': 'same-site' },
    { origin: ORIGIN, 'sec-fetch-site': 'cross-site' },
  ])('%j get nothing, and end nothing', async (headers: Record<string, string>) => {
    const cookie = cookieOf(await signIn())
    for (const [method, body] of [['POST', ADMIN], ['PUT'], ['DELETE']] as const) {
      const answer = await house.rest(method, PATH, {
        headers: { ...headers, cookie },
        ...(body && { body }),
      })
      expect([answer.status, setCookie(answer)]).toEqual([403, ''])
    }
    const tunnelled = await house.rest('POST', `${PATH}?method=DELETE`, { headers: { ...headers, cookie } })
    expect(tunnelled.status).toBe(403)
    expect((await send('PUT', { cookie })).status).toBe(200)
  })

  test('but a page of this server does', async () => {
    const cookie = cookieOf(await signIn())
    expect((await send('PUT', { cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })
})

describe('the session ends', () => {
  test('when somebody signs out, with every token', async () => {
    const first = await signIn()
    const second = await send('PUT', { cookie: cookieOf(first) })
    const out = await send('DELETE', { cookie: cookieOf(second) })
    expect([out.status, setCookie(out)]).toEqual([200, expect.stringContaining('Max-Age=0')])
    expect((await send('PUT', { cookie: cookieOf(second) })).status).toBe(401)
    expect(await holdsForAdmin(tokenOf(first))).toBe(403)
    expect(await holdsForAdmin(tokenOf(second))).toBe(403)
  })

  test('when its token is ended at the address of tokens', async () => {
    const first = await signIn()
    const headers = { authorization: `Bearer ${tokenOf(first)}` }
    expect((await house.rest('DELETE', '/api/v2/system/admin/session', { headers })).status).toBe(200)
    expect((await send('PUT', { cookie: cookieOf(first) })).status).toBe(401)
  })

  test('and its token is not refreshed there', async () => {
    const first = await signIn()
    const headers = { authorization: `Bearer ${tokenOf(first)}` }
    const answer = await house.rest('PUT', '/api/v2/system/admin/session', { headers })
    expect(answer.status).toBe(401)
    expect(answer.text).toContain('user/browser_session')
    expect((await send('PUT', { cookie: cookieOf(first) })).status).toBe(200)
  })

  test('when the password changes', async () => {
    const first = await signIn(UNA)
    const headers = { authorization: `Bearer ${tokenOf(first)}` }
    const body = { old_password: UNA.password, new_password: 'another-password-of-una' }
    expect((await house.rest('POST', '/api/v2/user/password', { headers, body })).status).toBe(200)
    expect((await send('PUT', { cookie: cookieOf(first) })).status).toBe(401)
    expect(await holds(tokenOf(first))).toBe(403)
  })

  test('when the account is switched off, also after it is on again', async () => {
    const login = { ...UNA, password: 'another-password-of-una' }
    const first = await signIn(login)
    const token = tokenOf(await signIn())
    const { body } = await askOf(house)('GET', "system/user?filter=email='una@example.com'", { token })
    const id = Reflect.get(Object(Reflect.get(Object(body), 'resource')[0]), 'id')
    for (const is_active of [false, true])
      expect((await askOf(house)('PATCH', `system/user/${id}`, { token, body: { is_active } })).status).toBe(
        200,
      )
    expect((await send('PUT', { cookie: cookieOf(first) })).status).toBe(401)
    expect((await send('PUT', { cookie: cookieOf(await signIn(login)) })).status).toBe(200)
  })
})

test('the database has no secret of it', async () => {
  const answer = await signIn()
  const [, value = ''] = cookieOf(answer).split('=')
  const rows = await rowsOf(
    house.app.store.database,
    tableNamed(BROWSER_SESSION_TABLE),
    AbortSignal.timeout(10_000),
  )
  const kept = JSON.stringify(rows)
  expect(kept).toContain('secret_hash')
  for (const part of value.split('.')) expect(kept).not.toContain(part)
})
