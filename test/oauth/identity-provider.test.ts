import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { type Issuer, openIssuer } from './issuer.ts'

const BASE = 'https://db.example.com'
const SHOP = `${BASE}/mcp/shop`
const WRITE = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

let issuer: Issuer
let house: House
beforeAll(async () => {
  issuer = await openIssuer()
  house = await openHouse(
    {
      reader: [{ component: '_table/*', verbs: ['GET'] }],
      writer: [{ component: '_table/*', verbs: WRITE }],
      own: [
        {
          component: '_table/customers/*',
          verbs: ['GET'],
          filters: [{ name: 'region', operator: '=', value: '{user.region}' }],
        },
      ],
      tenants: [
        {
          component: '_table/customers/*',
          verbs: ['GET'],
          filters: [{ name: 'region', operator: '=', value: '{tenant}' }],
        },
      ],
    },
    {},
    { SLUICE_PUBLIC_URL: BASE },
    {
      identity_providers: [
        {
          issuer: issuer.url,
          audience: ['api://sluice'],
          role_claim: 'realm_access.roles',
          roles: [
            { value: 'editors', role: 'Writer' },
            { value: 'analysts', role: 'reader' },
            { value: 'customers', role: 'own' },
            { value: 'tenants', role: 'tenants' },
            { value: 'ghosts', role: 'no such role' },
          ],
          lookups: { 'User.Region': 'area', tenant: 'tenant' },
        },
      ],
    },
  )
})
afterAll(async () => {
  await house.close()
  await issuer.close()
})

const claims = (role: string, more: object = {}) => ({
  aud: SHOP,
  scope: 'openid shop:read shop:write',
  realm_access: { roles: ['others', role] },
  ...more,
})
const list = (token: string, headers: Record<string, string> = {}, path = '/mcp/shop') =>
  house.rest('POST', path, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/json, text/event-stream', ...headers },
    body: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} },
  })
const names = (body: unknown) =>
  (body as { result: { tools: { name: string }[] } }).result.tools.map(({ name }) => name)
const rest = (token: string, path: string, method = 'GET', body?: object) =>
  house.rest(method, `/api/v2/${path}`, {
    headers: { authorization: `Bearer ${token}` },
    ...(body && { body }),
  })
const call = (token: string, name: string, args: object) => house.tool(name, args, token)

describe('metadata', () => {
  test.each([
    ['/.well-known/oauth-protected-resource/mcp/shop', SHOP, 'shop'],
    ['/mcp/shop/.well-known/oauth-protected-resource', SHOP, 'shop'],
    ['/.well-known/oauth-protected-resource/mcp/nothing', `${BASE}/mcp/nothing`, 'nothing'],
    ['/.well-known/oauth-protected-resource/mcp', `${BASE}/mcp`, '*'],
    ['/mcp/.well-known/oauth-protected-resource', `${BASE}/mcp`, '*'],
    ['/.well-known/oauth-protected-resource', `${BASE}/mcp`, '*'],
    ['/.well-known/oauth-protected-resource/mcp/shop/', SHOP, 'shop'],
    ['/mcp/shop/.well-known/oauth-protected-resource/', SHOP, 'shop'],
    ['/.well-known/oauth-protected-resource/mcp/', `${BASE}/mcp`, '*'],
  ])('%s is of %s, whoever asks', async (path, resource, service) => {
    const { status, body } = await house.rest('GET', path, { headers: { host: 'localhost:1' } })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      resource,
      authorization_servers: [issuer.url],
      scopes_supported: [`${service}:read`, `${service}:write`],
      bearer_methods_supported: ['header'],
    })
  })

  test.each(['shop', 'nothing'])('a request to %s without a token is told where it is', async (service) => {
    const { status, headers } = await house.rest('POST', `/mcp/${service}`, {
      body: {},
      headers: { host: 'localhost:1' },
    })
    expect(status).toBe(401)
    expect(headers['www-authenticate']).toBe(
      `Bearer realm="sluice", scope="${service}:read ${service}:write", ` +
        `resource_metadata="${BASE}/.well-known/oauth-protected-resource/mcp/${service}"`,
    )
  })

  test('a slash at the end of an address makes it no other one', async () => {
    for (const path of ['/mcp', '/mcp/shop'])
      expect((await house.rest('POST', `${path}/`, { body: {} })).headers['www-authenticate']).toBe(
        (await house.rest('POST', path, { body: {} })).headers['www-authenticate'],
      )
    const token = await issuer.token(claims('analysts', { aud: [SHOP, `${BASE}/mcp`] }))
    for (const path of ['/mcp/shop/', '/mcp/']) expect((await list(token, {}, path)).status).toBe(200)
  })

  test.each(['GET', 'DELETE', 'HEAD'] as const)(
    '%s asks for a token before it is refused',
    async (method) => {
      const { status, headers } = await house.rest(method, '/mcp/shop')
      expect(status).toBe(401)
      expect(headers['www-authenticate']).toContain('resource_metadata=')
      expect((await house.rest(method, '/mcp/shop', { key: keyOf('reader') })).status).toBe(405)
    },
  )

  test('API keys and session tokens work as before', async () => {
    expect(names((await house.rpc('tools/list', {}, keyOf('reader'))).body)).toContain('get_tables')
    const refused = await list('nothing-known')
    expect(refused.status).toBe(401)
    expect(refused.headers['www-authenticate']).toContain('error="invalid_token"')
  })
})

