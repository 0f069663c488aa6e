import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { Reader } from './wire.ts'

/** The server's side of signing in with a verifier of 11g: both sides make a key of two halves and the password's hash. */
export class SignIn {
  readonly #half = randomBytes(48)
  readonly #salt = randomBytes(10)
  readonly #hash: Buffer
  readonly #password: string

  constructor(password: string) {
    this.#password = password
    const digest = createHash('sha1').update(password).update(this.#salt).digest()
    this.#hash = Buffer.concat([digest, Buffer.alloc(4)])
  }

  /** What the client needs for its half. */
  get challenge(): Readonly<Record<string, string>> {
    return { AUTH_SESSKEY: hex(cipher(this.#hash, this.#half)), AUTH_VFR_DATA: hex(this.#salt) }
  }

  /** The proof that the server knows the password; nothing when the client does not. */
  answer(message: Buffer): string | undefined {
    const other = decipher(this.#hash, valueIn(message, 'AUTH_SESSKEY'))
    const mixed = Buffer.from(other.subarray(16, 40).map((byte, at) => byte ^ (this.#half[at + 16] ?? 0)))
    const digest = (part: Buffer) => createHash('md5').update(part).digest()
    const key = Buffer.concat([digest(mixed.subarray(0, 16)), digest(mixed.subarray(16))]).subarray(0, 24)
    const given = decipher(key, valueIn(message, 'AUTH_PASSWORD')).subarray(16)
    const padding = given.at(-1) ?? 0
    if (given.subarray(0, given.length - padding).toString() !== this.#password) return undefined
    return hex(cipher(key, Buffer.concat([randomBytes(16), Buffer.from('SERVER_TO_CLIENT')])))
  }
}

/** An 11g verifier; node-oracledb, lib/thin/protocol/constants.js. */
export const VERIFIER_11G = 0xb152

function valueIn(message: Buffer, name: string): Buffer {
  const reader = new Reader(message.subarray(message.indexOf(name) + name.length))
  reader.number()
  return Buffer.from(String(reader.sized()), 'hex')
}

function cipher(key: Buffer, value: Buffer): Buffer {
  const aes = createCipheriv('aes-192-cbc', key, Buffer.alloc(16)).setAutoPadding(false)
  return Buffer.concat([aes.update(value), aes.final()])
}

function decipher(key: Buffer, value: Buffer): Buffer {
  const aes = createDecipheriv('aes-192-cbc', key, Buffer.alloc(16)).setAutoPadding(false)
  return Buffer.concat([aes.update(value), aes.final()])
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex').toUpperCase()
}
