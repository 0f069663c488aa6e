import { auth } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN, askOf, signIn } from '../accounts/people.ts'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { freePort } from '../helpers/program.ts'
import { callsIn, type Described, problemsOf } from '../rest/document.ts'
import { openBrowser } from './browser.ts'
import { memoryOf, REDIRECT } from './program.ts'

const login = (name: string) => ({ email: `${name}@example.com`, password: `the password of ${name}` })
const system = (component: string, verbs: readonly string[], more: object = {}) => [
  { service: 'system', component, verbs, ...more },
]
const ROLES = {
  reader: [{ component: '_table/orders/*', verbs: ['GET'] }],
  auditor: system('oauth_connection/*', ['GET']),
  warden: system('oauth_connection/*', ['GET', 'DELETE']),
  filtered: system('oauth_connection/*', ['GET', 'DELETE'], {
    filters: [{ name: 'user_id', operator: '=', value: '1' }],
  }),
  people: system('user/*', ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
}
const PEOPLE = {
  ann: 'reader',
  bob: 'reader',
  audrey: 'auditor',
  walt: 'warden',
  fay: 'filtered',
  pat: 'people',
}

const roleOf = new Map<string, string>(Object.entries(PEOPLE))

let house: House
let base: string
const tokens: Record<string, string> = {}
const ids: Record<string, number> = {}
const appIds: Record<string, number> = {}

const ask = (who: string, method: string, path: string, body?: object) =>
  askOf(house)(method, path, {
    token: String(tokens[who]),
    ...(body && { body }),
    ...(roleOf.has(who) && { key: keyOf(roleOf.get(who) ?? '') }),
  })
const listOf = async (who: string, path: string) => {
  const { status, body } = await ask(who, 'GET', path)
  expect(status, `${who} ${path}`).toBe(200)
  return (body as { resource: { id: number; user_id: number; last_used_date: unknown }[] }).resource
}

beforeAll(async () => {
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  house = await openHouse(
    ROLES,
    {},
    { SLUICE_PUBLIC_URL: base },
    {
      oauth_clients: [{ client_id: 'named', client_name: 'Named', redirect_uris: [REDIRECT] }],
    },
  )
  await house.listen(port)
  tokens.root = await signIn(house, 'admin', ADMIN)
  for (const { id, name } of (await listOf('root', 'system/app')) as unknown as {
    id: number
    name: string
  }[])
    appIds[name] = id
  const roles = (await listOf('root', 'system/role')) as unknown as { id: number; name: string }[]
  for (const [name, role] of Object.entries(PEOPLE)) {
    const roleId = roles.find((one) => one.name === role)?.id
    const links = [{ app_id: appIds[role], role_id: roleId }]
    const { body, status } = await ask('root', 'POST', 'system/user', {
      resource: [{ ...login(name), name, user_to_app_to_role_by_user_id: links }],
    })
    expect(status).toBe(201)
    ids[name] = (body as { resource: [{ id: number }] }).resource[0].id
    tokens[name] = await signIn(house, 'user', login(name))
  }
})
afterAll(() => house.close())

/** Connects the program; its tokens. */
async function connect(credentials: object, app: string) {
  const memory = memoryOf(undefined)
  await memory.saveClientInformation?.({ client_id: 'named', redirect_uris: [REDIRECT] })
  const serverUrl = `${base}/mcp/shop`
  expect(await auth(memory, { serverUrl })).toBe('REDIRECT')
  const browser = openBrowser(base)
  const page = await browser.submit(await browser.open(String(memory.asked)), '/sign-in', { ...credentials })
  const { left } = await browser.submit(page, '/allow', { app, scope: ['shop:read'] })
  const code = String(left?.searchParams.get('code'))
  await auth(memory, { serverUrl, authorizationCode: code, iss: String(left?.searchParams.get('iss')) })
  return { access: String(memory.kept?.access_token), refresh: String(memory.kept?.refresh_token) }
}

const connectAs = (name: keyof typeof PEOPLE) => connect(login(name), String(appIds.reader))
const read = async (token: string) =>
  (
    await house.rest('GET', '/api/v2/shop/_table/orders?limit=1', {
      headers: { authorization: `Bearer ${token}` },
    })
  ).status
const refreshed = async (token: string) =>
  (
    await fetch(`${base}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token, client_id: 'named' }),
    })
  ).status

test('a person sees their own connections, with what was allowed and when it was used, and ends one', async () => {
  const first = await connectAs('ann')
  const second = await connectAs('ann')
  await connectAs('bob')
  expect(await read(first.access)).toBe(200)
  await expect
    .poll(async () => (await listOf('ann', 'user/oauth_connection'))[0]?.last_used_date, { timeout: 30_000 })
    .not.toBeNull()
  const [one, other, ...more] = await listOf('ann', 'user/oauth_connection')
  expect(more).toEqual([])
  expect(other?.last_used_date).toBeNull()
  expect(one).toEqual({
    id: expect.any(Number),
    user_id: ids.ann,
    client_id: 'named',
    client_name: 'Named',
    resource: `${base}/mcp/shop`,
    scopes: ['shop:read'],
    app: 'reader',
    role: 'reader',
    created_date: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    last_used_date: expect.any(String),
    expires_date: expect.any(String),
  })
  const ended = await ask('ann', 'DELETE', `user/oauth_connection/${one?.id}`)
  expect([ended.status, ended.body]).toEqual([200, { id: one?.id }])
  expect(await read(first.access)).toBe(401)
  expect(await refreshed(first.refresh)).toBe(400)
  expect(await read(second.access)).toBe(200)
  expect((await ask('ann', 'GET', `user/oauth_connection/${one?.id}`)).status).toBe(404)
  expect((await ask('ann', 'DELETE', `user/oauth_connection/${one?.id}`)).status).toBe(404)
  expect((await ask('ann', 'DELETE', 'user/oauth_connection?force=true')).status).toBe(200)
  expect(await read(second.access)).toBe(401)
  expect(await listOf('ann', 'user/oauth_connection')).toEqual([])
  expect(await listOf('bob', 'user/oauth_connection')).toHaveLength(1)
})

test('what is not theirs is not there, whichever way it is named, and ends nothing beside it', async () => {
  const theirs = await connectAs('ann')
  const own = await connectAs('bob')
  const [ofAnn] = await listOf('ann', 'user/oauth_connection')
  const mine = (await listOf('bob', 'user/oauth_connection')).map(({ id }) => id)
  const [unknown, foreign] = [999_999, ofAnn?.id ?? 0]
  for (const [method, path] of [
    ['GET', (id: number) => `user/oauth_connection/${id}`],
    ['DELETE', (id: number) => `user/oauth_connection/${id}`],
    ['GET', (id: number) => `user/oauth_connection?ids=${id}`],
    ['DELETE', (id: number) => `user/oauth_connection?ids=${mine[0]},${id}`],
    ['DELETE', (id: number) => `user/oauth_connection?force=true&ids=${id}`],
  ] as const) {
    const answers = await Promise.all([foreign, unknown].map((id) => ask('bob', method, path(id))))
    expect(
      answers.map(({ status }) => status),
      path(0),
    ).toEqual([404, 404])
    expect(answers[0]?.text.replaceAll(`'${foreign}'`, '#')).toBe(
      answers[1]?.text.replaceAll(`'${unknown}'`, '#'),
    )
  }
  expect((await ask('bob', 'DELETE', 'user/oauth_connection')).status).toBe(400)
  expect((await ask('bob', 'DELETE', 'user/oauth_connection?filter=id=1&force=true')).status).toBe(400)
  expect((await ask('bob', 'DELETE', 'user/oauth_connection/x')).status).toBe(400)
  expect((await ask('bob', 'POST', 'user/oauth_connection', {})).status).toBe(400)
  expect((await ask('root', 'GET', 'user/oauth_connection')).status).toBe(401)
  expect((await ask('bob', 'GET', 'system/admin/oauth_connection')).status).toBe(401)
  expect([await read(theirs.access), await read(own.access)]).toEqual([200, 200])
})

test('only a session opens it: no key, no token of a program', async () => {
  const { access } = await connectAs('ann')
  const bearer = { headers: { authorization: `Bearer ${access}` } }
  for (const path of ['user/oauth_connection', 'system/oauth_connection', 'system/admin/oauth_connection'])
    for (const method of ['GET', 'DELETE']) {
      const url = `/api/v2/${path}?force=true`
      expect((await house.rest(method, url)).status, url).toBeGreaterThanOrEqual(400)
      expect((await house.rest(method, url, bearer)).status, url).toBeGreaterThanOrEqual(400)
    }
  expect(await read(access)).toBe(200)
})

test('others see and end them by a right of their role, and never those of administrators', async () => {
  const program = await connectAs('ann')
  const ofRoot = await connect(ADMIN, '')
  const path = 'system/oauth_connection'
  const [rootId] = (await listOf('root', 'system/admin/oauth_connection')).map(({ id }) => id)
  for (const [who, method, status] of [
    ['ann', 'GET', 403],
    ['pat', 'GET', 403],
    ['pat', 'DELETE', 403],
    ['audrey', 'DELETE', 403],
    ['fay', 'GET', 403],
    ['fay', 'DELETE', 403],
  ] as const)
    expect((await ask(who, method, `${path}?force=true`)).status, who).toBe(status)
  for (const who of ['audrey', 'walt']) {
    const seen = await listOf(who, path)
    expect(seen.map(({ user_id }) => user_id)).toContain(ids.ann)
    expect(seen.map(({ id }) => id)).not.toContain(rootId)
    expect((await ask(who, 'GET', `${path}/${rootId}`)).status).toBe(404)
  }
  expect((await ask('walt', 'DELETE', `${path}/${rootId}`)).status).toBe(404)
  expect((await ask('walt', 'DELETE', `${path}?user_id=x&force=true`)).status).toBe(400)
  expect((await ask('walt', 'DELETE', `${path}?user_id=${ids.ann}&force=true`)).status).toBe(200)
  expect(await read(program.access)).toBe(401)
  expect((await listOf('walt', path)).map(({ user_id }) => user_id)).toContain(ids.bob)
  expect((await ask('walt', 'DELETE', `${path}?force=true`)).status).toBe(200)
  expect(await listOf('walt', path)).toEqual([])
  expect((await listOf('root', path)).map(({ id }) => id)).toEqual([rootId])
  expect(await read(ofRoot.access)).toBe(200)
  expect((await ask('root', 'DELETE', `${path}/${rootId}`)).status).toBe(200)
  expect(await read(ofRoot.access)).toBe(401)
})

test.each([
  ['user', 'ann', '/oauth_connection'],
  ['system', 'root', '/admin/oauth_connection'],
  ['system', 'root', '/oauth_connection'],
])('%s: answers are as the document of %s says at %s', async (service, who, path) => {
  if (who === 'ann') await connectAs(who)
  else await connect(ADMIN, '')
  const document = (await ask('root', 'GET', `${service}/_spec`)).body as Described // looked at below
  const [first] = await listOf(who, `${service}${path}`)
  for (const [verb, at] of [
    ['GET', ''],
    ['GET', '/{id}'],
    ['DELETE', '/{id}'],
    ['DELETE', ''],
  ] as const) {
    const call = callsIn(document).find((one) => one.path === `${path}${at}` && one.verb === verb)
    if (!call) throw new Error(`${verb} ${path}${at} is not documented`)
    const address = at === '' ? `${path}?force=true` : `${path}/${first?.id}`
    const { status, body } = await ask(who, verb, `${service}${address}`)
    expect([status, problemsOf(document, call, status, body)]).toEqual([200, []])
  }
})

test('what ended with the account is not listed any more', async () => {
  const { access } = await connectAs('bob')
  const { status } = await ask('root', 'PATCH', `system/user/${ids.bob}`, {
    password: 'another long password',
  })
  expect(status).toBe(200)
  expect(await read(access)).toBe(401)
  expect(await listOf('root', `system/oauth_connection?user_id=${ids.bob}`)).toEqual([])
})
