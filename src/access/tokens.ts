import { createHash, randomUUID } from 'node:crypto'
import { AppError } from '../core/errors.ts'
import type { UserAccount } from './accounts.ts'
import type { Keyring } from './keyring.ts'

/** What a session token says; whether it still holds is decided from the account on every request. */
interface SessionClaims {
  readonly userId: number
  /** md5 of the account's e-mail address: a changed address ends the token. dreamfactory-rest §2.2 */
  readonly subject: string
  /** Fingerprint of the password hash: a changed password ends the token. */
  readonly credential: string
  /** Seconds since 1970. */
  readonly expiresAt: number
}

export interface Tokens {
  issue(user: UserAccount): Promise<{ readonly token: string; readonly expiresAt: Date }>
  /** Throws `unauthenticated`, with the recorded messages. Cached until the token expires. */
  verify(token: string): Promise<SessionClaims>
  /** What `issue` would write for this account now. */
  marksOf(user: UserAccount): Pick<SessionClaims, 'subject' | 'credential'>
}

const ALGORITHM = 'HS256'
const ISSUER = 'sluice'
/** Between clocks of several nodes, in seconds. */
const CLOCK_TOLERANCE = 5
const MAX_CACHED = 10_000

export function createTokens(options: {
  readonly keyring: Keyring
  readonly ttlMinutes: number
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number
}): Tokens {
  const { keyring, ttlMinutes, now = Date.now } = options
  const verified = new Map<string, SessionClaims>()
  const marks = new WeakMap<UserAccount, Pick<SessionClaims, 'subject' | 'credential'>>()
  const marksOf = (user: UserAccount) => {
    const known = marks.get(user) ?? {
      subject: createHash('md5').update(user.email).digest('hex'),
      credential: keyring.digest(`credential:${user.passwordHash ?? ''}`).slice(0, 32),
    }
    marks.set(user, known)
    return known
  }
  return {
    marksOf,
    async issue(user) {
      const issuedAt = Math.floor(now() / 1000)
      const expiresAt = issuedAt + ttlMinutes * 60
      const { subject, credential } = marksOf(user)
      const claims = {
        user_id: user.id,
        is_sys_admin: user.isAdmin,
        forever: false,
        cred: credential,
      }
      const { SignJWT } = await jose()
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setIssuer(ISSUER)
        .setSubject(subject)
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt)
        .setExpirationTime(expiresAt)
        .setJti(randomUUID())
        .sign(keyring.tokenKey)
      return { token, expiresAt: new Date(expiresAt * 1000) }
    },
    async verify(token) {
      const key = createHash('sha256').update(token).digest('base64')
      const known = verified.get(key)
      const claims = known ?? (await readToken(token, keyring.tokenKey, now()))
      if (claims.expiresAt + CLOCK_TOLERANCE <= now() / 1000) throw expired()
      if (verified.size >= MAX_CACHED) verified.clear()
      if (!known) verified.set(key, claims)
      return claims
    },
  }
}

/** Loaded with the first token: most agents come with keys. */
function jose() {
  return import('jose')
}

async function readToken(token: string, key: Uint8Array, now: number): Promise<SessionClaims> {
  const { errors, jwtVerify } = await jose()
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      clockTolerance: CLOCK_TOLERANCE,
      currentDate: new Date(now),
      requiredClaims: ['iat', 'exp', 'nbf', 'jti', 'sub'],
    })
    const { user_id: userId, cred: credential, sub: subject, exp: expiresAt } = payload
    if (typeof userId !== 'number' || typeof credential !== 'string' || !subject || !expiresAt) {
      throw invalid('A claim is missing.')
    }
    return { userId, credential, subject, expiresAt }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    if (cause instanceof errors.JWTExpired) throw expired(cause)
    if (cause instanceof errors.JWSSignatureVerificationFailed) {
      throw invalid('Token Signature could not be verified.', cause)
    }
    throw invalid('The token could not be read.', cause)
  }
}

function expired(cause?: unknown): AppError {
  return new AppError(
    'unauthenticated',
    'Token has expired: Session expired. Please refresh your token (if still within refresh window) or re-login.',
    { cause },
  )
}

function invalid(reason: string, cause?: unknown): AppError {
  return new AppError('unauthenticated', `Invalid token: ${reason}`, { cause, hint: 'Sign in again.' })
}
