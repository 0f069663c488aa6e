import type { DatabaseAdapter, Rename } from './database/adapter.ts'
import type { Capability } from './database/capability.ts'
import type { TableExtras } from './database/extras.ts'
import type { RoutineKind, Routines } from './database/query.ts'
import type { DatabaseSchema } from './database/schema.ts'
import type { Seal } from './seal.ts'

/** Kinds of service; each has one port. More kinds join here (file, email, cache, …). */
export interface AdapterByKind {
  readonly database: DatabaseAdapter
}
export type ServiceKind = keyof AdapterByKind

export interface DatabaseSettings {
  /** Most rows one read may return over REST. */
  readonly maxRecords: number
  /** PUT and PATCH of a missing record insert it. */
  readonly allowUpsert: boolean
  /** Of several records in one request, those before the first one that fails stay; else they are all undone. */
  readonly haltsOnError: boolean
  /** How long results of reads are kept, in milliseconds; absent: not at all. */
  readonly cacheTtlMs?: number
}

/** What is known of a configured service without opening it. */
export interface ServiceInfo {
  readonly id: number
  readonly name: string
  readonly label: string
  readonly description: string
  readonly type: string
  readonly kind: ServiceKind
  readonly isActive: boolean
}

interface CatalogueOptions {
  readonly signal: AbortSignal
  readonly refresh?: boolean | undefined
}

/** A service that answers: opened lazily, its schema cached, handed to operations by `execute`. */
export interface DatabaseService {
  readonly info: ServiceInfo
  readonly settings: DatabaseSettings
  readonly adapter: DatabaseAdapter
  /** Cached with single-flight loading; `refresh` reads the catalogue again, of routines too when they are next asked for. */
  schema(options: CatalogueOptions): Promise<DatabaseSchema>
  /** What `schema` would resolve to at once; undefined when it has to be read, or made again. */
  schemaNow(): DatabaseSchema | undefined
  /** Gone from the cache: the next reader of schema and routines reads the catalogue again, and the next reader of rows the rows. */
  forget(): Promise<void>
  /**
   * Changes what is kept of tables beside the database. `change` is given what is kept now, by the names of tables, and answers
   * with what becomes of some of them; undefined: nothing is kept any more. It may be run again. When it resolves, `schema`
   * has the changes; other nodes see them within a second. `renew` makes them read the catalogue again;
   * `check` changes nothing, and throws what a change would throw.
   */
  changeExtras(change: ExtrasChange, options?: ExtrasOptions): Promise<void>
  /** What is told elsewhere of a name that is to be another one. */
  renameEffects(rename: Rename): RenameEffects
  /** The table's own name, where it was called by its alias; any other name as it is. */
  tableNamed(name: string): string
  /** Cached in the same way. Throws `not_supported` where the engine has no routines of the kind. */
  routines(kind: RoutineKind, options: CatalogueOptions): Promise<Routines>
}

/** Names of roles, and of what else names it. */
export interface RenameEffects {
  /** Roles that could do more, or that nobody can tell this of. */
  readonly widened: readonly string[]
  /** Roles that could do less. */
  readonly narrowed: readonly string[]
  /** Tools, limits and relations of other services. */
  readonly others: readonly string[]
}

export interface ExtrasOptions {
  readonly renew?: boolean
  readonly check?: boolean
}

export type ExtrasChange = (
  now: ReadonlyMap<string, TableExtras>,
) => ReadonlyMap<string, TableExtras | undefined>

/** The running services, as operations and doors see them. Names are case-insensitive. */
export interface Services {
  /** For what callers bring back to an operation. */
  readonly seal: Seal
  /** True for a code that nobody brought before, on whatever node. */
  spend(code: string): Promise<boolean>
  list(): readonly ServiceInfo[]
  find(name: string): ServiceInfo | undefined
  /** Of the service's type before it is opened, then of the service itself: one that is read-only cannot write. */
  capabilities(name: string): ReadonlySet<Capability>
  /** The table's own name, where it was called by its alias; any other name as it is. Needs no open service. */
  tableNamed(service: string, name: string): string
  /** Undefined before it is opened. */
  settings(name: string): DatabaseSettings | undefined
  /** Undefined before it is opened. */
  opened(name: string): DatabaseService | undefined
  /** Opens on first use. Throws `not_found`, `unavailable`. */
  open(name: string, signal: AbortSignal): Promise<DatabaseService>
}
