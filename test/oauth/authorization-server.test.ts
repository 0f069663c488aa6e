import { auth, Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, askOf, signIn } from '../accounts/people.ts'
import { type House, openHouse } from '../helpers/house.ts'
import { freePort } from '../helpers/program.ts'
import { openBrowser, type Page } from './browser.ts'
import { type Memory, memoryOf, openProgram, type Program, REDIRECT } from './program.ts'

const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const ANN = { email: 'ann@example.com', password: 'the password of ann' }

let program: Program
let house: House
let base: string
let appIds: Record<string, number>
let adminToken: string

beforeAll(async () => {
  program = await openProgram()
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  house = await openHouse(
    {
      reader: [{ component: '_table/orders/*', verbs: ['GET'] }],
      writer: [{ component: '_table/*', verbs: ALL }],
    },
    {},
    {
      SLUICE_PUBLIC_URL: base,
      SLUICE_OAUTH_PRIVATE_HOSTS: 'localhost',
      SLUICE_OAUTH_REGISTRATION: 'true',
    },
    {
      oauth_clients: [
        { client_id: 'named', redirect_uris: ['cursor://anysphere.cursor-mcp/oauth/callback'] },
      ],
    },
  )
  await house.listen(port)
  adminToken = await signIn(house, 'admin', ADMIN)
  appIds = Object.fromEntries(
    (await resources('system/app')).map(({ name, id }) => [String(name), Number(id)]),
  )
  await person(ANN, ['writer'])
})
afterAll(async () => {
  await house.close()
  await program.close()
})

const ask = (method: string, path: string, body?: object) =>
  askOf(house)(method, path, { token: adminToken, ...(body && { body }) })

async function resources(path: string): Promise<readonly Record<string, unknown>[]> {
  const { body } = await ask('GET', path)
  return (body as { resource: Record<string, unknown>[] }).resource
}

async function person(login: { email: string; password: string }, roles: readonly string[]): Promise<number> {
  const roleIds = new Map((await resources('system/role')).map(({ name, id }) => [name, id]))
  const { status, body } = await ask('POST', 'system/user', {
    resource: [
      {
        ...login,
        name: login.email,
        user_to_app_to_role_by_user_id: roles.map((name) => ({
          app_id: appIds[name],
          role_id: roleIds.get(name),
        })),
      },
    ],
  })
  expect(status).toBe(201)
  return (body as { resource: [{ id: number }] }).resource[0].id
}

interface Connect {
  readonly service?: string | null
  readonly scope?: string
  readonly login?: { email: string; password: string }
  readonly allow?: readonly string[]
  readonly role?: string
  readonly client?: string
}

/** From the SDK's first request to the page that asks for a yes. */
async function toConsent({ service = 'shop', scope, login = ANN, client = program.url }: Connect = {}) {
  const memory = memoryOf(client)
  const serverUrl = service === null ? `${base}/mcp` : `${base}/mcp/${service}`
  const asked = await auth(memory, { serverUrl, ...(scope !== undefined && { scope }) })
  expect(asked).toBe('REDIRECT')
  const browser = openBrowser(base)
  const first = await browser.open(String(memory.asked))
  const page = await browser.submit(first, '/sign-in', login)
  return { memory, browser, serverUrl, first, page }
}

/** The whole way; what comes back to the program. */
async function connect(options: Connect = {}) {
  const { memory, browser, serverUrl, page } = await toConsent(options)
  const role = options.role ?? 'writer'
  const allow = options.allow ?? ['shop:read', 'shop:write']
  const app = role === 'Administrator' ? '' : String(appIds[role])
  const { left } = await browser.submit(page, '/allow', { app, scope: [...allow] })
  if (!left) throw new Error('the browser stayed')
  const code = String(left.searchParams.get('code'))
  await auth(memory, {
    serverUrl,
    authorizationCode: code,
    iss: String(left.searchParams.get('iss')),
  })
  return { memory, serverUrl, left, code }
}

const accessToken = ({ kept }: Memory) => String(kept?.access_token)
const refreshToken = ({ kept }: Memory) => String(kept?.refresh_token)
const rest = (token: string, path: string, method = 'GET', body?: object) =>
  house.rest(method, `/api/v2/${path}`, {
    headers: { authorization: `Bearer ${token}` },
    ...(body && { body }),
  })
