import { createHash } from 'node:crypto'
import { UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { createKeyring } from '../../src/access/keyring.ts'
import { createTokens } from '../../src/access/tokens.ts'
import { accountsWith, admin, KEYS, PASSWORD, una, world } from './world.ts'

const MINUTE = 60_000

describe('API keys', () => {
  test('a key is its app, in the app’s role', async () => {
    const caller = await world().authenticate({ apiKey: KEYS.agent })
    expect(caller).toMatchObject({ kind: 'app', label: 'app:agent', appId: 1, roleId: 1, roleName: 'Reader' })
    expect(caller.policy.decide('shop', '_table/orders', 'GET')).toEqual({ allowed: true })
    expect(caller.policy.decide('shop', '_table/orders', 'POST').allowed).toBe(false)
    expect(JSON.stringify([caller.label, ...caller.lookups])).not.toContain(KEYS.agent)
  })

  test('a key may come as a bearer credential', async () => {
    const { authenticate } = world()
    expect((await authenticate({ bearer: KEYS.agent })).label).toBe('app:agent')
  })

  test('the same key is the same caller until the accounts change', async () => {
    const { authenticate, state } = world()
    const before = await authenticate({ apiKey: KEYS.agent })
    expect(await authenticate({ bearer: KEYS.agent })).toBe(before)
    state.accounts = accountsWith([admin])
    expect(await authenticate({ apiKey: KEYS.agent })).not.toBe(before)
  })

  test('a policy is kept until its own role changes, and has one name on every server', async () => {
    const { authenticate, state } = world()
    const { policy } = await authenticate({ apiKey: KEYS.agent })
    state.accounts = accountsWith([admin])
    expect((await authenticate({ apiKey: KEYS.agent })).policy).toBe(policy)
    expect((await world().authenticate({ apiKey: KEYS.agent })).policy.key).toBe(policy.key)
    const role = state.accounts.roleById.get(1)
    const fewer = new Map(state.accounts.roleById)
    if (role) fewer.set(1, { ...role, rules: role.rules.slice(1) })
    state.accounts = { ...state.accounts, roleById: fewer }
    const after = await authenticate({ apiKey: KEYS.agent })
    expect(after.policy.key).not.toBe(policy.key)
    expect(after.policy.decide('shop', '_table/orders', 'GET').allowed).toBe(false)
  })

  test.each([{ apiKey: 'e'.repeat(64) }, { bearer: 'e'.repeat(64) }, { apiKey: KEYS.agent.toUpperCase() }])(
    'an unknown key is refused: %j',
    async (credentials) => {
      await expect(world().authenticate(credentials)).rejects.toMatchObject({
        code: 'unauthenticated',
        status: 401,
      })
    },
  )

  test('a wrong key is refused even beside a right token', async () => {
    const { authenticate, tokens } = world()
    const { token } = await tokens.issue(admin)
    await expect(authenticate({ apiKey: 'nonsense', bearer: token })).rejects.toMatchObject({
      code: 'unauthenticated',
    })
  })

  test('an inactive app, and an app with an inactive role, are refused', async () => {
    const { authenticate } = world()
    await expect(authenticate({ apiKey: KEYS.off })).rejects.toMatchObject({
      code: 'forbidden',
      message: 'App is not active.',
    })
    await expect(authenticate({ apiKey: KEYS.sleeping })).rejects.toMatchObject({
      code: 'forbidden',
      message:
        'Access Forbidden. The role assigned to you or your application or the default role of your application is not active.',
    })
  })

  test('an app without a role may do nothing, and is told why', async () => {
    const caller = await world().authenticate({ apiKey: KEYS.noRole })
    expect(caller.policy.decide('shop', '_table/orders', 'GET')).toEqual({
      allowed: false,
      reason: 'Role not found. A role may not be assigned to you or your application.',
    })
    expect(caller.policy.reaches('shop')).toBe(false)
  })

  test('without a user, a filter that needs one denies', async () => {
    const caller = await world().authenticate({ apiKey: KEYS.agent })
    expect(caller.policy.decide('shop', '_table/customers', 'GET').allowed).toBe(false)
  })
})

test.each([{}, { apiKey: '', bearer: '', sessionToken: '' }, { apiKey: undefined }])(
  'nothing sent is the anonymous caller, whom everything is denied: %j',
  async (credentials) => {
    const caller = await world().authenticate(credentials)
    expect(caller.kind).toBe('anonymous')
    expect(caller.policy.reaches('shop')).toBe(false)
    expect(caller.policy.decide('shop', '', 'GET')).toMatchObject({
      allowed: false,
      reason: expect.stringMatching(/^No session token \(JWT\) or API Key detected in request\./),
    })
  },
)

describe('session tokens', () => {
  test('an administrator’s token opens everything, without an API key', async () => {
    const { authenticate, tokens } = world()
    const { token } = await tokens.issue(admin)
    const caller = await authenticate({ sessionToken: token })
    expect(caller).toMatchObject({ kind: 'admin', label: 'admin:1', userId: 1 })
    expect(caller.policy.decide('any', '_table/x', 'DELETE')).toEqual({ allowed: true })
    expect((await authenticate({ bearer: token })).kind).toBe('admin')
  })

  test('a user acts in the role of the app whose key is sent, with lookups of their own', async () => {
    const { authenticate, tokens } = world()
    const { token } = await tokens.issue(una)
    const caller = await authenticate({ apiKey: KEYS.agent, sessionToken: token })
    expect(caller).toMatchObject({ kind: 'user', label: 'user:2', userId: 2, appId: 1, roleName: 'Reader' })
    expect(caller.policy.decide('shop', '_table/customers', 'GET')).toEqual({
      allowed: true,
      rowFilter: { op: '=', field: { name: 'id' }, value: { kind: 'number', value: '2' } },
    })
  })

  test('a user without an API key may do nothing', async () => {
    const { authenticate, tokens } = world()
    const { token } = await tokens.issue(una)
    const caller = await authenticate({ sessionToken: token })
    expect(caller.policy.decide('shop', '_table/orders', 'GET')).toMatchObject({
      reason: expect.stringMatching(/^No API Key provided\./),
    })
  })

  test('carry the claims of the wire and no secret', async () => {
    const { tokens } = world()
    const { token, expiresAt } = await tokens.issue(admin)
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims).toEqual({
      iss: 'sluice',
      iat: 1_795_312_882,
      nbf: 1_795_312_882,
      exp: 1_795_312_882 + 3600,
      jti: expect.any(String),
      sub: createHash('md5').update('ada@example.com').digest('hex'),
      user_id: 1,
      is_sys_admin: true,
      forever: false,
      cred: expect.stringMatching(/^[0-9a-f]{32}$/),
      origin: 1_795_312_882,
    })
    expect(expiresAt.toISOString()).toBe('2026-11-22T03:01:22.000Z')
  })

  test('an expired one is refused, also when it was good a moment before', async () => {
    const { authenticate, tokens, state } = world()
    const { token } = await tokens.issue(admin)
    await authenticate({ bearer: token })
    state.now += 61 * MINUTE
    const refusal = {
      code: 'unauthenticated',
      message:
        'Token has expired: Session expired. Please refresh your token (if still within refresh window) or re-login.',
    }
    await expect(authenticate({ bearer: token })).rejects.toMatchObject(refusal)
    const { authenticate: elsewhere, state: clock } = world()
    clock.now += 61 * MINUTE
    await expect(elsewhere({ bearer: token })).rejects.toMatchObject(refusal)
  })

  test('one that is not valid yet is refused', async () => {
    const { tokens } = world()
    const { token } = await tokens.issue(admin)
    const { authenticate, state } = world()
    state.now -= 10 * MINUTE
    await expect(authenticate({ bearer: token })).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  test('one that somebody else signed is refused', async () => {
    const keyring = createKeyring(new Uint8Array(32).fill(1))
    const stranger = createTokens({
      keyring,
      key: { algorithm: 'HS256', sign: keyring.tokenKey, verify: keyring.tokenKey },
      accounts: () => accountsWith([admin]),
      ttlMinutes: 60,
      refreshMinutes: 60,
      now: () => world().state.now,
    })
    const { token } = await stranger.issue(admin)
    await expect(world().authenticate({ bearer: token })).rejects.toMatchObject({
      code: 'unauthenticated',
      message: 'Invalid token: Token Signature could not be verified.',
    })
  })

  test('one without a signature is refused, whatever its algorithm says', async () => {
    const { authenticate, tokens } = world()
    const { token } = await tokens.issue(admin)
    const [head, body, signature] = token.split('.')
    const claims = JSON.parse(Buffer.from(body ?? '', 'base64url').toString())
    const unsigned = new UnsecuredJWT(claims).encode()
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    const richer = Buffer.from(JSON.stringify({ ...claims, user_id: 2 })).toString('base64url')
    const forged = [
      unsigned,
      `${none}.${body}.${signature}`,
      `${head}.${body}.`,
      `${head}.${richer}.${signature}`,
      'a.b.c',
    ]
    for (const bearer of forged) {
      await expect(authenticate({ bearer })).rejects.toMatchObject({
        code: 'unauthenticated',
        message: expect.stringMatching(/^Invalid token: /),
      })
    }
  })

  test('the account decides on every request', async () => {
    const { authenticate, tokens, state } = world()
    const { token } = await tokens.issue(una)
    const credentials = { apiKey: KEYS.agent, sessionToken: token }
    await authenticate(credentials)

    state.accounts = accountsWith([admin, { ...una, isActive: false }])
    await expect(authenticate(credentials)).rejects.toMatchObject({
      code: 'forbidden',
      message: 'User is not active.',
    })

    state.accounts = accountsWith([admin])
    await expect(authenticate(credentials)).rejects.toMatchObject({
      code: 'unauthenticated',
      message: 'Invalid token: User not found.',
    })

    state.accounts = accountsWith([{ ...una, email: 'new@example.com' }])
    await expect(authenticate(credentials)).rejects.toMatchObject({
      code: 'unauthenticated',
      message: 'Invalid token: User verification failed.',
    })

    state.accounts = accountsWith([{ ...una, passwordHash: 'another' }])
    await expect(authenticate(credentials)).rejects.toMatchObject({
      code: 'forbidden',
      message: 'The token has been blacklisted: Session terminated. Please re-login.',
    })

    state.accounts = accountsWith([una])
    expect((await authenticate(credentials)).label).toBe('user:2')
  })

  test('a token does not make an administrator: the account does', async () => {
    const { authenticate, tokens, state } = world()
    const { token } = await tokens.issue(admin)
    state.accounts = accountsWith([{ ...admin, isAdmin: false }])
    expect((await authenticate({ bearer: token })).kind).toBe('user')
  })
})

describe('Basic credentials', () => {
  test('are a one-shot sign-in', async () => {
    const { authenticate } = world()
    const caller = await authenticate({ basic: { user: 'ADA@example.com', password: PASSWORD } })
    expect(caller.kind).toBe('admin')
  })

  test('that are wrong are refused', async () => {
    const { authenticate } = world()
    const refusal = { code: 'unauthenticated', message: 'Unauthorized. User credentials did not match.' }
    await expect(authenticate({ basic: { user: 'ada@example.com', password: 'x' } })).rejects.toMatchObject(
      refusal,
    )
    await expect(authenticate({ basic: { user: 'nobody@x.io', password: PASSWORD } })).rejects.toMatchObject(
      refusal,
    )
  })

  test.each([
    ['the password has changed', { passwordHash: 'another' }],
    ['the e-mail address has changed', { email: 'other@example.com' }],
  ])('that were right are refused once %s', async (_, change) => {
    const { authenticate, state } = world()
    const basic = { user: 'ada@example.com', password: PASSWORD }
    await authenticate({ basic })
    state.accounts = accountsWith([{ ...admin, ...change }])
    await expect(authenticate({ basic })).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})

describe('the role of the process itself', () => {
  test('is found by name', () => {
    const caller = world().callerInRole('reader')
    expect(caller).toMatchObject({ kind: 'local', label: 'local:Reader', roleId: 1 })
    expect(caller.policy.decide('shop', '_table/orders', 'GET').allowed).toBe(true)
    expect(caller.policy.decide('shop', '_table/products', 'GET').allowed).toBe(false)
  })

  test('unknown or inactive is refused', () => {
    expect(() => world().callerInRole('readr')).toThrow(
      expect.objectContaining({ code: 'bad_request', didYouMean: ['Reader'] }),
    )
    expect(() => world().callerInRole('asleep')).toThrow(expect.objectContaining({ code: 'forbidden' }))
  })
})
