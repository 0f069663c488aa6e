import { afterEach, beforeEach, expect, test } from 'vitest'
import { providerKeys } from '../../src/access/oauth/provider-keys.ts'
import { verifyJwt } from '../../src/access/oauth/verify-jwt.ts'
import { type Issuer, openIssuer } from './issuer.ts'

const MINUTE = 60_000

let issuer: Issuer
let clock: number
let read: (token: string) => Promise<unknown>
beforeEach(async () => {
  issuer = await openIssuer()
  clock = Date.now()
  const key = providerKeys({ issuer: issuer.url, now: () => clock })
  read = (token) => verifyJwt(token, { issuer: issuer.url, algorithms: ['RS256'], key, hasScopes: true })
})
afterEach(() => issuer.close())

const token = (options = {}) => issuer.token({ aud: 'here' }, options)
const REFUSED = { code: 'unauthenticated' }
const UNREACHABLE = { code: 'unavailable' }

test('a new key of the issuer holds at once, and its old one no longer', async () => {
  const old = await token()
  await read(old)
  await issuer.changeKey('two')
  await read(await token())
  expect(issuer.keyRequests()).toBe(2)
  await expect(read(old)).rejects.toMatchObject(REFUSED)
})

test('a new key holds for all who come with it at once', async () => {
  await read(await token())
  await issuer.changeKey('two')
  const made = await token()
  await Promise.all([1, 2, 3].map(() => read(made)))
  expect(issuer.keyRequests()).toBe(2)
})

test('unknown keys have the issuer asked once in a while, one key as another', async () => {
  await read(await token())
  for (let n = 0; n < 5; n++)
    await expect(read(await token({ kid: `no-${n}` }))).rejects.toMatchObject(REFUSED)
  expect(issuer.keyRequests()).toBe(2)
  await issuer.changeKey('two')
  clock += MINUTE
  await read(await token())
  expect(issuer.keyRequests()).toBe(3)
})

test('known keys outlast an issuer that cannot be reached, for an hour', async () => {
  const known = await token()
  await read(known)
  issuer.fail(500)
  clock += 11 * MINUTE
  await read(known)
  await read(known)
  expect(issuer.keyRequests()).toBe(2)
  clock += 50 * MINUTE
  await expect(read(known)).rejects.toMatchObject(UNREACHABLE)
  issuer.fail(200)
  clock += MINUTE
  await read(known)
})

test('a key that may be new is not called wrong while the issuer cannot be reached', async () => {
  await read(await token())
  issuer.fail(500)
  await issuer.changeKey('two')
  const made = await token()
  for (let n = 0; n < 3; n++) await expect(read(made)).rejects.toMatchObject(UNREACHABLE)
  expect(issuer.keyRequests()).toBe(2)
  issuer.fail(200)
  clock += MINUTE
  await read(made)
})