const post = (path: string, fields: Record<string, string>) =>
  fetch(`${base}${path}`, { method: 'POST', body: new URLSearchParams(fields) })
const refresh = (token: string) =>
  post('/oauth/token', { grant_type: 'refresh_token', refresh_token: token, client_id: program.url })

/** Texts of a JSON answer. */
async function jsonOf(response: Response): Promise<Record<string, string>> {
  return (await response.json()) as Record<string, string>
}

/** Asked again until it is so: other nodes have a second. */
async function until(claim: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 10_000
  while (!(await claim())) {
    if (Date.now() > giveUpAt) throw new Error('it did not come to be')
    await new Promise((done) => setTimeout(done, 50))
  }
}

describe('metadata', () => {
  test.each(['oauth-authorization-server', 'openid-configuration'])(
    '%s names what there is',
    async (name) => {
      const response = await fetch(`${base}/.well-known/${name}`, {
        headers: { 'x-forwarded-host': 'evil.example' },
      })
      expect(await response.json()).toMatchObject({
        issuer: base,
        authorization_endpoint: `${base}/oauth/authorize`,
        token_endpoint: `${base}/oauth/token`,
        revocation_endpoint: `${base}/oauth/revoke`,
        registration_endpoint: `${base}/oauth/register`,
        jwks_uri: `${base}/oauth/jwks`,
        code_challenge_methods_supported: ['S256'],
        response_types_supported: ['code'],
        grant_types_supported: expect.arrayContaining(['authorization_code', 'refresh_token']),
        token_endpoint_auth_methods_supported: expect.arrayContaining(['none']),
        client_id_metadata_document_supported: true,
        authorization_response_iss_parameter_supported: true,
      })
    },
  )

  test('keys are public ones', async () => {
    const { keys } = (await (await fetch(`${base}/oauth/jwks`)).json()) as { keys: object[] }
    expect(keys).toMatchObject([{ kty: 'EC', crv: 'P-256', alg: 'ES256' }])
    expect(keys[0]).not.toHaveProperty('d')
  })
})

