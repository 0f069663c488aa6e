import type { FilterExpression } from './filter.ts'
import type { RuleLimits } from './rule-limits.ts'

/** Verb bits of a role rule (dreamfactory-rest §3.1). */
export const VERB_BIT = { GET: 1, POST: 2, PUT: 4, PATCH: 8, DELETE: 16 } as const
export type Verb = keyof typeof VERB_BIT
export const VERBS: readonly Verb[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

export type Access =
  | { readonly allowed: false; readonly reason: string }
  | {
      readonly allowed: true
      /** Rows outside it do not exist for this caller. Lookups are already bound as values. */
      readonly rowFilter?: FilterExpression
      /** Names of columns, in lower case: the others do not exist for this caller, or may not be written. Absent: all of them. */
      readonly fields?: ReadonlySet<string>
      readonly limits?: RuleLimits
      /** Writes of more rows than this need a confirmation; infinite: none does. Absent: the rules do not say. */
      readonly confirmOver?: number
    }

/** What one caller may do, compiled once per (role, policy version, lookups). `decide` is cheap: call it freely. */
export interface AccessPolicy {
  /** `resource` is what roles name: `` (service root), `_table`, `_table/orders`, `_schema/orders`, `_proc/x`. */
  decide(service: string, resource: string, verb: Verb): Access
  /** True when some rule grants some verb on something in the service. */
  reaches(service: string): boolean
  /** False: no rule limits what a request may write. Absent: one may. */
  readonly limitsWrites?: boolean
  /** False: no rule says which fields are meant. Absent: one may. */
  readonly limitsFields?: boolean
  /** Same key, same answers from `decide`: part of cache keys for tool lists and plans. */
  readonly key: string
}

/** May everything. For administrators and for the server's own work. */
export const UNRESTRICTED: AccessPolicy = {
  decide: () => ({ allowed: true }),
  reaches: () => true,
  limitsWrites: false,
  limitsFields: false,
  key: 'unrestricted',
}

/** The group of components that let a role empty a table: `_delete_all/orders`. Besides DELETE on the table itself. */
export const DELETE_ALL = '_delete_all'
