import type { CustomTool } from '../core/custom-tool.ts'
import type { Filter } from '../core/database/query.ts'
import type { Row } from '../core/database/value.ts'
import type { CredentialMaker, LeastPassword, Secrets } from './secrets.ts'
import type { ConfiguredType, ServiceConfig } from './service-config.ts'
import type { RuleRecord } from './snapshot.ts'

/** What presenting a record may need. */
export interface ReadTools {
  readonly types: readonly ConfiguredType[]
  readonly secrets: Secrets
  /** Until when an account has to be confirmed (UTC, `YYYY-MM-DD HH:MM:SS`); undefined: it is. */
  readonly confirmEnd: (userId: number) => string | undefined
  /** API keys that may be told: of all apps, of those in the answer itself and not of related ones, or none. */
  readonly showsKeys: 'all' | 'own' | 'none'
}

/** What storing a record may need. */
export interface WriteTools extends Omit<ReadTools, 'showsKeys'> {
  readonly maker: CredentialMaker
  readonly leastPassword: LeastPassword
  readonly keepApiKeys: boolean
  /** Of a lookup of the system: ids of the roles whose row filters name it, and whether the config of a service does. */
  readonly lookupUses: (name: string) => { readonly roles: readonly number[]; readonly isInConfig: boolean }
  /** Of a rule. Throws `bad_request` that names the one which makes no sense. */
  readonly checkFilters: (filters: RuleRecord['filters']) => void
  /** Of a CORS rule. Throws `bad_request`. */
  readonly checkPath: (path: string) => void
  /** Throws `bad_request` that says what is wrong with it. */
  readonly checkTool: (tool: CustomTool) => void
  /** Opens the service's connection, asks it to answer, closes it. Throws `unavailable` with the reason in plain words. */
  readonly probe: (type: string, config: ServiceConfig, signal: AbortSignal) => Promise<void>
}

/** How a write was asked for, beyond its records. */
export interface WriteOptions {
  /** PUT: what a record holds in one field as an object is replaced as a whole. */
  readonly replace?: boolean | undefined
  /** A new API key for an app. */
  readonly regenerate?: boolean | undefined
  /** Of an account: a code by e-mail has to confirm it, and until then nobody can sign in. */
  readonly unconfirmed?: boolean | undefined
  /** An e-mail address that is its owner's word, or that a code was sent to; otherwise it is as good as who writes it. */
  readonly emailProof?: 'stated' | 'proven' | undefined
  /** Delete although others use it. */
  readonly force?: boolean | undefined
}

/** One record being written. */
export interface WriteContext {
  readonly tools: WriteTools
  readonly options: WriteOptions
  /** Absent: the server itself. */
  readonly userId: number | undefined
  /** The rules of a role decide what the caller may do. */
  readonly isBound: boolean
  /** Throws `forbidden` unless the caller may change these roles: whoever gives a role gives its rights. */
  readonly requireRoleRight: (roles: readonly unknown[]) => void
  /** Throws `forbidden` for whom a role binds. */
  readonly requireUnbound: () => void
  /** The record as it is; absent for a new one. */
  readonly stored: Row | undefined
  /** Rows of any table with all their columns, as the transaction sees them. */
  readonly rows: (table: string, where: Filter) => Promise<readonly Row[]>
  /** Of these users, for good; what is no id is none. */
  readonly endSessions: (userIds: readonly unknown[]) => Promise<void>
  readonly signal: AbortSignal
}
