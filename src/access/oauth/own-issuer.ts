import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Accounts, AppAccount, UserAccount } from '../accounts.ts'
import type { TokenIssuer } from './access-token.ts'
import type { SigningKey } from './signing-key.ts'
import { verifyJwt } from './verify-jwt.ts'

/** What the tokens of this server say besides what all tokens do; names are the wire's. */
export interface OwnClaims {
  readonly user_id: number
  /** Absent: an administrator whom no role binds. */
  readonly app_id?: number | undefined
  /** Fingerprint of the account: whatever ends its sessions ends its tokens. */
  readonly cred: string
  readonly grant: string
}

const ownClaims = z.object({
  user_id: z.int(),
  app_id: z.int().optional(),
  cred: z.string(),
  grant: z.string(),
})

/** Seconds that an access token lives. */
export const ACCESS_TOKEN_SECONDS = 30 * 60

/** Under this name in the list of revoked tokens, a grant ends with all its access tokens. */
export function revokedGrant(grantId: string): string {
  return `grant:${grantId}`
}

/** The authorization server of this program, as somebody whose tokens are accepted. */
export function ownIssuer(options: {
  readonly issuer: string
  readonly key: SigningKey
  /** Of the account as it is. */
  readonly markOf: (user: UserAccount) => string
  readonly isRevoked: (tokenId: string) => boolean
  /** Called with the grant of each token that lets somebody in. */
  readonly onUse: (grantId: string) => void
}): TokenIssuer {
  const { issuer, key, markOf, isRevoked, onUse } = options
  return {
    issuer,
    audiences: [],
    read: (token) =>
      verifyJwt(token, {
        issuer,
        algorithms: [key.algorithm],
        key: key.publicKey,
        type: 'at+jwt',
        hasScopes: true,
      }),
    callerOf({ id, claims }, { accounts, callers }) {
      const own = ownClaims.safeParse(claims)
      // Signed by us, but for a grant that was gone by then.
      if (!own.success) throw ended()
      const { user_id: userId, app_id: appId, cred, grant } = own.data
      const user = accounts.userById.get(userId)
      const isEnded = isRevoked(id ?? '') || isRevoked(revokedGrant(grant))
      if (!user || isEnded || markOf(user) !== cred) throw ended()
      const app = appId === undefined ? undefined : appWithId(accounts, appId)
      const caller = callers.callerFor({ user, app })
      onUse(grant)
      return caller
    },
  }
}

function appWithId({ appByKeyHash }: Pick<Accounts, 'appByKeyHash'>, id: number): AppAccount {
  for (const app of appByKeyHash.values()) if (app.id === id) return app
  throw ended()
}

function ended(): AppError {
  return new AppError('unauthenticated', 'The access token has ended. Connect again.', {
    context: { reason: 'token_ended' },
  })
}