describe('a token', () => {
  test('gives the role that its claim names, at both doors', async () => {
    const token = await issuer.token(claims('editors'))
    expect(names((await list(token)).body)).toContain('create_records')
    expect((await rest(token, 'shop/_table/customers')).status).toBe(200)
    const reader = await issuer.token(claims('analysts'))
    expect(names((await list(reader)).body)).not.toContain('create_records')
  })

  test('may be for the configured audience, for all services, and with a slash at the end', async () => {
    for (const aud of ['api://sluice', [`${BASE}/mcp`, 'other'], `${SHOP}/`, `${BASE}/mcp/SHOP`])
      expect((await list(await issuer.token(claims('analysts', { aud })))).status).toBe(200)
  })

  const wrong: readonly [string, () => Promise<string> | string][] = [
    ['for another service', () => issuer.token(claims('editors', { aud: `${BASE}/mcp/crm` }))],
    [
      'for another server',
      () => issuer.token(claims('editors', { aud: 'https://other.example.com/mcp/shop' })),
    ],
    ['for a longer address', () => issuer.token(claims('editors', { aud: `${SHOP}/x` }))],
    ['without an audience', () => issuer.token(claims('editors', { aud: undefined }))],
    ['for a number', () => issuer.token(claims('editors', { aud: 5 }))],
    ['for an object', () => issuer.token(claims('editors', { aud: { at: SHOP } }))],
    ['for a list of lists', () => issuer.token(claims('editors', { aud: [[SHOP]] }))],
    ['with a number as its subject', () => issuer.token(claims('editors', { sub: 5 }))],
    ['of another issuer', () => issuer.token(claims('editors'), { issuer: 'https://evil.example.com' })],
    ['expired', () => issuer.token(claims('editors'), { expiresAt: Math.floor(Date.now() / 1000) - 60 })],
    ['not yet valid', () => issuer.token(claims('editors', { nbf: Math.floor(Date.now() / 1000) + 600 }))],
    ['signed by somebody else', () => issuer.token(claims('editors'), { forged: true })],
    ['under an unknown key', () => issuer.token(claims('editors'), { kid: 'two' })],
    ['signed with the public key as a secret', () => issuer.token(claims('editors'), { algorithm: 'HS256' })],
    ['unsigned', () => issuer.unsigned(claims('editors'))],
    ['without a subject', () => issuer.token(claims('editors', { sub: undefined }))],
  ]
  test.each(wrong)('%s is refused with 401 at both doors', async (_what, made) => {
    const token = await made()
    const { status, headers } = await list(token)
    expect(status).toBe(401)
    expect(headers['www-authenticate']).toContain('error="invalid_token"')
    expect((await rest(token, 'shop/_table/customers')).status).toBe(401)
  })

  test.each([
    ['names no role of this server', claims('strangers')],
    ['names a role that is not there', claims('ghosts')],
    ['is of another form', claims('editors', { realm_access: 'editors' })],
    ['has lists of lists', claims('editors', { realm_access: { roles: [['editors']] } })],
    ['is not there', claims('editors', { realm_access: undefined })],
  ])('whose claim %s is refused with a reason', async (_what, given) => {
    const token = await issuer.token(given)
    const answers = [await list(token), await rest(token, 'shop/_table/customers')]
    for (const { status, text } of answers) {
      expect(status).toBe(403)
      expect(text).toContain("its claim 'realm_access.roles' names none of this server")
    }
  })

  test('in the address counts for nothing', async () => {
    const token = await issuer.token(claims('editors'))
    for (const name of ['access_token', 'session_token', 'api_key', 'token', 'bearer']) {
      const path = `/mcp/shop?${name}=${token}`
      const body = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
      expect((await house.rest('POST', path, { body })).status).toBe(401)
      expect((await house.rest('GET', `/api/v2/shop/_table/customers?${name}=${token}`)).status).toBe(401)
    }
  })

  test('counts in no other header, and not beside another credential', async () => {
    const token = await issuer.token(claims('editors'))
    const path = '/api/v2/shop/_table/customers'
    for (const name of ['x-dreamfactory-session-token', 'x-dreamfactory-api-key'])
      expect((await house.rest('GET', path, { headers: { [name]: token } })).status).toBe(401)
    const both = await list(token, { 'x-dreamfactory-api-key': keyOf('reader') })
    expect(both.status).toBe(400)
  })

  test('starts no work that goes on without it', async () => {
    const token = await issuer.token(claims('editors'))
    const body = { resource: [{ name: 'x', region: 'east' }] }
    const { status, text } = await rest(token, 'shop/_import/customers', 'POST', body)
    expect(status).toBe(501)
    expect(text).toContain('takes an account or an API key')
  })

  test('brings values for the filters of its role; without them there are no rows', async () => {
    const southern = await issuer.token(claims('customers', { area: 'south' }))
    expect((await rest(southern, 'shop/_table/customers?fields=id')).body).toEqual({
      resource: [{ id: 2 }, { id: 3 }],
    })
    const nowhere = await issuer.token(claims('customers'))
    expect((await rest(nowhere, 'shop/_table/customers')).status).toBe(403)
  })

  test('without a value for a filter does not get that of the system', async () => {
    const { body } = await house.rest('POST', '/api/v2/system/admin/session', {
      body: { email: 'admin@example.com', password: 'a-long-enough-password' },
    })
    const { status } = await house.rest('POST', '/api/v2/system/lookup', {
      headers: { 'x-dreamfactory-session-token': String(Reflect.get(Object(body), 'session_token')) },
      body: { resource: [{ name: 'tenant', value: 'south' }] },
    })
    expect(status).toBe(201)
    const page = 'shop/_table/customers?fields=id'
    expect((await house.rest('GET', `/api/v2/${page}`, { key: keyOf('tenants') })).body).toEqual({
      resource: [{ id: 2 }, { id: 3 }],
    })
    const named = await issuer.token(claims('tenants', { tenant: 'south' }))
    expect((await rest(named, page)).status).toBe(200)
    for (const tenant of [undefined, null, '', {}, ['south']]) {
      const { status, text } = await rest(await issuer.token(claims('tenants', { tenant })), page)
      expect([status, text.includes('"id":2')]).toEqual([tenant === '' ? 200 : 403, false])
    }
  })
})

