import { createPrivateKey } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { createKeyring } from '../../src/access/keyring.ts'
import { ownIssuer } from '../../src/access/oauth/own-issuer.ts'
import { createSigningKey } from '../../src/access/oauth/signing-key.ts'
import { openHouse } from '../helpers/house.ts'

const ROLES = { reader: [{ component: '_table/*', verbs: ['GET'] }] }
const METADATA = '/.well-known/oauth-authorization-server'

async function houseWith(settings: Record<string, string>, more: object = {}) {
  const house = await openHouse(ROLES, {}, settings, more)
  const { status } = await house.rest('GET', METADATA)
  const refused = await house.rest('POST', '/mcp/shop', { body: {} })
  await house.close()
  return { status, challenge: String(refused.headers['www-authenticate']) }
}

const PROVIDERS = {
  identity_providers: [{ issuer: 'https://id.example.com', roles: [{ value: 'a', role: 'reader' }] }],
}

describe('the authorization server', () => {
  test.each<[string, Record<string, string>, object]>([
    ['with a public URL over https', { SLUICE_PUBLIC_URL: 'https://db.example.com' }, {}],
    ['for its own machine', {}, {}],
    ['beside providers where that is said', { SLUICE_OAUTH: 'true' }, PROVIDERS],
  ])('is on %s', async (_when, settings, more) => {
    const { status, challenge } = await houseWith(settings, more)
    expect(status).toBe(200)
    expect(challenge).toContain('resource_metadata=')
  })

  test.each<[string, Record<string, string>]>([
    ['where that is said', { SLUICE_OAUTH: 'false' }],
    ['with a public URL over http', { SLUICE_PUBLIC_URL: 'http://db.example.com' }],
    ['where nobody knows the address', { SLUICE_PORT: '0' }],
  ])('is off %s', async (_when, settings) => {
    const { status, challenge } = await houseWith(settings)
    expect(status).toBe(404)
    expect(challenge).toBe('Bearer realm="sluice"')
  })

  test('is off beside providers, whose address is told', async () => {
    const { status, challenge } = await houseWith({}, PROVIDERS)
    expect(status).toBe(404)
    expect(challenge).toContain('resource_metadata=')
  })

  test('that is asked for where it is not safe refuses the start', async () => {
    const settings = { SLUICE_OAUTH: 'true', SLUICE_PUBLIC_URL: 'http://db.example.com' }
    await expect(houseWith(settings)).rejects.toMatchObject({ code: 'bad_request' })
  })

  test('registers nobody, unless that is on', async () => {
    const house = await openHouse(ROLES)
    const { status } = await house.rest('POST', '/oauth/register', {
      body: { redirect_uris: ['https://a.example/'] },
    })
    expect(status).toBe(404)
    expect((await house.rest('GET', METADATA)).body).not.toHaveProperty('registration_endpoint')
    await house.close()
  })
})

describe('a token of the own issuer', () => {
  const issuer = 'https://db.example.com'
  const key = createSigningKey(createKeyring(new Uint8Array(32)))
  const own = ownIssuer({ issuer, key, markOf: () => 'mark', isRevoked: () => false, onUse: () => {} })
  const soon = Math.floor(Date.now() / 1000) + 600
  interface Made {
    readonly alg?: string
    readonly typ?: string
    readonly iss?: string
    readonly exp?: number
    readonly by?: typeof key
  }
  async function token({ alg = 'ES256', typ = 'at+jwt', iss = issuer, exp = soon, by = key }: Made = {}) {
    const secret = Buffer.from(String(key.publicKey.export({ type: 'spki', format: 'pem' })))
    return new SignJWT({ user_id: 1, cred: 'mark', grant: 'g', scope: 'shop:read' })
      .setProtectedHeader({ alg, typ })
      .setIssuer(iss)
      .setSubject('1')
      .setAudience(`${issuer}/mcp/shop`)
      .setExpirationTime(exp)
      .sign(alg === 'HS256' ? secret : createPrivateKey({ key: by.jwk, format: 'jwk' }))
  }

  test('holds', async () => {
    expect(await own.read(await token())).toMatchObject({
      scopes: ['shop:read'],
      audience: [`${issuer}/mcp/shop`],
    })
  })

  test('is the same on every server with one app key', () => {
    expect(createSigningKey(createKeyring(new Uint8Array(32))).jwk).toEqual(key.jwk)
  })

  test.each<[string, Made]>([
    ['that has expired', { exp: soon - 1200 }],
    ['of another issuer', { iss: 'https://other.example.com' }],
    ['of another kind', { typ: 'JWT' }],
    ['signed with the public key as a secret', { alg: 'HS256' }],
    ['signed under another app key', { by: createSigningKey(createKeyring(new Uint8Array(32).fill(1))) }],
  ])('%s does not', async (_what, made) => {
    await expect(own.read(await token(made))).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  test('without a signature does not', async () => {
    const [, payload] = (await token()).split('.')
    const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url')
    await expect(own.read(`${header}.${payload}.`)).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})
