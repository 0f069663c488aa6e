import { AppError, toAppError } from '../core/errors.ts'
import type { Accounts, UserAccount } from './accounts.ts'
import {
  type Authenticator,
  accountOf,
  type Credentials,
  isOver,
  keyAndToken,
  terminated,
} from './authenticate.ts'
import type { PasswordCheck } from './password-check.ts'
import type { SessionClaims } from './read-token.ts'
import { dateTime, type Session, sessionOf } from './session.ts'
import { readSignIn, type SignInRequest } from './sign-in-request.ts'
import type { Tokens } from './tokens.ts'

/** Administrators and users sign in at different addresses, and not at each other's. */
export type AccountKind = 'user' | 'admin'

/** `user/session` and `system/admin/session` (dreamfactory-rest §2.5); errors have the recorded messages. */
export interface Sessions {
  /** Throws `bad_request`, `unauthenticated`, `too_many_requests`, `forbidden` for a role that is not active. */
  signIn(kind: AccountKind, request: SignInRequest): Promise<Session>
  /** Does not prolong it. */
  current(kind: AccountKind, credentials: Credentials): Promise<Session>
  /** A new token in place of the old one, which ends. Throws `unauthenticated`. */
  refresh(kind: AccountKind, credentials: Credentials): Promise<Session>
  /** Who they are by their token, an account of this kind. Throws `unauthenticated`, `forbidden`. */
  owner(kind: AccountKind, credentials: Credentials): Promise<UserAccount>
  /** A new session of an account, as after a sign-in. Throws `not_found`. */
  tokenFor(userId: number): Promise<string>
  /** Ends the session on every node. Nothing where no token came. */
  end(credentials: Credentials): Promise<void>
}

export interface SessionsOptions {
  readonly accounts: () => Accounts
  readonly authenticator: Authenticator
  readonly checkPassword: PasswordCheck
  readonly tokens: Tokens
  readonly revocations: {
    has(tokenId: string): boolean
    revoke(tokenId: string, until: Date): Promise<boolean>
  }
  /** Keeps the moment in the account. */
  readonly recordSignIn: (userId: number, date: string) => Promise<void>
  /** As the answer names this server. */
  readonly host: string
  readonly allowForever: boolean
}

export function createSessions(options: SessionsOptions): Sessions {
  const { authenticator, checkPassword, tokens, revocations, recordSignIn, host } = options

  /** False when it was over already. */
  const revoke = (claims: SessionClaims) => revocations.revoke(claims.tokenId, tokens.endOf(claims))

  return {
    async signIn(kind, request) {
      const { attempt, apiKey, ...wanted } = readSignIn(request)
      const user = await checkPassword(attempt)
      if (!user || user.isAdmin !== (kind === 'admin'))
        throw new AppError('unauthenticated', 'Invalid credentials supplied.')
      // An administrator needs no key, so a wrong one does no harm.
      const caller = authenticator.callerFor(user, kind === 'admin' ? undefined : apiKey)
      const isForever = wanted.isForever && options.allowForever
      const issued = await tokens.issue(user, { ...wanted, isForever })
      await recordSignIn(user.id, dateTime(issued.signedInAt))
      return sessionOf(user, issued, host, caller)
    },
    async current(kind, credentials) {
      const { key, token } = keyAndToken(credentials)
      if (!token) throw noSession(kind)
      const user = await authenticator.userOf(token)
      requireKind(kind, user)
      const claims = await tokens.verify(token)
      return sessionOf(user, issuedAs(token, claims), host, authenticator.callerFor(user, key))
    },
    async refresh(kind, credentials) {
      const { token } = keyAndToken(credentials)
      if (!token) throw refreshFailed('A token is required')
      const { user, claims } = await refreshable(token, options)
      requireKind(kind, user)
      // Of two refreshes at once one is first.
      if (!(await revoke(claims))) throw refreshFailed(REVOKED)
      const { signedInAt, isForever } = claims
      return sessionOf(user, await tokens.issue(user, { signedInAt, isForever }), host)
    },
    async owner(kind, credentials) {
      const { token } = keyAndToken(credentials)
      if (!token) throw noSession('user')
      const user = await authenticator.userOf(token)
      if (user.isAdmin !== (kind === 'admin')) throw notAuthorized()
      return user
    },
    async tokenFor(userId) {
      const user = options.accounts().userById.get(userId)
      if (!user) throw new AppError('not_found', 'There is no such account any more.')
      return (await tokens.issue(user)).token
    },
    async end(credentials) {
      const { token } = keyAndToken(credentials)
      if (!token) return
      const claims = await tokens.verifyToRefresh(token)
      if (!(await revoke(claims))) throw terminated()
      if (claims.sessionId !== undefined) await revocations.revoke(claims.sessionId, tokens.endOf(claims))
    },
  }
}

const REVOKED = 'The token has been blacklisted'
const BY_BROWSER = 'The session of a browser is renewed at user/browser_session.'

async function refreshable(
  token: string,
  { accounts, tokens, revocations }: SessionsOptions,
): Promise<{ readonly user: UserAccount; readonly claims: SessionClaims }> {
  try {
    const claims = await tokens.verifyToRefresh(token)
    if (isOver(claims, revocations.has)) throw refreshFailed(REVOKED)
    if (claims.sessionId !== undefined) throw refreshFailed(BY_BROWSER)
    const user = accountOf(accounts(), tokens, claims)
    if (!user.isActive) throw refreshFailed('User is not active.')
    return { user, claims }
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code === 'forbidden') throw refreshFailed(REVOKED)
    if (error.code !== 'unauthenticated' || error.message.startsWith(REFUSED)) throw error
    throw refreshFailed(error.message.replace(/^Invalid token: /, ''))
  }
}

const REFUSED = 'Token refresh failed.'

function refreshFailed(reason: string): AppError {
  return new AppError('unauthenticated', `${REFUSED} ${reason}`, { context: { reason: 'refresh_failed' } })
}

function issuedAs(token: string, { signedInAt, expiresAt }: SessionClaims) {
  return { token, signedInAt: new Date(signedInAt * 1000), expiresAt: new Date(expiresAt * 1000) }
}

function requireKind(kind: AccountKind, user: UserAccount): void {
  if (kind === 'admin' && !user.isAdmin) throw notAuthorized()
}

function notAuthorized(): AppError {
  return new AppError('unauthenticated', 'You are not authorized to perform this action.', {
    context: { reason: 'other_kind_of_account' },
  })
}

function noSession(kind: AccountKind): AppError {
  const context = { reason: 'no_session' }
  return kind === 'admin'
    ? new AppError('not_found', 'No user session found.', { context })
    : new AppError('unauthenticated', 'There is no valid session for the current request.', { context })
}
