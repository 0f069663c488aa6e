import type { FilterExpression } from '../core/filter.ts'
import type { RuleLimits } from '../core/rule-limits.ts'

/** One condition of a rule's row filter, as the wire has it: `{ "name": "owner_id", "operator": "=", "value": "{user.id}" }`. */
export interface RuleFilter {
  readonly name: string
  readonly operator: string
  readonly value?: string | number | boolean | null | readonly (string | number)[] | undefined
}

/** One row of `role_service_access`, with the service by name. */
export interface AccessRule {
  /** Null: all services. */
  readonly service: string | null
  readonly component: string
  /** Sum of verb bits; 0 denies what the component covers. */
  readonly verbMask: number
  /** API 1, SCRIPT 2. A rule without the API bit does not count here. */
  readonly requestorMask: number
  readonly filters: readonly RuleFilter[]
  /** Joins the rule's own filters. */
  readonly filterOp: 'AND' | 'OR'
  /** The columns it is for; absent: all. Names that a table does not have mean nothing there. */
  readonly fields?: readonly string[] | undefined
  readonly limits?: RuleLimits | undefined
  /** As `CONFIRM` says. */
  readonly confirm?: string | undefined
}

/** Values for `{user.id}`-style lookups, by lower-cased name. */
export type Lookups = ReadonlyMap<string, string | number | boolean | null>

/** What one rule asks of rows: nothing, a filter, or something that cannot be met, which denies. */
export type RowCondition = { readonly filter: FilterExpression | undefined } | { readonly problem: string }
