import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { AppError } from '../core/errors.ts'
import type { Seal } from '../core/seal.ts'
import { createSeal } from './seal.ts'

/** What is derived from the app key (HKDF-SHA256, RFC 5869): one key a purpose. */
export interface Keyring {
  /** Signs session tokens. */
  readonly tokenKey: Uint8Array
  /** What the key that signs access tokens is made from; `attempt` for another one. */
  accessTokenSeed(attempt: number): Uint8Array
  /** A short text that tells this app key from another one; says nothing about it. */
  readonly fingerprint: string
  /** For what callers bring back, such as cursors. */
  readonly seal: Seal
  /** Under which an API key is found (HMAC-SHA256, hex). */
  apiKeyHash(apiKey: string): string
  /** A keyed digest for caches and fingerprints (HMAC-SHA256, hex). */
  digest(text: string): string
  /** AES-256-GCM. `purpose` is authenticated: what was encrypted for one column is refused in another. */
  encrypt(text: string, purpose: string): string
  /** Throws `internal` when the text was changed, or made under another app key or purpose. */
  decrypt(text: string, purpose: string): string
}

const VERSION = 'v1'
const CIPHER = 'aes-256-gcm'
/** NIST SP 800-38D §5.2: 96-bit IV, 128-bit tag. */
const IV_BYTES = 12
const TAG_BYTES = 16

export function createKeyring(appKey: Uint8Array): Keyring {
  const derive = (purpose: string) =>
    new Uint8Array(hkdfSync('sha256', appKey, '', `sluice ${purpose} v1`, 32))
  const lookupKey = derive('api key lookup')
  const digestKey = derive('digest')
  const cipherKey = derive('encryption')
  const hmac = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest('hex')
  return {
    tokenKey: derive('session token'),
    accessTokenSeed: (attempt) => derive(`access token ${attempt}`),
    fingerprint: hmac(derive('fingerprint'), 'sluice').slice(0, 16),
    seal: createSeal({ cipher: derive('seal'), iv: derive('seal iv'), mark: derive('seal mark') }),
    apiKeyHash: (apiKey) => hmac(lookupKey, apiKey),
    digest: (text) => hmac(digestKey, text),
    encrypt: (text, purpose) => encrypt(cipherKey, text, purpose),
    decrypt: (text, purpose) => decrypt(cipherKey, text, purpose),
  }
}

/** 64 hex characters, as the original's. */
export function newApiKey(): string {
  return randomBytes(32).toString('hex')
}

function encrypt(key: Uint8Array, text: string, purpose: string): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(purpose))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return `${VERSION}:${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')}`
}

function decrypt(key: Uint8Array, text: string, purpose: string): string {
  try {
    const [version, payload = ''] = text.split(':')
    if (version !== VERSION) throw new Error('unknown version of encrypted text')
    const bytes = Buffer.from(payload, 'base64url')
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
      'utf8',
    )
  } catch (cause) {
    throw new AppError('internal', 'A stored secret cannot be decrypted.', {
      hint: 'Start with the APP_KEY it was stored under.',
      cause,
    })
  }
}