describe('a program that is connected', () => {
  test('calls tools by the SDK, which found its way from the 401', async () => {
    const memory = memoryOf(program.url)
    const url = new URL(`${base}/mcp/shop`)
    const first = new StreamableHTTPClientTransport(url, { authProvider: memory })
    await expect(new Client({ name: 't', version: '1' }).connect(first)).rejects.toThrow()
    expect(memory.asked?.searchParams.get('scope')).toBe('shop:read shop:write')
    expect(memory.asked?.searchParams.get('resource')).toBe(`${base}/mcp/shop`)
    const browser = openBrowser(base)
    const page = await browser.submit(await browser.open(String(memory.asked)), '/sign-in', ANN)
    const { left } = await browser.submit(page, '/allow', {
      app: String(appIds.writer),
      scope: ['shop:read', 'shop:write'],
    })
    expect(left?.href.startsWith(REDIRECT)).toBe(true)
    await first.finishAuth(left?.searchParams ?? new URLSearchParams())
    const client = new Client({ name: 't', version: '1' })
    await client.connect(new StreamableHTTPClientTransport(url, { authProvider: memory }))
    const answer = await client.callTool({
      name: 'get_table_data',
      arguments: { table_name: 'customers', limit: 1 },
    })
    expect(answer.isError).toBeFalsy()
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('create_records')
    await client.close()
  })

  test('has a token for that address alone, in the role of the person', async () => {
    const { memory, left } = await connect()
    expect(left.searchParams.get('iss')).toBe(base)
    expect(left.searchParams.get('state')).toBe('a-state')
    const token = accessToken(memory)
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
    expect(decodeJwt(token)).toMatchObject({
      iss: base,
      aud: `${base}/mcp/shop`,
      client_id: program.url,
      scope: 'shop:read shop:write',
    })
    expect((await rest(token, 'shop/_table/customers')).status).toBe(200)
    for (const path of ['system/user', 'crm/_table/x']) expect((await rest(token, path)).status).toBe(401)
    const other = await house.rest('POST', '/mcp/crm', {
      headers: { authorization: `Bearer ${token}` },
      body: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
    })
    expect(other.status).toBe(401)
  })

  test('that asks who the person is learns no more than their number here', async () => {
    const { memory } = await connect({ scope: 'openid shop:read', allow: ['shop:read'] })
    const identity = String(memory.kept?.id_token)
    expect(decodeProtectedHeader(identity)).toMatchObject({ alg: 'ES256' })
    expect(Object.keys(decodeJwt(identity)).toSorted()).toEqual(['aud', 'exp', 'iat', 'iss', 'sub'])
    expect((await rest(identity, 'shop/_table/customers')).status).toBe(401)
    expect((await rest(accessToken(memory), 'shop/_table/customers')).status).toBe(200)
  })

  test('may do no more than the person ticked', async () => {
    const { memory } = await connect({ allow: ['shop:read'] })
    const token = accessToken(memory)
    expect(memory.kept?.scope).toBe('shop:read')
    expect((await rest(token, 'shop/_table/customers')).status).toBe(200)
    const refused = await rest(token, 'shop/_table/customers', 'POST', {
      resource: [{ name: 'x', region: 'y' }],
    })
    expect(refused.status).toBe(403)
    expect(refused.headers['www-authenticate']).toContain('scope="shop:read shop:write"')
  })

  test('for all services has those of the role', async () => {
    const { memory } = await connect({ service: null, allow: ['*:read'] })
    const token = accessToken(memory)
    expect(decodeJwt(token)).toMatchObject({ aud: `${base}/mcp`, scope: '*:read' })
    expect((await rest(token, 'shop/_table/customers')).status).toBe(200)
    expect((await rest(token, 'system/role')).status).toBe(403)
  })

  test('of an administrator does not administer', async () => {
    const { memory } = await connect({
      service: null,
      allow: ['*:read', '*:write'],
      login: ADMIN,
      role: 'Administrator',
    })
    const token = accessToken(memory)
    expect((await rest(token, 'shop/_table/customers')).status).toBe(200)
    for (const path of [
      'system/user',
      'system/role',
      'system/config_package',
      'system/admin/session',
      'user/session',
    ])
      expect([401, 403]).toContain((await rest(token, path)).status)
  })
})

describe('refresh tokens', () => {
  test('are used once; used again, they end everything that came of them, on every door', async () => {
    const { memory } = await connect()
    const first = refreshToken(memory)
    const second = await jsonOf(await refresh(first))
    expect(second.refresh_token).not.toBe(first)
    expect((await rest(String(second.access_token), 'shop/_table/customers')).status).toBe(200)
    const reused = await refresh(first)
    expect(reused.status).toBe(400)
    expect(await reused.json()).toMatchObject({ error: 'invalid_grant' })
    expect((await refresh(String(second.refresh_token))).status).toBe(400)
    await until(async () => (await rest(String(second.access_token), 'shop/_table/customers')).status === 401)
    expect((await rest(accessToken(memory), 'shop/_table/customers')).status).toBe(401)
  })

  test('of two refreshes at once one gets an answer', async () => {
    const { memory } = await connect()
    const answers = await Promise.all([1, 2, 3].map(() => refresh(refreshToken(memory))))
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
  })

  test('give no more scopes than there were, and no other address', async () => {
    const { memory } = await connect({ allow: ['shop:read'] })
    const wider = await post('/oauth/token', {
      grant_type: 'refresh_token',
      refresh_token: refreshToken(memory),
      client_id: program.url,
      scope: 'shop:read shop:write',
    })
    const answer = await jsonOf(wider)
    if (wider.status === 200) expect(answer.scope).toBe('shop:read')
    else expect(answer.error).toMatch(/invalid_scope|invalid_grant/)
    const elsewhere = await post('/oauth/token', {
      grant_type: 'refresh_token',
      refresh_token: String(answer.refresh_token ?? refreshToken(memory)),
      client_id: program.url,
      resource: `${base}/mcp/crm`,
    })
    expect(elsewhere.status).toBe(400)
  })

  test('the SDK refreshes by itself', async () => {
    const { memory, serverUrl } = await connect()
    const before = accessToken(memory)
    expect(await auth(memory, { serverUrl })).toBe('AUTHORIZED')
    expect(accessToken(memory)).not.toBe(before)
  })
})

