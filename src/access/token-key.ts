import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { AppError } from '../core/errors.ts'
import type { Keyring } from './keyring.ts'

/** What session tokens are signed and checked with. A token of another algorithm is never accepted. */
export interface TokenKey {
  readonly algorithm: 'HS256' | 'RS256' | 'ES256'
  readonly sign: Uint8Array | KeyObject
  readonly verify: Uint8Array | KeyObject
}

/** NIST SP 800-131A: fewer bits are not accepted for signatures. */
const LEAST_RSA_BITS = 2_048

/** The private key in the file (PEM), or one made from the app key. Throws `bad_request`, `unavailable`. */
export async function loadTokenKey({ tokenKey }: Keyring, file: string | undefined): Promise<TokenKey> {
  if (file === undefined) return { algorithm: 'HS256', sign: tokenKey, verify: tokenKey }
  const sign = privateKey(await readPem(file))
  return { algorithm: algorithmOf(sign), sign, verify: createPublicKey(sign) }
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new AppError('unavailable', 'The file of SLUICE_TOKEN_KEY_FILE cannot be read.', { cause })
  }
}

function privateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    throw new AppError(
      'bad_request',
      'SLUICE_TOKEN_KEY_FILE is not a private key in PEM without a passphrase.',
      {
        cause,
      },
    )
  }
}

// RFC 7518 §3.3, §3.4
function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): 'RS256' | 'ES256' {
  const { modulusLength = 0, namedCurve } = asymmetricKeyDetails ?? {}
  if (asymmetricKeyType === 'rsa' && modulusLength >= LEAST_RSA_BITS) return 'RS256'
  if (asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return 'ES256'
  throw new AppError(
    'bad_request',
    `SLUICE_TOKEN_KEY_FILE must be an RSA key of at least ${LEAST_RSA_BITS} bits or a P-256 key.`,
  )
}
