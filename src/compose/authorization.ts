import type { UserAccount } from '../access/accounts.ts'
import { createAttemptLimit } from '../access/attempt-limit.ts'
import { createAttemptWindows } from '../access/attempt-windows.ts'
import { createCallers } from '../access/callers.ts'
import type { Keyring } from '../access/keyring.ts'
import { networkOf } from '../access/network-of.ts'
import type { TokenIssuer } from '../access/oauth/access-token.ts'
import { createConnections } from '../access/oauth/connections.ts'
import { offersTo } from '../access/oauth/offers.ts'
import { ACCESS_TOKEN_SECONDS, ownIssuer, revokedGrant } from '../access/oauth/own-issuer.ts'
import { createSigningKey } from '../access/oauth/signing-key.ts'
import type { PasswordCheck } from '../access/password-check.ts'
import { dateTime } from '../access/session.ts'
import type { Tokens } from '../access/tokens.ts'
import type { AuthorizationDeps, KnownClient } from '../authorization/deps.ts'
import type { Config } from '../config/config.ts'
import type { TrustedProvider } from '../config/file.ts'
import type { AttemptStore } from '../core/attempt-store.ts'
import { AppError, toAppError } from '../core/errors.ts'
import type { ConnectionRecord, OauthConnections } from '../core/oauth-connections.ts'
import type { Services } from '../core/service.ts'
import type { createLogger } from '../observe/log.ts'
import { createKeyUses } from '../system/call-log/key-uses.ts'
import { createConnectionBook } from '../system/connection-book.ts'
import { createOauthRecords } from '../system/oauth-records.ts'
import type { SystemStore } from '../system/store.ts'

interface Parts {
  readonly config: Config
  readonly providers: readonly TrustedProvider[]
  readonly clients: readonly KnownClient[]
  readonly store: SystemStore
  readonly keyring: Keyring
  readonly tokens: Tokens
  readonly checkPassword: PasswordCheck
  readonly attempts: AttemptStore
  readonly services: Pick<Services, 'list'>
  readonly log: Pick<ReturnType<typeof createLogger>, 'info' | 'error'>
}

/** The authorization server of this program: what it needs, and how its tokens are read. */
export interface OwnAuthorization {
  readonly deps: AuthorizationDeps
  readonly issuer: TokenIssuer
  readonly connections: OauthConnections
  /** Notes last uses. */
  close(): Promise<void>
}

const WINDOW_MS = 15 * 60 * 1000
const MOST_REGISTRATIONS = 20
const MOST_REQUESTS = 300
const MOST_FETCHES = 60
const MOST_FETCHES_OF_ALL = 600
const GRANT_MS = 90 * 24 * 3600 * 1000
/** What comes of a grant and is stored. */
const OF_GRANTS = ['RefreshToken', 'AuthorizationCode'] as const

