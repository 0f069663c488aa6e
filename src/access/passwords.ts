import { randomInt } from 'node:crypto'

/** OWASP Password Storage Cheat Sheet: argon2id (the default) with 19 MiB, 2 passes, 1 lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'

/** The argon2id hash, with its salt and cost in it. Runs off the main thread. */
export async function hashPassword(password: string): Promise<string> {
  const { hash } = await argon2()
  return await hash(password, COST)
}

/** False for a wrong password and for a text that is no hash. */
export async function verifyPassword(password: string, passwordHash: string): Promise<boolean> {
  const { verify } = await argon2()
  return await verify(passwordHash, password).catch(() => false)
}

/** The hash of a password that nobody has, to do as much work where there is no account. Made once. */
export function hashOfNothing(): () => Promise<string> {
  let hash: Promise<string> | undefined
  return () => {
    hash ??= hashPassword(newPassword())
    return hash
  }
}

/** Native code that most processes never need: loaded with the first password. */
function argon2() {
  return import('@node-rs/argon2')
}

/** 24 letters and digits (139 bits) or more, none that look alike. */
export function newPassword(least = 24): string {
  return Array.from({ length: Math.max(least, 24) }, () => LETTERS[randomInt(LETTERS.length)]).join('')
}
