import { createHash, randomUUID } from 'node:crypto'
import { AppError } from '../core/errors.ts'
import type { Accounts, UserAccount } from './accounts.ts'
import type { Keyring } from './keyring.ts'
import { type SessionClaims, tokenReader } from './read-token.ts'
import type { TokenKey } from './token-key.ts'

export interface IssuedToken {
  readonly token: string
  readonly expiresAt: Date
  /** When somebody signed in: refreshing keeps it. */
  readonly signedInAt: Date
}

/** How a token differs from one of a plain sign-in. */
interface TokenOptions {
  /** Of the sign-in, in seconds since 1970; absent: now. */
  readonly signedInAt?: number
  readonly isForever?: boolean
  /** Shorter than usual. */
  readonly minutes?: number
  /** What it goes on with is kept elsewhere, under this name: it cannot be refreshed by itself. */
  readonly sessionId?: string
}

export interface Tokens {
  issue(user: UserAccount, options?: TokenOptions): Promise<IssuedToken>
  /** Throws `unauthenticated`, with the recorded messages. Cached until the token expires. */
  verify(token: string): Promise<SessionClaims>
  /** Also for a token that has expired, for as long as it can be refreshed. Throws `unauthenticated` with a bare reason. */
  verifyToRefresh(token: string): Promise<SessionClaims>
  /** From then on a token can be neither used nor refreshed. */
  endOf(claims: Pick<SessionClaims, 'expiresAt' | 'signedInAt' | 'isForever'>): Date
  /** What `issue` would write for this account now. */
  marksOf(user: UserAccount): Pick<SessionClaims, 'subject' | 'credential'>
}

const ISSUER = 'sluice'
/** Between clocks of several nodes, in seconds. */
const CLOCK_TOLERANCE = 5
const MAX_CACHED = 10_000
/** Ten years: what forever means here. */
const FOREVER_MINUTES = 5_256_000

export interface TokensConfig {
  readonly keyring: Keyring
  readonly key: TokenKey
  readonly accounts: () => Accounts
  readonly ttlMinutes: number
  /** From the sign-in. */
  readonly refreshMinutes: number
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number
}

export function createTokens(config: TokensConfig): Tokens {
  const { key, ttlMinutes, refreshMinutes, now = Date.now } = config
  const verified = new Map<string, SessionClaims>()
  const marksOf = rememberMarks(config)
  const read = tokenReader({ key, issuer: ISSUER, clockTolerance: CLOCK_TOLERANCE })
  const refreshEnd = ({ signedInAt, isForever }: Pick<SessionClaims, 'signedInAt' | 'isForever'>) =>
    signedInAt + (isForever ? FOREVER_MINUTES : refreshMinutes) * 60
  return {
    marksOf,
    endOf: (claims) => new Date((Math.max(claims.expiresAt, refreshEnd(claims)) + CLOCK_TOLERANCE) * 1000),
    async issue(user, { signedInAt, isForever = false, minutes = ttlMinutes, sessionId } = {}) {
      const issuedAt = Math.floor(now() / 1000)
      const expiresAt = issuedAt + Math.min(minutes, ttlMinutes) * 60
      const { subject, credential } = marksOf(user)
      const origin = signedInAt ?? issuedAt
      const claims = {
        user_id: user.id,
        is_sys_admin: user.isAdmin,
        forever: isForever,
        cred: credential,
        origin,
        ...(sessionId !== undefined && { sid: sessionId }),
      }
      const { SignJWT } = await import('jose')
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: key.algorithm, typ: 'JWT' })
        .setIssuer(ISSUER)
        .setSubject(subject)
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt)
        .setExpirationTime(expiresAt)
        .setJti(randomUUID())
        .sign(key.sign)
      return { token, expiresAt: new Date(expiresAt * 1000), signedInAt: new Date(origin * 1000) }
    },
    async verify(token) {
      const digest = createHash('sha256').update(token).digest('base64')
      const known = verified.get(digest)
      const claims = known ?? (await read(token, now()))
      if (claims.expiresAt + CLOCK_TOLERANCE <= now() / 1000) throw expired()
      if (verified.size >= MAX_CACHED) verified.clear()
      if (!known) verified.set(digest, claims)
      return claims
    },
    async verifyToRefresh(token) {
      const claims = await read(token, now())
      if (Math.max(claims.expiresAt, refreshEnd(claims)) > now() / 1000) return claims
      throw new AppError('unauthenticated', 'Token has expired and can no longer be refreshed')
    },
  }
}

/**
 * A changed address, password, epoch or role ends a token. Made once an account and state of the accounts: it is compared on
 * every request.
 */
function rememberMarks({ keyring, accounts }: TokensConfig): Tokens['marksOf'] {
  let of: Accounts | undefined
  let marks = new WeakMap<UserAccount, ReturnType<Tokens['marksOf']>>()
  return (user) => {
    const current = accounts()
    if (of !== current) marks = new WeakMap()
    of = current
    const known = marks.get(user) ?? {
      subject: createHash('md5').update(user.email).digest('hex'),
      credential: keyring.digest(credentialText(user, current)).slice(0, 32),
    }
    marks.set(user, known)
    return known
  }
}

function credentialText({ id, passwordHash, sessionEpoch = 0 }: UserAccount, accounts: Accounts): string {
  const roles = [...(accounts.rolesByUser.get(id) ?? [])]
    .map(([appId, roleId]) => {
      const { isActive = false, sessionEpoch: ended = 0 } = accounts.roleById.get(roleId) ?? {}
      return `${appId}=${roleId}.${ended}${isActive ? '' : '!'}`
    })
    .toSorted()
  return JSON.stringify(['credential', passwordHash ?? '', sessionEpoch, roles])
}

function expired(): AppError {
  return new AppError(
    'unauthenticated',
    'Token has expired: Session expired. Please refresh your token (if still within refresh window) or re-login.',
    { context: { reason: 'token_expired' } },
  )
}
