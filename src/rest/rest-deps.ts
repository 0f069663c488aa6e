import type { Credentials } from '../access/authenticate.ts'
import type { BrowserSessions } from '../access/browser-sessions.ts'
import type { EffectiveAccess } from '../access/effective-access.ts'
import type { RequestLimits } from '../access/limits/request-limits.ts'
import type { Sessions } from '../access/sessions.ts'
import type { Caller } from '../core/caller.ts'
import type { Row } from '../core/database/value.ts'
import type { IdempotencyBook } from '../core/idempotency.ts'
import type { Imports } from '../core/imports.ts'
import type { OauthConnections } from '../core/oauth-connections.ts'
import type { Operation } from '../core/operation.ts'
import type { ServiceInfo, Services } from '../core/service.ts'
import type { execute } from '../operations/execute.ts'
import type { FirstAdministrator } from '../system/accounts/first-administrator.ts'
import type { Accounts } from '../system/accounts/open-accounts.ts'
import type { PublicSettings } from '../system/accounts/public-settings.ts'
import type { LimitResets } from '../system/limits/limit-resets.ts'
import type { ConfigPackages } from '../system/package/config-packages.ts'
import type { ServiceDocs } from '../system/service-docs/service-docs.ts'
import type { SystemApi } from '../system/system-api.ts'
import type { Place } from './accounts/refresh-cookie.ts'
import type { PreviewDeps } from './system/preview/role-preview.ts'
import type { TryAs } from './system/try-as.ts'

interface ServiceTypeInfo {
  readonly name: string
  readonly label: string
  readonly description: string
  readonly group: string
}

/** What the REST door needs of the house. */
export interface RestDeps {
  readonly services: Services & {
    /** What was read of the catalogue is read again by the next request. */
    forget(name: string): Promise<void>
  }
  readonly serviceTypes: readonly ServiceTypeInfo[]
  /** The records of `system/service_type`. */
  readonly serviceTypeRecords: readonly Row[]
  /** Changes whenever services or roles do. */
  readonly configVersion: () => string
  readonly publicSettings: () => PublicSettings
  readonly launchableApps: (userId: number | undefined) => readonly object[]
  /** Of this program. */
  readonly version: string
  readonly execute: typeof execute
  /** Plain reads take the way of all others, to compare the two. */
  readonly isPlainOff?: boolean
  /** Throws `unauthenticated` for credentials that are not known. */
  readonly authenticate: (credentials: Credentials) => Promise<Caller>
  readonly sessions: Sessions
  /** For web pages of this server. */
  readonly browserSessions: BrowserSessions
  readonly browserPlace: Place
  readonly connections: OauthConnections
  readonly firstAdministrator: FirstAdministrator
  /** Of requests, for whoever calls. */
  readonly limits: RequestLimits
  /** Remembers requests that are to be carried out once. */
  readonly idempotency: IdempotencyBook
  readonly imports: Imports
  /** Of the rows of one import. */
  readonly importLimitBytes: number
  readonly resetLimits: LimitResets
  /** What people do with their own accounts. */
  readonly accounts: Omit<Accounts, 'system' | 'settled'>
  /** What a role may do with each of these resources of a service. Throws `not_found`. */
  /** Roles, stored or drafted, to be looked at. */
  readonly preview: PreviewDeps
  readonly tryAs: TryAs
  readonly effectiveAccess: (roleId: number, service: string, resources: readonly string[]) => EffectiveAccess
  /** Services, roles and apps as one document. */
  readonly packages: ConfigPackages
  /** API descriptions that somebody wrote for services. */
  readonly serviceDocs: ServiceDocs
  /** The records of the instance itself. */
  readonly system: SystemApi
}

/** A request's surroundings: who asks which service, and how to run an operation for them. */
export interface RestContext {
  readonly caller: Caller
  readonly service: ServiceInfo
  readonly capabilities: ReturnType<Services['capabilities']>
  /** Undefined before the service is opened. */
  readonly settings: ReturnType<Services['settings']>
  readonly idempotency: IdempotencyBook
  readonly jobs: Imports
  readonly importLimitBytes: number
  readonly run: <I, O>(operation: Operation<I, O>, input: unknown) => Promise<O>
}
