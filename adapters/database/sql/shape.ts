import type { Aggregate, Comparison, Order, TextMatch } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import type { PageSize } from './page-size.ts'

/** A filter without its values: each is the number of a slot. */
export type FilterShape =
  | { readonly op: Comparison | 'like' | TextMatch; readonly field: string; readonly slot: number }
  /** Slots `from` … `from + count − 1`. */
  | { readonly op: 'in'; readonly field: string; readonly from: number; readonly count: number }
  | { readonly op: 'is_null'; readonly field: string }
  | { readonly op: 'and' | 'or'; readonly all: readonly FilterShape[] }
  | { readonly op: 'not'; readonly filter: FilterShape }
  | ExistsShape

export interface ExistsShape {
  readonly op: 'exists'
  /** Left out of the text of a shape: tables of one schema are read together, so the table of the query stands for it. */
  readonly table: () => Table
  readonly name: string
  readonly fields: readonly string[]
  readonly refFields: readonly string[]
  readonly where: FilterShape | undefined
}

export interface JoinShape {
  readonly alias: string
  readonly from: string | undefined
  readonly table: () => Table
  readonly name: string
  readonly fields: readonly string[]
  readonly refFields: readonly string[]
  readonly where: FilterShape | undefined
}

/** A query without its values: equal shapes have equal statement text. */
export interface SelectShape {
  readonly verb: 'select'
  readonly joins: readonly JoinShape[]
  readonly fields: readonly string[]
  readonly distinct: boolean
  readonly where: FilterShape | undefined
  readonly keyed: KeyedShape | undefined
  readonly groupBy: readonly string[]
  readonly aggregates: readonly Aggregate[]
  readonly having: FilterShape | undefined
  readonly orderBy: readonly OrderShape[]
  readonly limit: PageSize
  readonly offset: number | undefined
  readonly each: EachShape | undefined
  readonly countOnly: boolean
  /** The rows stay as they are until the transaction ends. */
  readonly locked?: true
}

/** Only rows with one of the keys in the list that the slot holds, or from it to that of `last`. */
export interface KeyedShape {
  readonly field: string
  readonly slot: number
  readonly last?: number
}

/** Keys that are given when a statement is run. */
export interface KeyedBy {
  readonly field: string
  /** `range`: whole numbers, each from the first to the last. */
  readonly form: 'list' | 'range'
}

export interface OrderShape extends Omit<Order, 'through'> {
  readonly through?: ThroughShape | undefined
}

export interface ThroughShape extends ExistsShape {
  readonly next: ThroughShape | undefined
}

/** Rows after the slot `after`, up to the slot `upTo`, of those with the same values of `by`. */
export interface EachShape {
  readonly by: readonly string[]
  readonly after: number
  readonly upTo: number
}

export interface InsertShape {
  readonly verb: 'insert'
  readonly fields: readonly string[]
  /** So many of the fields, the first, have one slot for all of the rows. */
  readonly same?: number
  /** `bulk`: any number, all in one parameter. */
  readonly rows: number | 'bulk'
  readonly onConflict: readonly string[] | undefined
  readonly returning: readonly string[]
}

export interface UpdateShape {
  readonly verb: 'update'
  readonly fields: readonly string[]
  readonly raises?: string
  /** The values are stored as those of an insert are. */
  readonly asInserted?: boolean
  readonly where: FilterShape
  readonly returning: readonly string[]
}

export interface DeleteShape {
  readonly verb: 'delete'
  readonly where: FilterShape | undefined
  readonly returning: readonly string[]
}

export type Shape = SelectShape | InsertShape | UpdateShape | DeleteShape