describe('a connection ends', () => {
  test('when its refresh token is revoked', async () => {
    const { memory } = await connect()
    const answer = await post('/oauth/revoke', { token: refreshToken(memory), client_id: program.url })
    expect(answer.status).toBe(200)
    await until(async () => (await rest(accessToken(memory), 'shop/_table/customers')).status === 401)
    expect((await refresh(refreshToken(memory))).status).toBe(400)
  })

  test('for one access token when that is revoked', async () => {
    const { memory } = await connect()
    const token = accessToken(memory)
    expect((await post('/oauth/revoke', { token, client_id: program.url })).status).toBe(200)
    await until(async () => (await rest(token, 'shop/_table/customers')).status === 401)
    expect((await refresh(refreshToken(memory))).status).toBe(200)
  })

  test.each<[string, (id: number) => object]>([
    ['gets another password', () => ({ password: 'another password of theirs' })],
    ['is switched off', () => ({ is_active: false })],
    ['loses the role', () => ({ user_to_app_to_role_by_user_id: [] })],
  ])('when the person %s', async (what, change) => {
    const login = { email: `${what.replaceAll(' ', '-')}@example.com`, password: 'a password of somebody' }
    const id = await person(login, ['writer'])
    const { memory } = await connect({ login })
    expect((await rest(accessToken(memory), 'shop/_table/customers')).status).toBe(200)
    if (what === 'loses the role') {
      const related = 'user_to_app_to_role_by_user_id'
      const { body } = await ask('GET', `system/user/${id}?related=${related}`)
      const [link] = (body as Record<string, { id: number }[]>)[related] ?? []
      const { status } = await ask('PATCH', `system/user/${id}`, {
        [related]: [{ id: link?.id, user_id: null }],
      })
      expect(status).toBe(200)
    } else expect((await ask('PATCH', `system/user/${id}`, change(id))).status).toBe(200)
    await until(async () =>
      [401, 403].includes((await rest(accessToken(memory), 'shop/_table/customers')).status),
    )
    expect((await refresh(refreshToken(memory))).status).toBe(400)
  })

  test('when the role is switched off, until it is on again', async () => {
    const { memory } = await connect()
    const role = (await resources('system/role')).find(({ name }) => name === 'writer')
    await ask('PATCH', `system/role/${role?.id}`, { is_active: false })
    await until(async () =>
      [401, 403].includes((await rest(accessToken(memory), 'shop/_table/customers')).status),
    )
    await ask('PATCH', `system/role/${role?.id}`, { is_active: true })
  })
})

