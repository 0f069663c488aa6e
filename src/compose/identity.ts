import { type Authenticator, createAuthenticator } from '../access/authenticate.ts'
import { newApiKey } from '../access/keyring.ts'
import { createAccessTokens, type TokenIssuer } from '../access/oauth/access-token.ts'
import { providerIssuer } from '../access/oauth/identity-provider.ts'
import { createPasswordCheck } from '../access/password-check.ts'
import { withRunAccess } from '../access/run-access.ts'
import { createSessions } from '../access/sessions.ts'
import { loadTokenKey } from '../access/token-key.ts'
import { createTokens } from '../access/tokens.ts'
import type { Config } from '../config/config.ts'
import type { ConfigFile } from '../config/file.ts'
import type { ServiceFlag } from '../config/service-url.ts'
import type { Services } from '../core/service.ts'
import type { createLogger } from '../observe/log.ts'
import { createAttemptStore } from '../system/accounts/attempt-store.ts'
import { composeAuthorization, type OwnAuthorization } from './authorization.ts'
import type { Storage } from './storage.ts'

interface Parts extends Pick<Storage, 'keyring' | 'store'> {
  readonly config: Config
  readonly flags: readonly ServiceFlag[]
  readonly file: Pick<ConfigFile, 'identityProviders' | 'oauthClients'> | undefined
  readonly services: Pick<Services, 'list'>
  readonly log: ReturnType<typeof createLogger>
}

/** Who asks, by whatever they show. */
export type Identity = Awaited<ReturnType<typeof composeIdentity>>

export async function composeIdentity({ config, flags, file, store, keyring, services, log }: Parts) {
  const tokens = createTokens({
    keyring,
    key: await loadTokenKey(keyring, config.tokenKeyFile),
    accounts: store.snapshot,
    ttlMinutes: config.tokenTtlMinutes,
    refreshMinutes: config.tokenRefreshMinutes,
  })
  const attempts = createAttemptStore(store.database, keyring)
  const checkPassword = createPasswordCheck({ accounts: store.snapshot, attempts })
  const runKey = flags.length > 0 ? newApiKey() : undefined
  const accounts =
    runKey === undefined
      ? store.snapshot
      : withRunAccess(store.snapshot, {
          services: flags.map(({ name }) => name),
          keyHash: keyring.apiKeyHash(runKey),
        })
  const providers = file?.identityProviders ?? []
  const parts = { config, store, keyring, tokens, checkPassword, attempts, services, log }
  const own: OwnAuthorization | undefined = composeAuthorization({
    ...parts,
    providers,
    clients: file?.oauthClients ?? [],
  })
  const issuers: readonly TokenIssuer[] = [...providers.map(providerIssuer), ...(own ? [own.issuer] : [])]
  const authenticator: Authenticator = createAuthenticator({
    accounts,
    keyring,
    tokens,
    checkPassword,
    isRevoked: store.revocations.has,
    accessTokens: createAccessTokens({ issuers, baseUrl: config.baseUrl }),
  })
  const sessions = createSessions({
    accounts,
    authenticator,
    checkPassword,
    tokens,
    revocations: store.revocations,
    recordSignIn: store.recordSignIn,
    host: config.host,
    allowForever: config.allowForeverSessions,
  })
  const access = { accounts, authenticator, checkPassword, tokens, keyring, attempts }
  return { access, sessions, own, issuers, runKey }
}
