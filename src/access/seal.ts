import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import type { Seal } from '../core/seal.ts'

const CIPHER = 'aes-256-gcm'
/** NIST SP 800-38D §5.2: 96-bit IV, 128-bit tag. */
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Texts as base64url of IV, tag and AES-256-GCM cipher text; the scope is authenticated with them. The IV is made of text
 * and scope (as in RFC 5297), so that it is never used for two of them. Keys of 32 bytes.
 */
export function createSeal(keys: { readonly cipher: Uint8Array; readonly iv: Uint8Array }): Seal {
  return {
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
