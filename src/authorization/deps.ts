import type { UserAccount } from '../access/accounts.ts'
import type { Offer } from '../access/oauth/offers.ts'
import type { SigningKey } from '../access/oauth/signing-key.ts'
import type { ConnectionRecord } from '../core/oauth-connections.ts'
import type { OauthRecords } from '../core/oauth-records.ts'

/** A client that an administrator named. */
export interface KnownClient {
  readonly clientId: string
  readonly name: string
  readonly redirectUris: readonly string[]
  readonly secret?: string | undefined
}

/** What the authorization server needs of the house. */
export interface AuthorizationDeps {
  /** Of this server, as clients see it; also its name as an issuer. */
  readonly baseUrl: string
  readonly key: SigningKey
  /** Signs cookies. */
  readonly cookieKey: string
  /** For the forms of one sign-in. */
  readonly formToken: (uid: string) => string
  readonly records: OauthRecords
  readonly clients: readonly KnownClient[]
  readonly allowsRegistration: boolean
  /** Hosts whose client documents may be at private addresses. */
  readonly privateHosts: readonly string[]
  /** False when this address had documents fetched too often. */
  readonly mayFetch: (address: string) => boolean
  /** Of authorization requests, which are kept for a while. Throws `too_many_requests`. */
  readonly countRequest: (address: string) => void
  /** Throws `too_many_requests`. */
  readonly countRegistration: (address: string) => Promise<void>
  /** The account, or undefined for wrong credentials. Throws `too_many_requests`. */
  readonly signIn: (attempt: {
    readonly email: string
    readonly password: string
    readonly address: string
  }) => Promise<UserAccount | undefined>
  readonly isActive: (accountId: string) => boolean
  /** For its owner. */
  readonly accountName: (accountId: string) => string
  readonly offersTo: (accountId: string, services: readonly string[]) => readonly Offer[]
  /** Of the services that are on. */
  readonly serviceNames: () => readonly string[]
  /** Who gave a grant, in which role, and how their account was then. */
  readonly noteOf: (
    grantId: string,
  ) => Promise<Pick<ConnectionRecord, 'userId' | 'appId' | 'mark'> | undefined>
  /** Keeps who gave a grant, to whom and for what; `appId` one of their offers. */
  readonly keepNote: (connection: Omit<ConnectionRecord, 'mark'>) => Promise<void>
  /** For the log: who let which program do what. */
  readonly onConnected: (connection: {
    readonly accountId: string
    readonly appId: number | undefined
    readonly client: string
    readonly scopes: readonly string[]
  }) => void
  /** True while the account is as it was when the grant was given. */
  readonly holds: (grantId: string) => Promise<boolean>
  /** Ends the access tokens of a grant on every node. */
  readonly endGrant: (grantId: string) => Promise<void>
  /** Ends one access token of this server; false for any other text. */
  readonly endToken: (token: string) => Promise<boolean>
  readonly logError: (error: unknown) => void
}