/** Undefined when it is off: other issuers are trusted, or the address of this server is not known or not safe. */
export function composeAuthorization(parts: Parts): OwnAuthorization | undefined {
  const { config, store, keyring, tokens } = parts
  const { baseUrl } = config
  if (!isOn(config, parts.providers) || baseUrl === undefined) return undefined
  const key = createSigningKey(keyring)
  const markOf = (user: UserAccount) =>
    keyring.digest(JSON.stringify(['oauth', tokens.marksOf(user)])).slice(0, 32)
  const isRevoked = store.revocations.has
  const book = createConnectionBook(store.database, keyring)
  const uses = createKeyUses<string>({
    write: book.noteUses,
    onError: (error) => parts.log.error({ err: error }, 'the last use of connections cannot be noted'),
  })
  const onUse = (grantId: string) => uses.note(grantId, Date.now())
  const issuer = ownIssuer({ issuer: baseUrl, key, markOf, isRevoked, onUse })
  const userOf = (accountId: string) => store.snapshot().userById.get(Number(accountId))
  const records = createOauthRecords(store.database, { digest: keyring.digest, seal: keyring.seal })
  const holds = ({ userId, mark }: Pick<ConnectionRecord, 'userId' | 'mark'>) => {
    const user = store.snapshot().userById.get(userId)
    return user !== undefined && isActive(user) && markOf(user) === mark
  }
  const endGrant = async (grantId: string) => {
    await store.revocations.revoke(revokedGrant(grantId), secondsFromNow(ACCESS_TOKEN_SECONDS))
    await book.remove(grantId)
    await records.remove('Grant', grantId)
    for (const kind of OF_GRANTS) await records.removeOfGrant(kind, grantId)
  }
  return {
    issuer,
    connections: createConnections({ book, accounts: store.snapshot, holds, endGrant }),
    close: uses.close,
    deps: {
      baseUrl,
      key,
      cookieKey: keyring.digest('oauth cookies'),
      formToken: (uid) => keyring.digest(`oauth form:${uid}`),
      records,
      clients: parts.clients,
      allowsRegistration: config.oauthRegistration,
      privateHosts: config.oauthPrivateHosts,
      ...limitsOf(parts),
      async signIn(attempt) {
        const user = await parts.checkPassword(attempt)
        if (user) await store.recordSignIn(user.id, dateTime(new Date()))
        return user
      },
      isActive: (accountId) => isActive(userOf(accountId)),
      accountName: (accountId) => userOf(accountId)?.email ?? '',
      offersTo(accountId, services) {
        const user = userOf(accountId)
        const accounts = store.snapshot()
        return user ? offersTo(user, services, { accounts, callers: createCallers(accounts) }) : []
      },
      serviceNames: () =>
        parts.services
          .list()
          .filter((service) => service.isActive)
          .map(({ name }) => name),
      noteOf: book.find,
      async keepNote(connection) {
        const user = store.snapshot().userById.get(connection.userId)
        if (!user) throw new AppError('forbidden', 'The account is not there any more.')
        await book.save({ ...connection, mark: markOf(user) }, new Date(Date.now() + GRANT_MS))
      },
      async holds(grantId) {
        const found = await book.find(grantId)
        return found !== undefined && holds(found)
      },
      endGrant,
      async endToken(token) {
        const read = await issuer.read(token).catch(ofNobody)
        if (read?.id === undefined) return false
        await store.revocations.revoke(read.id, new Date((read.expiresAt + CLOCK_SECONDS) * 1000))
        return true
      },
      onConnected: ({ accountId, appId, client, scopes }) =>
        parts.log.info(
          { event: 'oauth.connected', userId: Number(accountId), appId, client, scopes },
          'a program was connected',
        ),
      logError: (error) => parts.log.error({ err: error }, 'the authorization server failed'),
    },
  }
}

/** Between clocks of several nodes. */
const CLOCK_SECONDS = 60

function secondsFromNow(seconds: number): Date {
  return new Date(Date.now() + (seconds + CLOCK_SECONDS) * 1000)
}

function isOn({ oauth, baseUrl }: Config, providers: readonly TrustedProvider[]): boolean {
  const isSafe =
    baseUrl !== undefined && /^(?:https:|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?:[:/]|$))/.test(baseUrl)
  if (oauth === true && !isSafe)
    throw new AppError('bad_request', 'SLUICE_OAUTH takes a SLUICE_PUBLIC_URL with https://.')
  return isSafe && (oauth ?? providers.length === 0)
}

function isActive(user: UserAccount | undefined): boolean {
  return user?.isActive === true && user.confirmExpiresDate === undefined
}

/** A text that is no token of this server, or one that is over, has nothing to end. */
function ofNobody(thrown: unknown): undefined {
  if (toAppError(thrown).code !== 'unauthenticated') throw thrown
}

function limitsOf({
  attempts,
}: Parts): Pick<AuthorizationDeps, 'mayFetch' | 'countRequest' | 'countRegistration'> {
  const registrations = createAttemptLimit(WINDOW_MS, { store: attempts })
  const fetches = createAttemptWindows(WINDOW_MS, Date.now)
  const requests = createAttemptWindows(WINDOW_MS, Date.now)
  return {
    countRequest: (address) => requests.count([{ key: networkOf(address), most: MOST_REQUESTS }]),
    mayFetch(address) {
      try {
        fetches.count([
          { key: `fetch:${networkOf(address)}`, most: MOST_FETCHES },
          { key: 'fetch', most: MOST_FETCHES_OF_ALL },
        ])
        return true
      } catch (thrown) {
        if (toAppError(thrown).code === 'too_many_requests') return false
        throw thrown
      }
    },
    async countRegistration(address) {
      const limits = [{ key: `oauth client:${networkOf(address)}`, most: MOST_REGISTRATIONS }]
      await (await registrations.begin(limits)).keep()
    },
  }
}
