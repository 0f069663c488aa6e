import { auth, Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, test } from 'vitest'
import { ADMIN } from '../accounts/people.ts'
import { openBrowser } from './browser.ts'
import {
  ANN,
  accessToken,
  appIds,
  ask,
  base,
  connect,
  house,
  jsonOf,
  person,
  post,
  program,
  refresh,
  refreshToken,
  resources,
  rest,
  until,
  useConnecting,
} from './connecting.ts'
import { memoryOf, REDIRECT } from './program.ts'

useConnecting()

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
        response_modes_supported: ['query'],
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
