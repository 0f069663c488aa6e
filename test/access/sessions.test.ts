import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeProtectedHeader } from 'jose'
import { describe, expect, test } from 'vitest'
import { createKeyring } from '../../src/access/keyring.ts'
import { loadTokenKey } from '../../src/access/token-key.ts'
import { createTokens } from '../../src/access/tokens.ts'
import { accountsWith, admin, KEYS, PASSWORD, una, world } from './world.ts'

const MINUTE = 60_000
const login = { email: una.email, password: PASSWORD }

async function signedIn(request: object = login) {
  const made = world()
  const session = await made.sessions.signIn('user', request)
  return { ...made, session, token: session.session_token }
}

describe('a user signs in', () => {
  test('and is told the role that goes with the API key', async () => {
    const { session } = await signedIn({ ...login, apiKey: KEYS.agent })
    expect(session).toMatchObject({ id: 2, is_sys_admin: false, role: 'Reader', role_id: 1 })
    expect((await signedIn()).session).not.toHaveProperty('role')
  })

  test('at the address for users only, as an administrator at theirs', async () => {
    const { sessions } = world()
    const wrong = { code: 'unauthenticated', message: 'Invalid credentials supplied.' }
    await expect(sessions.signIn('admin', login)).rejects.toMatchObject(wrong)
    await expect(sessions.signIn('user', { ...login, email: admin.email })).rejects.toMatchObject(wrong)
  })

  test('not where the role is not active', async () => {
    const signIn = world().sessions.signIn('user', { ...login, apiKey: KEYS.sleeping })
    await expect(signIn).rejects.toMatchObject({ code: 'forbidden', context: { reason: 'role_inactive' } })
  })

  test.each([
    [5, '2026-11-22 02:06:22'],
    [0, '2026-11-22 03:01:22'],
    [9_999, '2026-11-22 03:01:22'],
  ])('for %s minutes, at most as long as configured', async (duration, end) => {
    expect((await signedIn({ ...login, duration })).session.token_expiry_date).toBe(end)
  })

  test.each(['5', -1, 1.5, {}])('and not for %j minutes', async (duration) => {
    await expect(signedIn({ ...login, duration })).rejects.toMatchObject({ code: 'bad_request' })
  })
})

