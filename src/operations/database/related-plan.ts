import type { Filter, Order, SelectQuery } from '../../core/database/query.ts'
import type { Relation, Table } from '../../core/database/schema.ts'
import type { OperationContext } from '../../core/operation.ts'
import type { RuleLimits } from '../../core/rule-limits.ts'

/** One relation of an answer. */
export interface RelatedPlan {
  readonly relation: Relation
  /** Under which the records stand in the answer. */
  readonly name: string
  /** Where the other end is in another service, it is planned when it is first asked for. */
  source(): RelatedSource | Promise<RelatedSource>
}

/** What to read at the other end, under the caller's own policy for it. */
export interface RelatedSource {
  /** Of the service that has the table. */
  readonly context: OperationContext
  readonly target: Table
  /** Of the rules for the table. */
  readonly limits?: RuleLimits | undefined
  /** Rows that the answer has so far of tables with limits: one count for all relations of the request. */
  readonly counted: Map<string, number>
  /** Of the other table: they equal the relation's `fields`, or the `refFields` of the table between. */
  readonly refFields: readonly string[]
  readonly junction?: RelatedJunction
  /** Shown, in this order. */
  readonly fields: readonly string[]
  readonly where: Filter | undefined
  readonly orderBy: readonly Order[]
  /** Groups in place of records. */
  readonly group?: Pick<SelectQuery, 'groupBy' | 'aggregates' | 'joins' | 'computed'>
  /** Most for each parent, after so many; absent: all of them. */
  readonly limit: number | undefined
  readonly offset: number
  readonly related: readonly RelatedPlan[]
}

export interface RelatedJunction {
  readonly context: OperationContext
  readonly table: Table
  readonly fields: readonly string[]
  readonly refFields: readonly string[]
  readonly where: Filter | undefined
}
