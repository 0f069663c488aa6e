import type { Caller } from '../core/caller.ts'
import { AppError } from '../core/errors.ts'
import { nearest } from '../core/names.ts'
import type { Accounts, AppAccount, UserAccount } from './accounts.ts'
import { type Callers, type CompiledRoles, createCallers } from './callers.ts'
import type { Keyring } from './keyring.ts'
import type { AccessTokens } from './oauth/access-token.ts'
import type { PasswordCheck } from './password-check.ts'
import type { SessionClaims } from './read-token.ts'
import type { Tokens } from './tokens.ts'

/** What a request brought, as the doors found it. Empty texts count as absent. */
export interface Credentials {
  readonly apiKey?: string | undefined
  readonly sessionToken?: string | undefined
  /** `Authorization: Bearer`: a session token, an access token, or an API key. */
  readonly bearer?: string | undefined
  /** `Authorization: Basic`: `user` is the e-mail address. */
  readonly basic?: { readonly user: string; readonly password: string } | undefined
  /** Of the client: sign-in attempts are limited per account and address. */
  readonly address?: string | undefined
  /** What the address names: access tokens are made for a service. */
  readonly service?: string | undefined
}

export interface Authenticator {
  /**
   * Who calls, and what they may do now. With no credentials: the anonymous caller, whom every policy refuses.
   * Throws `unauthenticated` for credentials that do not hold, `forbidden` for an app, user or role that is not active.
   */
  authenticate(credentials: Credentials): Promise<Caller>
  /** For stdio: the server's own user in a role. Throws `bad_request` for an unknown one, `forbidden` for an inactive one. */
  callerInRole(name: string): Caller
  /** Who that is now, for work that goes on without them. Throws `forbidden` for one who is not there, or not active. */
  callerOf(who: { readonly appId?: number; readonly userId?: number }): Caller
  /** Whose session it is, if it still holds. Throws `unauthenticated`, `forbidden` for one that was ended. */
  userOf(token: string): Promise<UserAccount>
  /** What a user may do with this API key. Throws as `authenticate`. */
  callerFor(user: UserAccount, apiKey: string | undefined): Caller
}

export function createAuthenticator(options: {
  readonly accounts: () => Accounts
  readonly keyring: Keyring
  readonly tokens: Tokens
  readonly checkPassword: PasswordCheck
  /** Of a token's id. */
  readonly isRevoked: (tokenId: string) => boolean
  /** Of issuers that are trusted; absent: of none. */
  readonly accessTokens?: AccessTokens | undefined
  readonly now?: () => number
}): Authenticator {
  const { accounts, keyring, tokens, accessTokens, now = Date.now } = options
  let current: { readonly accounts: Accounts; readonly callers: Callers } | undefined
  const compiled: CompiledRoles = new WeakMap()
  const callers = () => {
    const latest = accounts()
    if (current?.accounts !== latest) current = { accounts: latest, callers: createCallers(latest, compiled) }
    return current.callers
  }
  const hashes = new Map<string, string>()
  const hashOf = (apiKey: string): string => {
    const known = hashes.get(apiKey)
    if (known !== undefined) return known
    const hash = keyring.apiKeyHash(apiKey)
    // Only of keys that exist: a flood of guesses must not push them out.
    if (hashes.size >= MAX_HASHES) hashes.clear()
    if (accounts().appByKeyHash.has(hash)) hashes.set(apiKey, hash)
    return hash
  }
  const appOf = (apiKey: string): AppAccount => {
    const hash = hashOf(apiKey)
    const { appByKeyHash, appByOldKeyHash } = accounts()
    const app = appByKeyHash.get(hash)
    const old = app ? undefined : appByOldKeyHash?.get(hash)
    const found = app ?? old
    if (!found) throw refusal('unknown_key', 'Unauthorized. The API Key is not known.')
    if (isPast(found.expiresAt, now) || (old && isPast(old.previousEndsAt ?? 0, now))) throw keyExpired()
    return found
  }
  const userOf = async (token: string) => {
    const claims = await tokens.verify(token)
    if (isOver(claims, options.isRevoked)) throw terminated()
    return accountOf(accounts(), tokens, claims)
  }
  const userOfBasic = rememberBasic(options, now)

  return {
    async authenticate({ apiKey, sessionToken, bearer, basic, address, service }) {
      if (bearer !== undefined && accessTokens?.isFor(bearer)) {
        if (apiKey || sessionToken) throw twoCredentials()
        return accessTokens.callerOf(bearer, service, { accounts: accounts(), callers: callers() })
      }
      const { key, token } = keyAndToken({ apiKey, sessionToken, bearer })
      const app = key ? appOf(key) : undefined
      if (token) return callers().callerFor({ app, user: await userOf(token) })
      if (basic) return callers().callerFor({ app, user: await userOfBasic(basic, address) })
      return callers().callerFor({ app })
    },
    userOf,
    callerFor: (user, apiKey) => callers().callerFor({ app: apiKey ? appOf(apiKey) : undefined, user }),
    callerOf({ appId, userId }) {
      const { userById, appByKeyHash } = accounts()
      const user = userId === undefined ? undefined : userById.get(userId)
      const app = appId === undefined ? undefined : [...appByKeyHash.values()].find(({ id }) => id === appId)
      if ((userId !== undefined && !user) || (appId !== undefined && !app))
        throw refusal('account_gone', 'The account or the app is not there any more.')
      if (isPast(app?.expiresAt, now)) throw keyExpired()
      return callers().callerFor({ app, user })
    },
    callerInRole(name) {
      const roles = [...accounts().roleById.values()]
      const role = roles.find((known) => known.name.toLowerCase() === name.toLowerCase())
      if (role) return callers().callerInRole(role)
      const didYouMean = nearest(
        name,
        roles.map((known) => known.name),
      )
      throw new AppError('bad_request', `There is no role '${name}'.`, { didYouMean })
    },
  }
}

