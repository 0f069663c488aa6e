import { createHmac, hash } from 'node:crypto'

/** Of SHA-256. */
const BLOCK_BYTES = 64
const DIGEST_BYTES = 32
const INNER = 0x36
const OUTER = 0x5c
/** In characters. */
const LONGEST = 2048

/**
 * HMAC-SHA256 (RFC 2104) as base64url. Of texts that are not long by two one-shot hashes, which take a third of the time that an object for
 * it takes and leave nothing behind. Keys of up to 64 bytes.
 */
export function createMac(key: Uint8Array): (text: string) => string {
  const inner = Buffer.alloc(BLOCK_BYTES + 3 * LONGEST, INNER)
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, OUTER)
  for (const [at, byte] of key.entries()) {
    inner[at] = byte ^ INNER
    outer[at] = byte ^ OUTER
  }
  return (text) => {
    if (text.length > LONGEST) return createHmac('sha256', key).update(text).digest('base64url')
    const end = BLOCK_BYTES + inner.write(text, BLOCK_BYTES)
    outer.write(hash('sha256', inner.subarray(0, end), 'binary'), BLOCK_BYTES, 'binary')
    return hash('sha256', outer, 'base64url')
  }
}