describe('a request that is not as it must be', () => {
  const request = (change: Record<string, string | undefined>) => {
    const parameters = {
      client_id: program.url,
      redirect_uri: REDIRECT,
      response_type: 'code',
      scope: 'shop:read',
      resource: `${base}/mcp/shop`,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
      state: 's',
      ...change,
    }
    const given = Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, value]],
    )
    return openBrowser(base).open(`${base}/oauth/authorize?${new URLSearchParams(given)}`)
  }

  test.each<[string, Record<string, string | undefined>, string]>([
    ['without PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['with plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['for another server', { resource: 'https://other.example.com/mcp/shop' }, 'invalid_target'],
    ['for another address here', { resource: `${'http://127.0.0.1'}/api/v2/system` }, 'invalid_target'],
    ['for the implicit flow', { response_type: 'token' }, 'invalid_request'],
  ])('%s goes back with an error', async (_what, change, error) => {
    const { left } = await request(change)
    const told = new URLSearchParams(left?.search || left?.hash.slice(1))
    expect(told.get('error')).toBe(error)
    expect([...told.keys()]).not.toContain('code')
  })

  test('a program of a machine comes back to whichever port it has', async () => {
    const { text, left } = await request({ redirect_uri: 'http://127.0.0.1:50123/callback' })
    expect(left).toBeUndefined()
    expect(text).toContain('type="password"')
  })

  test('an answer in another form than an address is refused', async () => {
    const { text, left, headers } = await request({ response_mode: 'form_post' })
    expect(left).toBeUndefined()
    expect(text).not.toContain('type="password"')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test.each<[string, Record<string, string>]>([
    ['that comes back elsewhere', { redirect_uri: 'https://evil.example.com/callback' }],
    ['of a program nobody knows', { client_id: 'nobody' }],
    ['of a document over http', { client_id: 'http://localhost/program.json' }],
  ])('%s goes nowhere', async (_what, change) => {
    const { left, status, text, headers } = await request(change)
    expect(left).toBeUndefined()
    expect(status).toBe(400)
    expect(text).toContain('This does not work')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })

  test.each([
    'https://127.0.0.1/p.json',
    'https://169.254.169.254/latest',
    'https://[::1]/p.json',
    'https://10.0.0.1/p',
    'https://[::ffff:127.0.0.1]/p',
    'https://0x7f.1/p',
  ])('of a document at %s, which is not public, goes nowhere', async (client_id) => {
    const { left, status, text } = await request({ client_id })
    expect([left, status]).toEqual([undefined, 400])
    expect(text).not.toMatch(/ECONN|certificate|refused/)
  })

  test('a code is good once, for its verifier, and takes everything back when it is used again', async () => {
    const { memory, code } = await connect()
    const exchange = (code_verifier: string) =>
      post('/oauth/token', {
        grant_type: 'authorization_code',
        code,
        code_verifier,
        redirect_uri: REDIRECT,
        client_id: program.url,
      })
    expect((await exchange('x'.repeat(43))).status).toBe(400)
    expect((await exchange(await memory.codeVerifier())).status).toBe(400)
    await until(async () => (await rest(accessToken(memory), 'shop/_table/customers')).status === 401)
  })
})

describe('the pages', () => {
  const policyOf = ({ headers }: Page) => headers.get('content-security-policy') ?? ''

  test('have no script, cannot be framed, and show names as text', async () => {
    const { first, page } = await toConsent()
    for (const shown of [first, page]) {
      expect(shown.text).not.toMatch(/<script|style=|onload|<b>Program/)
      expect(shown.text).toContain('Test &lt;b&gt;Program&lt;/b&gt;')
      expect(policyOf(shown)).toBe(
        "default-src 'none'; style-src 'self'; form-action 'self' http://127.0.0.1:33418; base-uri 'none'; frame-ancestors 'none'",
      )
      expect(shown.headers.get('x-frame-options')).toBe('DENY')
      expect(shown.headers.get('cache-control')).toBe('no-store')
      expect(shown.headers.get('referrer-policy')).toBe('same-origin')
    }
    expect(page.text).toContain('<strong>writer</strong>')
    expect(page.text).toContain('read, create, replace, change, delete rows of all')
    expect(page.text).toContain('ann@example.com')
    const ticked = [...page.text.matchAll(/value="(shop:\w+)" checked/g)].map(([, scope]) => scope)
    expect(ticked).toEqual(['shop:read'])
  })

  test('a person with several roles chooses one; one who has none cannot allow', async () => {
    const both = { email: 'both@example.com', password: 'the password of both' }
    await person(both, ['reader', 'writer'])
    const { page } = await toConsent({ login: both })
    expect(page.text).toContain('<strong>reader</strong>')
    expect(page.text).toContain('read rows of <code>orders</code>')
    const { memory } = await connect({ login: both, role: 'reader' })
    expect((await rest(accessToken(memory), 'shop/_table/orders')).status).toBe(200)
    expect((await rest(accessToken(memory), 'shop/_table/customers')).status).not.toBe(200)
    const none = { email: 'none@example.com', password: 'the password of none' }
    await person(none, [])
    const refused = await toConsent({ login: none })
    expect(refused.page.text).toContain('has no role for this')
    expect(refused.page.text).not.toContain('/allow"')
  })

  test('a role that the person does not have cannot be chosen', async () => {
    const { browser, page } = await toConsent()
    for (const app of [String(appIds.reader), '', '99999']) {
      const again = await browser.submit(page, '/allow', { app, scope: ['shop:read'] })
      expect([again.status, again.left]).toEqual([400, undefined])
    }
    const more = await browser.submit(page, '/allow', {
      app: String(appIds.writer),
      scope: ['*:write', 'crm:read'],
    })
    expect([more.status, more.left]).toEqual([400, undefined])
  })

  test('a no goes back to the program', async () => {
    const { browser, page } = await toConsent()
    const { left } = await browser.submit(page, '/refuse', {})
    expect(left?.searchParams.get('error')).toBe('access_denied')
  })

  test('a wrong password stays, and too many are refused', async () => {
    const memory = memoryOf(program.url)
    await auth(memory, { serverUrl: `${base}/mcp/shop` })
    const browser = openBrowser(base)
    let page = await browser.open(String(memory.asked))
    const wrong = { email: 'nobody@example.com', password: 'not the password' }
    for (let tries = 0; tries < 10; tries++) page = await browser.submit(page, '/sign-in', wrong)
    expect(page.status).toBe(403)
    expect(page.text).toContain('is not right')
    expect((await browser.submit(page, '/sign-in', wrong)).status).toBe(429)
  })

  test('a form without its token, or in another browser, does nothing', async () => {
    const { browser, page } = await toConsent()
    const forged = {
      ...page,
      text: page.text.replaceAll(/name="token" value="\w+"/g, 'name="token" value="x"'),
    }
    const fields = { app: String(appIds.writer), scope: ['shop:read'] }
    expect((await browser.submit(forged, '/allow', fields)).status).toBe(400)
    expect((await openBrowser(base).submit(page, '/allow', fields)).status).toBe(400)
    const foreign = await fetch(page.url, { method: 'POST', headers: { origin: 'https://evil.example.com' } })
    expect(foreign.status).toBe(403)
  })

  test('everybody signs in for each connection', async () => {
    const { browser, page } = await toConsent()
    await browser.submit(page, '/allow', { app: String(appIds.writer), scope: ['shop:read'] })
    const memory = memoryOf(program.url)
    await auth(memory, { serverUrl: `${base}/mcp/shop` })
    expect((await browser.open(String(memory.asked))).text).toContain('type="password"')
  })
})

describe('programs', () => {
  test('may register themselves where that is on, with addresses that are safe', async () => {
    const register = (redirect_uris: readonly unknown[]) =>
      fetch(`${base}/oauth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris, client_name: 'x' }),
      })
    const made = await register(['cursor://anysphere.cursor-mcp/oauth/callback'])
    expect(made.status).toBe(201)
    expect(await made.json()).toMatchObject({
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    })
    for (const uri of [
      'http://example.com/cb',
      'javascript:alert(1)',
      'data:text/html,x',
      'https://u:p@example.com/',
    ])
      expect((await register([uri])).status).toBe(400)
    expect((await register([JSON.parse('{"toString":1}')])).status).toBe(400)
  })

  test('that registered connect as others do', async () => {
    const memory = memoryOf(undefined)
    expect(await auth(memory, { serverUrl: `${base}/mcp/shop` })).toBe('REDIRECT')
    const browser = openBrowser(base)
    const page = await browser.submit(await browser.open(String(memory.asked)), '/sign-in', ANN)
    expect(page.text).toContain('Connect Registered?')
  })

  test('that an administrator named come back to their own scheme', async () => {
    const parameters = new URLSearchParams({
      client_id: 'named',
      redirect_uri: 'cursor://anysphere.cursor-mcp/oauth/callback',
      response_type: 'code',
      resource: `${base}/mcp/shop`,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })
    const browser = openBrowser(base)
    const first = await browser.open(`${base}/oauth/authorize?${parameters}`)
    const page = await browser.submit(first, '/sign-in', ANN)
    expect(policy(page)).toContain("form-action 'self' cursor:;")
    const { left } = await browser.submit(page, '/allow', {
      app: String(appIds.writer),
      scope: ['shop:read'],
    })
    expect(left?.protocol).toBe('cursor:')
    expect(left?.searchParams.get('code')).toBeTruthy()
  })

  test('documents are fetched once for a while', () => {
    expect(program.fetches()).toBeLessThanOrEqual(2)
  })
})

function policy({ headers }: Page): string {
  return headers.get('content-security-policy') ?? ''
}