function isPast(moment: number | undefined, now: () => number): boolean {
  return moment !== undefined && moment <= now()
}

function keyExpired(): AppError {
  return new AppError('unauthenticated', 'Unauthorized. The API Key has expired.', {
    context: { reason: 'key_expired' },
    hint: 'Ask an administrator for a new key.',
  })
}

/** The token was ended, or the browser's session that it is of. */
export function isOver(
  { tokenId, sessionId }: Pick<SessionClaims, 'tokenId' | 'sessionId'>,
  isRevoked: (id: string) => boolean,
): boolean {
  return isRevoked(tokenId) || (sessionId !== undefined && isRevoked(sessionId))
}

/** A bearer credential with two dots in it is a token, else an API key. */
export function keyAndToken({ apiKey, sessionToken, bearer }: Credentials): {
  readonly key: string | undefined
  readonly token: string | undefined
} {
  const isToken = bearer !== undefined && bearer.split('.').length === 3
  return {
    key: apiKey || (isToken ? undefined : bearer) || undefined,
    token: (isToken ? bearer : undefined) || sessionToken || undefined,
  }
}

/** The account of a token, unless it has changed since. Messages: dreamfactory-rest §2.1, §2.3. */
export function accountOf({ userById }: Accounts, tokens: Tokens, claims: SessionClaims): UserAccount {
  const user = userById.get(claims.userId)
  if (!user) throw refusal('unknown_user', 'Invalid token: User not found.')
  const { subject, credential } = tokens.marksOf(user)
  if (claims.subject !== subject) throw refusal('user_changed', 'Invalid token: User verification failed.')
  if (claims.credential !== credential) throw terminated()
  return user
}

/** The token was ended: by its owner, or by what happened to the account. */
export function terminated(): AppError {
  return new AppError('forbidden', 'The token has been blacklisted: Session terminated. Please re-login.', {
    context: { reason: 'session_terminated' },
  })
}

/** Keys whose hash is remembered: it would cost a tenth of a small request. */
const MAX_HASHES = 10_000
const BASIC_MS = 5 * 60 * 1000
const MAX_BASIC = 1_000

interface Remembered {
  readonly userId: number
  readonly passwordHash: string | undefined
  readonly until: number
}

/** Basic credentials come with every request, and argon2 is slow on purpose: a right pair is known again for five minutes. */
function rememberBasic(
  { accounts, keyring, checkPassword }: Parameters<typeof createAuthenticator>[0],
  now: () => number,
) {
  const known = new Map<string, Remembered>()
  return async ({ user, password }: NonNullable<Credentials['basic']>, address: string | undefined) => {
    const key = keyring.digest(JSON.stringify(['basic', user, password]))
    const remembered = known.get(key)
    const account = remembered && accounts().userByEmail.get(user.trim().toLowerCase())
    const isSame = account?.id === remembered?.userId && account?.passwordHash === remembered?.passwordHash
    if (account && isSame && remembered.until > now()) return account
    const checked = await checkPassword({ email: user, password, address })
    if (!checked) throw refusal('wrong_password', 'Unauthorized. User credentials did not match.')
    if (known.size >= MAX_BASIC) known.clear()
    known.set(key, { userId: checked.id, passwordHash: checked.passwordHash, until: now() + BASIC_MS })
    return checked
  }
}

/** An access token is a whole identity: a key beside it would be another one. */
function twoCredentials(): AppError {
  return new AppError(
    'bad_request',
    'Send either an access token or an API key or session token, not both.',
    {
      context: { reason: 'two_credentials' },
    },
  )
}

/** `reason` is for machines. */
function refusal(reason: string, message: string): AppError {
  return new AppError('unauthenticated', message, { context: { reason } })
}
