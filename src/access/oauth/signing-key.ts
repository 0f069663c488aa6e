import { createECDH, createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { Keyring } from '../keyring.ts'

/** Signs the access tokens of this server (ES256); the same on every node. */
export interface SigningKey {
  readonly algorithm: 'ES256'
  readonly publicKey: KeyObject
  /** With the private part: RFC 7517, RFC 7518 §6.2. */
  readonly jwk: Readonly<Record<'kty' | 'crv' | 'x' | 'y' | 'd' | 'kid' | 'use' | 'alg', string>>
}

export function createSigningKey(keyring: Keyring): SigningKey {
  const { secret, point } = pairFrom(keyring)
  const text = (bytes: Buffer) => bytes.toString('base64url')
  // Uncompressed (SEC 1 §2.3.3): 04, then x and y of 32 bytes.
  const [x, y] = [text(point.subarray(1, 33)), text(point.subarray(33))]
  const key = { kty: 'EC', crv: 'P-256', x, y } as const
  // RFC 7638 §3
  const thumbprint = createHash('sha256').update(JSON.stringify({ crv: key.crv, kty: key.kty, x, y }))
  const jwk = { ...key, d: text(secret), kid: thumbprint.digest('base64url'), use: 'sig', alg: 'ES256' }
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
  return { algorithm: 'ES256', publicKey: createPublicKey(privateKey), jwk }
}

/** Nearly every 32 bytes are a private key of P-256; those beyond the order of the curve are passed over. */
function pairFrom(keyring: Keyring): { readonly secret: Buffer; readonly point: Buffer } {
  for (let attempt = 1; ; attempt++) {
    const secret = Buffer.from(keyring.accessTokenSeed(attempt))
    const curve = createECDH('prime256v1')
    try {
      curve.setPrivateKey(secret)
      return { secret, point: curve.getPublicKey() }
    } catch (error) {
      if (attempt > 8) throw error
    }
  }
}
