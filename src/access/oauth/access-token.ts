import { createHash } from 'node:crypto'
import type { Caller } from '../../core/caller.ts'
import { AppError } from '../../core/errors.ts'
import type { Accounts } from '../accounts.ts'
import type { Callers } from '../callers.ts'
import { isSameAddress, resourceAddress } from './resource-address.ts'
import { createScopedPolicies } from './scopes.ts'

/** A token whose signature, issuer and times hold. */
export interface ReadToken {
  readonly id: string | undefined
  readonly audience: readonly string[]
  /** Undefined: its issuer knows nothing of scopes, and the role decides alone. */
  readonly scopes: readonly string[] | undefined
  /** Seconds since 1970. */
  readonly expiresAt: number
  readonly claims: Readonly<Record<string, unknown>>
}

/** Somebody whose tokens are accepted here. */
export interface TokenIssuer {
  readonly issuer: string
  /** What its tokens may be made for, besides the address they are used at. */
  readonly audiences: readonly string[]
  /** Throws `unauthenticated` for a token that does not hold, `unavailable` when that cannot be found out. */
  read(token: string): Promise<ReadToken>
  /** Who holds the token, and what they may do now. Throws `unauthenticated`, `forbidden`. */
  callerOf(token: ReadToken, state: { readonly accounts: Accounts; readonly callers: Callers }): Caller
}

/** Access tokens (RFC 9068) in `Authorization: Bearer`. */
export interface AccessTokens {
  /** True for a token that says it is of an issuer that is trusted here. Nothing of it is checked yet. */
  isFor(token: string): boolean
  /** `service`: what the address names; absent for all services. Throws `unauthenticated`, `forbidden`, `unavailable`. */
  callerOf(
    token: string,
    service: string | undefined,
    state: { readonly accounts: Accounts; readonly callers: Callers },
  ): Promise<Caller>
}

const MAX_KEPT = 10_000
/** A token is read again after this, so that keys which an issuer takes back end their tokens. */
const KEPT_MS = 60_000

interface Kept {
  readonly issuer: TokenIssuer
  readonly token: ReadToken
  readonly until: number
}

export function createAccessTokens(options: {
  readonly issuers: readonly TokenIssuer[]
  /** Of this server, as clients see it. */
  readonly baseUrl: string | undefined
  readonly now?: () => number
}): AccessTokens {
  const { issuers, baseUrl, now = Date.now } = options
  const byIssuer = new Map(issuers.map((issuer) => [issuer.issuer, issuer]))
  const kept = new Map<string, Kept>()
  const scoped = createScopedPolicies()

  const read = async (text: string): Promise<Kept> => {
    const digest = createHash('sha256').update(text).digest('base64')
    const known = kept.get(digest)
    if (known && known.until > now()) return known
    const issuer = byIssuer.get(issuerIn(text) ?? '')
    if (!issuer) throw refusal('unknown_issuer', 'The issuer of the access token is not trusted here.')
    const token = await issuer.read(text)
    const made = { issuer, token, until: Math.min(token.expiresAt * 1000, now() + KEPT_MS) }
    if (kept.size >= MAX_KEPT) kept.clear()
    kept.set(digest, made)
    return made
  }

  return {
    isFor: (token) => byIssuer.size > 0 && byIssuer.has(issuerIn(token) ?? ''),
    async callerOf(text, service, state) {
      const { issuer, token } = await read(text)
      const accepted = [...issuer.audiences, ...addressesOf(baseUrl, service)]
      if (!token.audience.some((one) => accepted.some((other) => isSameAddress(one, other))))
        throw refusal('wrong_audience', 'The access token was made for another address.')
      const caller = issuer.callerOf(token, state)
      if (token.scopes === undefined) return caller
      const { policy, kind } = caller
      return {
        ...caller,
        // Nobody administers with a token that has scopes.
        kind: kind === 'admin' ? 'user' : kind,
        policy: scoped(policy, token.scopes),
        scope: { whole: policy },
      }
    },
  }
}

/** A token for one service is for that service alone; one for all services is for each of them too. */
function addressesOf(baseUrl: string | undefined, service: string | undefined): string[] {
  if (baseUrl === undefined) return []
  const all = resourceAddress(baseUrl)
  return service === undefined ? [all] : [resourceAddress(baseUrl, service), all]
}

/** As the token says; not checked. */
function issuerIn(token: string): string | undefined {
  const [, payload, ...rest] = token.split('.')
  if (payload === undefined || rest.length !== 1) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    const issuer = typeof claims === 'object' && claims !== null && 'iss' in claims ? claims.iss : undefined
    return typeof issuer === 'string' ? issuer : undefined
  } catch {
    return undefined
  }
}

function refusal(reason: string, message: string): AppError {
  return new AppError('unauthenticated', message, { context: { reason } })
}