describe('scopes', () => {
  const SCOPES = 'error="insufficient_scope", scope="shop:read shop:write"'

  test('a token to read lists no tool that writes, and is told what it lacks', async () => {
    const token = await issuer.token(claims('editors', { scope: 'shop:read' }))
    expect(names((await list(token)).body)).not.toContain('create_records')
    const { status, headers } = await call(token, 'create_records', {
      table_name: 'customers',
      records: [{ name: 'x', region: 'east' }],
    })
    expect(status).toBe(403)
    expect(headers['www-authenticate']).toBe(
      `Bearer realm="sluice", ${SCOPES}, resource_metadata="${BASE}/.well-known/oauth-protected-resource/mcp/shop"`,
    )
    const posted = await rest(token, 'shop/_table/customers', 'POST', {
      resource: [{ name: 'x', region: 'east' }],
    })
    expect(posted.status).toBe(403)
    expect(posted.headers['www-authenticate']).toContain(SCOPES)
    expect((await rest(token, 'shop/_table/customers')).status).toBe(200)
  })

  test('of what the role does not have, no scope is asked for', async () => {
    const token = await issuer.token(claims('analysts', { scope: 'shop:read' }))
    const refused = await call(token, 'create_records', {
      table_name: 'customers',
      records: [{ name: 'x', region: 'east' }],
    })
    expect(refused.body).toMatchObject({ error: { code: -32602 } })
    const posted = await rest(token, 'shop/_table/customers', 'POST', {
      resource: [{ name: 'x', region: 'east' }],
    })
    expect(posted.status).toBe(403)
    expect(posted.headers['www-authenticate']).toBeUndefined()
  })

  test('a token that may write may read', async () => {
    const token = await issuer.token(claims('editors', { scope: undefined, scp: ['shop:write'] }))
    expect((await rest(token, 'shop/_table/customers')).status).toBe(200)
    const made = await rest(token, 'shop/_table/customers', 'POST', {
      resource: [{ name: 'made by a token', region: 'east' }],
    })
    expect(made.status).toBe(200)
  })

  test.each([
    ['crm:read crm:write'],
    ['openid profile'],
    [''],
    [undefined],
    ['shop'],
    ['shop:admin'],
    ['system:write'],
  ])('a token with scope %j does nothing, and is told what it lacks', async (scope) => {
    const token = await issuer.token(claims('editors', { scope }))
    const listed = await list(token)
    expect(listed.status).toBe(403)
    expect(listed.headers['www-authenticate']).toContain('error="insufficient_scope", scope="shop:read"')
    const read = await rest(token, 'shop/_table/customers')
    expect(read.status).toBe(403)
    expect(read.headers['www-authenticate']).toContain('scope="shop:read"')
  })

  test('*:read is for every service of the role, and for no service of the server', async () => {
    const token = await issuer.token(claims('editors', { aud: 'api://sluice', scope: '*:read *:write' }))
    expect((await list(token)).status).toBe(200)
    for (const path of ['system/user', 'system/role', 'user/profile', 'system/admin/session'])
      expect([401, 403]).toContain((await rest(token, path)).status)
  })
})

