import type { KeyObject } from 'node:crypto'
import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { ReadToken } from './access-token.ts'
import { ownScopes } from './scopes.ts'

interface Verification {
  readonly issuer: string
  readonly algorithms: readonly string[]
  readonly key: JWTVerifyGetKey | KeyObject
  /** Of the header; absent: any. */
  readonly type?: string
  /** False: scopes are not looked at. */
  readonly hasScopes: boolean
}

/** The library checks that they are there, and of some what they are. RFC 7519 §4.1 */
const registered = z.object({
  aud: z.union([z.string(), z.array(z.string())]),
  sub: z.string().min(1),
  exp: z.number(),
  jti: z.string().optional(),
})

/** Between clocks of servers, in seconds. */
const CLOCK_TOLERANCE = 5

/** Checks signature, algorithm, issuer and times; not the audience. Throws `unauthenticated`, `unavailable`. */
export async function verifyJwt(token: string, options: Verification): Promise<ReadToken> {
  const { issuer, algorithms, key, type, hasScopes } = options
  const jose = await import('jose')
  try {
    const checks = {
      issuer,
      algorithms: [...algorithms],
      clockTolerance: CLOCK_TOLERANCE,
      requiredClaims: ['exp', 'aud', 'sub'],
      ...(type !== undefined && { typ: type }),
    }
    const { payload } =
      typeof key === 'function'
        ? await jose.jwtVerify(token, key, checks)
        : await jose.jwtVerify(token, key, checks)
    const { jti, aud, exp } = registered.parse(payload)
    return {
      id: jti,
      audience: [aud].flat(),
      scopes: hasScopes ? ownScopes(scopesIn(payload)) : undefined,
      expiresAt: exp,
      claims: payload,
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    if (cause instanceof jose.errors.JWTExpired)
      throw refusal('token_expired', 'The access token has expired.', cause)
    throw refusal('token_invalid', 'The access token does not hold.', cause)
  }
}

/** `scope` is a text (RFC 9068 §2.2.3); some issuers send `scp`, a text or a list. */
function scopesIn({ scope, scp }: JWTPayload): string[] {
  return [scope, scp].flat().flatMap((each) => (typeof each === 'string' ? each.split(' ') : []))
}

function refusal(reason: string, message: string, cause: unknown): AppError {
  return new AppError('unauthenticated', message, { context: { reason }, cause })
}
