import { createHmac } from 'node:crypto'

/** Who may sign in by the double. */
export interface WindowsUser {
  readonly domain: string
  readonly user: string
  readonly password: string
}

const NONCE = Buffer.from('0123456789abcdef', 'hex')
/** MS-NLMP §2.2.2.1: the name of the domain, and the end of the list. */
const TARGET_INFO = Buffer.concat([Buffer.from([2, 0, 8, 0]), Buffer.from('ACME', 'ucs2'), Buffer.alloc(4)])

/** The domain that a negotiation names (MS-NLMP §2.2.1.1); throws for anything else. */
export function negotiatedDomain(message: Buffer): string {
  expectKind(message, 1)
  const length = message.readUInt16LE(16)
  return message.subarray(message.readUInt32LE(20), message.readUInt32LE(20) + length).toString('ascii')
}

/** MS-NLMP §2.2.1.2 */
export function challenge(): Buffer {
  const domain = Buffer.from('ACME', 'ucs2')
  const head = Buffer.alloc(56)
  head.write('NTLMSSP\0', 'ascii')
  head.writeUInt32LE(2, 8)
  head.writeUInt16LE(domain.length, 12)
  head.writeUInt16LE(domain.length, 14)
  head.writeUInt32LE(56, 16)
  head.writeUInt32LE(0x0289_8201, 20)
  NONCE.copy(head, 24)
  head.writeUInt16LE(TARGET_INFO.length, 40)
  head.writeUInt16LE(TARGET_INFO.length, 42)
  head.writeUInt32LE(56 + domain.length, 44)
  return Buffer.concat([head, domain, TARGET_INFO])
}

/** Whether an answer proves the password of this user (MS-NLMP §3.3.2, NTLMv2): both of its proofs have to be right. */
export function proves(message: Buffer, known: WindowsUser): boolean {
  expectKind(message, 3)
  const part = (at: number) => {
    const start = message.readUInt32LE(at + 4)
    return message.subarray(start, start + message.readUInt16LE(at))
  }
  const domain = part(28).toString('ucs2')
  const user = part(36).toString('ucs2')
  const identity = Buffer.from(known.user.toUpperCase() + domain, 'ucs2')
  const key = hmac(md4(Buffer.from(known.password, 'ucs2')), identity)
  const short = part(12)
  const clientNonce = short.subarray(16)
  const isShortRight = hmac(key, Buffer.concat([NONCE, clientNonce])).equals(short.subarray(0, 16))
  // The driver tells the length of the proof alone; what was proven stands behind it, to the end.
  const start = message.readUInt32LE(24)
  const blob = message.subarray(start + 16)
  const isLongRight = hmac(key, Buffer.concat([NONCE, blob])).equals(message.subarray(start, start + 16))
  return (
    isShortRight &&
    isLongRight &&
    domain.toUpperCase() === known.domain.toUpperCase() &&
    user.toUpperCase() === known.user.toUpperCase()
  )
}

function expectKind(message: Buffer, kind: number): void {
  if (message.toString('ascii', 0, 7) !== 'NTLMSSP' || message.readUInt32LE(8) !== kind)
    throw new Error(`Not a message of NTLM of kind ${kind}.`)
}

function hmac(key: Buffer, data: Buffer): Buffer {
  return createHmac('md5', key).update(data).digest()
}

/** RFC 1320; OpenSSL 3 has it no more. */
function md4(data: Buffer): Buffer {
  const padded = Buffer.alloc(Math.ceil((data.length + 9) / 64) * 64)
  data.copy(padded)
  padded[data.length] = 0x80
  padded.writeBigUInt64LE(BigInt(data.length) * 8n, padded.length - 8)
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]
  for (let at = 0; at < padded.length; at += 64) {
    const words = Array.from({ length: 16 }, (_, place) => padded.readUInt32LE(at + place * 4))
    let [a = 0, b = 0, c = 0, d = 0] = state
    for (let step = 0; step < 48; step++) {
      const { mix, add, order, turns } = ROUNDS[step >> 4] ?? ROUNDS[0]
      const sum = (a + mix(b, c, d) + (words[order[step % 16] ?? 0] ?? 0) + add) >>> 0
      const turn = turns[step % 4] ?? 0
      ;[a, d, c, b] = [d, c, b, ((sum << turn) | (sum >>> (32 - turn))) >>> 0]
    }
    for (const [place, value] of [a, b, c, d].entries()) state[place] = ((state[place] ?? 0) + value) >>> 0
  }
  const digest = Buffer.alloc(16)
  for (const [place, value] of state.entries()) digest.writeUInt32LE(value, place * 4)
  return digest
}

const ROUNDS = [
  {
    mix: (b: number, c: number, d: number) => (b & c) | (~b & d),
    add: 0,
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    turns: [3, 7, 11, 19],
  },
  {
    mix: (b: number, c: number, d: number) => (b & c) | (b & d) | (c & d),
    add: 0x5a827999,
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    turns: [3, 5, 9, 13],
  },
  {
    mix: (b: number, c: number, d: number) => b ^ c ^ d,
    add: 0x6ed9eba1,
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    turns: [3, 9, 11, 15],
  },
] as const