test('keys are fetched once, and not again for every unknown key', async () => {
  const before = issuer.keyRequests()
  expect(before).toBeGreaterThan(0)
  for (let n = 0; n < 10; n++) {
    const token = await issuer.token(claims('editors'), { kid: `unknown-${n}` })
    expect((await list(token)).status).toBe(401)
  }
  expect(issuer.keyRequests() - before).toBeLessThanOrEqual(1)
})

describe('an issuer that does not answer', () => {
  test.each([500, 302])('with %d is no reason to say that a token is wrong', async (status) => {
    const broken = await openIssuer()
    broken.fail(status)
    const other = await openHouse(
      { reader: [{ component: '_table/*', verbs: ['GET'] }] },
      {},
      { SLUICE_PUBLIC_URL: BASE },
      {
        identity_providers: [
          { issuer: broken.url, roles: [{ value: 'analysts', role: 'reader' }], scopes: 'ignored' },
        ],
      },
    )
    const token = await broken.token({ aud: SHOP, roles: ['analysts'] })
    for (let n = 0; n < 5; n++) {
      const answer = await other.rest('GET', '/api/v2/shop/_table/customers', {
        headers: { authorization: `Bearer ${token}` },
      })
      expect(answer.status).toBe(503)
      expect(answer.text).not.toContain('127.0.0.1')
    }
    expect(broken.keyRequests()).toBe(1)
    await other.close()
    await broken.close()
  })
})
