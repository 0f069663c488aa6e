import { AppError } from '../core/errors.ts'
import type { TokenKey } from './token-key.ts'

/** What a session token says; whether it still holds is decided from the account on every request. */
export interface SessionClaims {
  readonly tokenId: string
  readonly userId: number
  /** md5 of the account's e-mail address: a changed address ends the token. dreamfactory-rest §2.2 */
  readonly subject: string
  /** Fingerprint of the account's password hash and roles. */
  readonly credential: string
  /** Seconds since 1970; of the sign-in, also after refreshes. */
  readonly signedInAt: number
  /** Seconds since 1970. */
  readonly expiresAt: number
  readonly isForever: boolean
  /** Of a browser's session: it ends with that, and is renewed there. */
  readonly sessionId?: string
}

interface Reading {
  readonly key: TokenKey
  readonly issuer: string
  /** In seconds. */
  readonly clockTolerance: number
}

/** More than any token lives, in seconds: whether one has expired is for the caller to say. */
const ANY_AGE = 400_000_000

/** Reads tokens that are signed with the key, expired or not. Throws `unauthenticated`, with the recorded messages. */
export function tokenReader({ key, issuer, clockTolerance }: Reading) {
  return async (token: string, nowMs: number): Promise<SessionClaims> => {
    // Loaded with the first token: most agents come with keys.
    const { errors, jwtVerify } = await import('jose')
    try {
      const { payload } = await jwtVerify(token, key.verify, {
        algorithms: [key.algorithm],
        issuer,
        clockTolerance: ANY_AGE,
        currentDate: new Date(nowMs),
        requiredClaims: ['iat', 'exp', 'nbf', 'jti', 'sub'],
      })
      const { user_id: userId, cred, sub, exp, jti, nbf = 0, origin, forever, sid } = payload
      if (nbf > nowMs / 1000 + clockTolerance) throw invalid('It is not valid yet.')
      if (typeof userId !== 'number' || typeof cred !== 'string' || !sub || !exp || !jti)
        throw invalid('A claim is missing.')
      if (typeof origin !== 'number') throw invalid('A claim is missing.')
      return {
        tokenId: jti,
        userId,
        subject: sub,
        credential: cred,
        signedInAt: origin,
        expiresAt: exp,
        isForever: forever === true,
        ...(typeof sid === 'string' && { sessionId: sid }),
      }
    } catch (cause) {
      if (cause instanceof AppError) throw cause
      if (cause instanceof errors.JWSSignatureVerificationFailed)
        throw invalid('Token Signature could not be verified.', cause)
      throw invalid('The token could not be read.', cause)
    }
  }
}

function invalid(reason: string, cause?: unknown): AppError {
  return new AppError('unauthenticated', `Invalid token: ${reason}`, {
    context: { reason: 'token_invalid' },
    hint: 'Sign in again.',
    cause,
  })
}
