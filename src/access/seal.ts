import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import type { Seal } from '../core/seal.ts'
import { createMac } from './mac.ts'

const CIPHER = 'aes-256-gcm'
/** NIST SP 800-38D §5.2: 96-bit IV, 128-bit tag. */
const IV_BYTES = 12
const TAG_BYTES = 16
/** Of base64url: 132 bits. */
const MARK_LENGTH = 22

/**
 * Sealed are texts as base64url of IV, tag and AES-256-GCM cipher text; the scope is authenticated with them. The IV is made of text
 * and scope (as in RFC 5297), so that it is never used for two of them. Signed are texts as base64url, a point, and the start of an HMAC-SHA256 of scope and text.
 * Keys of 32 bytes.
 */
export function createSeal(keys: {
  readonly cipher: Uint8Array
  readonly iv: Uint8Array
  readonly mark: Uint8Array
}): Seal {
  const mac = createMac(keys.mark)
  const sign = (text: string, scope: string) =>
    `${Buffer.from(text).toString('base64url')}.${mac(`${scope}\u0000${text}`).slice(0, MARK_LENGTH)}`
  return {
    sign,
    signed(given, scope) {
      const text = Buffer.from(given.slice(0, given.indexOf('.')), 'base64url').toString('utf8')
      const [right, told] = [Buffer.from(sign(text, scope)), Buffer.from(given)]
      return right.length === told.length && timingSafeEqual(right, told) ? text : undefined
    },
    seal(text, scope) {
      const iv = createHmac('sha256', keys.iv).update(`${scope}\u0000${text}`).digest().subarray(0, IV_BYTES)
      const cipher = createCipheriv(CIPHER, keys.cipher, iv).setAAD(Buffer.from(scope))
      const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), hidden]).toString('base64url')
    },
    open(sealed, scope) {
      const bytes = Buffer.from(sealed, 'base64url')
      // One spelling for a text: what decoding passes over would be a change that goes unseen.
      if (bytes.length < IV_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed) return undefined
      const [iv, tag] = [bytes.subarray(0, IV_BYTES), bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)]
      const decipher = createDecipheriv(CIPHER, keys.cipher, iv, { authTagLength: TAG_BYTES })
      decipher.setAAD(Buffer.from(scope)).setAuthTag(tag)
      const hidden = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES))
      try {
        return Buffer.concat([hidden, decipher.final()]).toString('utf8')
      } catch {
        // The tag does not fit: that is the answer.
        return undefined
      }
    },
  }
}