describe('a session', () => {
  test('is shown as it is, and not prolonged', async () => {
    const { sessions, session, token, state } = await signedIn()
    state.now += 10 * MINUTE
    expect(await sessions.current('user', { sessionToken: token })).toEqual(session)
    expect(await sessions.current('user', { bearer: token })).toEqual(session)
  })

  test('is asked for with a token, by its own kind of account', async () => {
    const { sessions, token } = await signedIn()
    await expect(sessions.current('user', {})).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(sessions.current('admin', {})).rejects.toMatchObject({ code: 'not_found' })
    await expect(sessions.current('admin', { sessionToken: token })).rejects.toMatchObject({
      code: 'unauthenticated',
      message: 'You are not authorized to perform this action.',
    })
  })

  test('is refreshed: the new token holds, the old one does not', async () => {
    const { sessions, token, state, authenticate } = await signedIn()
    state.now += 10 * MINUTE
    const fresh = await sessions.refresh('user', { sessionToken: token })
    expect(fresh.session_token).not.toBe(token)
    expect([fresh.last_login_date, fresh.token_expiry_date]).toEqual([
      '2026-11-22 02:01:22',
      '2026-11-22 03:11:22',
    ])
    expect((await authenticate({ sessionToken: fresh.session_token })).userId).toBe(2)
    const ended = { code: 'forbidden', context: { reason: 'session_terminated' } }
    await expect(authenticate({ sessionToken: token })).rejects.toMatchObject(ended)
    await expect(sessions.refresh('user', { sessionToken: token })).rejects.toMatchObject({
      code: 'unauthenticated',
      message: 'Token refresh failed. The token has been blacklisted',
    })
  })

  test('that is refreshed twice at once goes on once', async () => {
    const { sessions, token } = await signedIn()
    const both = [1, 2].map(() => sessions.refresh('user', { sessionToken: token }))
    const outcomes = await Promise.allSettled(both)
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  test('that has expired is refreshed within the window, which counts from the sign-in', async () => {
    const { sessions, token, state, authenticate } = await signedIn()
    state.now += 100 * MINUTE
    await expect(authenticate({ sessionToken: token })).rejects.toMatchObject({
      context: { reason: 'token_expired' },
    })
    const fresh = await sessions.refresh('user', { sessionToken: token })
    state.now += 81 * MINUTE
    const again = sessions.refresh('user', { sessionToken: fresh.session_token })
    await expect(again).rejects.toMatchObject({
      message: 'Token refresh failed. Token has expired and can no longer be refreshed',
    })
  })

  test('is remembered for years where that is allowed', async () => {
    const { sessions, token, state } = await signedIn({ ...login, remember_me: true })
    state.now += 400 * 24 * 60 * MINUTE
    const fresh = await sessions.refresh('user', { sessionToken: token })
    state.now += 400 * 24 * 60 * MINUTE
    await expect(sessions.refresh('user', { sessionToken: fresh.session_token })).resolves.toMatchObject({
      id: 2,
    })
  })

  test('ends: neither used nor refreshed again, also after it expired', async () => {
    const { sessions, token, authenticate, state } = await signedIn()
    state.now += 61 * MINUTE
    await sessions.end({ sessionToken: token })
    await expect(sessions.refresh('user', { sessionToken: token })).rejects.toMatchObject({
      message: 'Token refresh failed. The token has been blacklisted',
    })
    state.now -= 61 * MINUTE
    await expect(authenticate({ bearer: token })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(sessions.end({ bearer: token })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(sessions.end({})).resolves.toBeUndefined()
  })

  test.each([
    ['the password', { passwordHash: 'another' }, 'session_terminated'],
    ['the e-mail address', { email: 'una2@example.com' }, 'user_changed'],
    ['the epoch', { sessionEpoch: 1 }, 'session_terminated'],
  ])('ends with a change of %s', async (_what, change, reason) => {
    const { token, authenticate, sessions, state } = await signedIn()
    state.accounts = accountsWith([admin, { ...una, ...change }])
    await expect(authenticate({ sessionToken: token })).rejects.toMatchObject({ context: { reason } })
    await expect(sessions.refresh('user', { sessionToken: token })).rejects.toMatchObject({
      code: 'unauthenticated',
      message: expect.stringMatching(/^Token refresh failed\./),
    })
  })

  test('ends with a change of the roles of its user', async () => {
    const { token, authenticate, state } = await signedIn()
    state.accounts = accountsWith([admin, una], new Map([[2, new Map([[1, 1]])]]))
    await expect(authenticate({ sessionToken: token })).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('tokens signed with a configured key', () => {
  const keyring = createKeyring(new Uint8Array(32).fill(9))
  const pemFile = async (pem: string | Buffer) => {
    const file = join(await mkdtemp(join(tmpdir(), 'sluice-key-')), 'key.pem')
    await writeFile(file, pem)
    return file
  }
  const pair = { rsa: { modulusLength: 2048 }, ec: { namedCurve: 'P-256' } }

  test.each([
    ['RS256', () => generateKeyPairSync('rsa', pair.rsa).privateKey],
    ['ES256', () => generateKeyPairSync('ec', pair.ec).privateKey],
  ])('hold with %s, and others do not', async (algorithm, make) => {
    const file = await pemFile(make().export({ type: 'pkcs8', format: 'pem' }))
    const options = { keyring, accounts: () => accountsWith([admin]), ttlMinutes: 60, refreshMinutes: 60 }
    const tokens = createTokens({ ...options, key: await loadTokenKey(keyring, file) })
    const { token } = await tokens.issue(admin)
    expect(decodeProtectedHeader(token).alg).toBe(algorithm)
    expect((await tokens.verify(token)).userId).toBe(admin.id)
    const plain = createTokens({ ...options, key: await loadTokenKey(keyring, undefined) })
    await expect(plain.verify(token)).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(tokens.verify((await plain.issue(admin)).token)).rejects.toMatchObject({
      code: 'unauthenticated',
    })
  })

  test('need a key that is good enough', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
    const files = [await pemFile(weak.export({ type: 'pkcs8', format: 'pem' })), await pemFile('no key')]
    for (const file of files)
      await expect(loadTokenKey(keyring, file)).rejects.toMatchObject({ code: 'bad_request' })
    await expect(loadTokenKey(keyring, '/nowhere/key.pem')).rejects.toMatchObject({ code: 'unavailable' })
  })
})
