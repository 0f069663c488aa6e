import type { Field, SimpleType, Table } from './schema.ts'
import type { Row, Value } from './value.ts'

/**
 * Resolved queries: every name was checked against the schema and the caller's policy before it got here.
 * Frozen plain objects. Field names are as the schema spells them.
 */
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='

/** Text matches ignore the case of ASCII letters on every engine. `value` is the text to find: `%` and `_` in it are literal. */
export type TextMatch = 'contains' | 'starts_with' | 'ends_with'

export type Filter =
  | { readonly op: Comparison; readonly field: string; readonly value: Exclude<Value, null> }
  /** SQL pattern: `%` any run, `_` any one character, no escape character; ignores the case of ASCII letters. */
  | { readonly op: 'like'; readonly field: string; readonly pattern: string }
  | { readonly op: TextMatch; readonly field: string; readonly value: string }
  /** Empty `values` matches nothing. */
  | { readonly op: 'in'; readonly field: string; readonly values: readonly Exclude<Value, null>[] }
  | { readonly op: 'is_null'; readonly field: string }
  /** Empty `and` matches everything, empty `or` nothing. */
  | { readonly op: 'and' | 'or'; readonly all: readonly Filter[] }
  /** SQL's three-valued NOT: a comparison with NULL stays unknown and does not match. */
  | { readonly op: 'not'; readonly filter: Filter }
  | ExistsFilter

/** There is a row of another table whose `refFields` equal this row's `fields`, among those that `where` wants. Never unknown. */
export interface ExistsFilter {
  readonly op: 'exists'
  readonly table: Table
  readonly fields: readonly string[]
  readonly refFields: readonly string[]
  /** Over the other table. */
  readonly where?: Filter
}

export const AGGREGATE_FUNCTIONS = ['COUNT', 'COUNT_DISTINCT', 'SUM', 'AVG', 'MIN', 'MAX'] as const
export type AggregateFunction = (typeof AGGREGATE_FUNCTIONS)[number]

export interface Aggregate {
  readonly function: AggregateFunction
  /** `*` for COUNT only. */
  readonly field: string
  /** Key of the value in the result row. */
  readonly alias: string
  /** Each value once. */
  readonly distinct?: true
}

export interface Order {
  /** A field of the table, or the alias of an aggregate; with `through` a field of the table that it leads to. */
  readonly by: string
  readonly direction: 'asc' | 'desc'
  /** Absent: nulls are the smallest value (first ascending, last descending) on every engine. */
  readonly nulls?: 'first' | 'last'
  readonly through?: Through
}

/** The row of another table whose `refFields` equal this row's `fields`; null where there is none that `where` wants. */
export interface Through {
  readonly table: Table
  readonly fields: readonly string[]
  readonly refFields: readonly string[]
  /** Over the other table. */
  readonly where?: Filter
  /** On from that row. */
  readonly next?: Through
}

export interface Each {
  readonly by: readonly string[]
  readonly limit: number
  readonly offset?: number
}

/** One row of another table beside each row, or none: `refFields` are unique there. */
export interface Join {
  /** By it expressions name its columns: `{ kind: 'joined', join: alias, … }`. */
  readonly alias: string
  /** Another join whose row it starts from; absent: the row of the query's table. */
  readonly from?: string
  readonly table: Table
  readonly fields: readonly string[]
  readonly refFields: readonly string[]
  /** Over the other table: its other rows do not exist. */
  readonly where?: Filter
}

export interface SelectQuery {
  readonly table: Table
  /** For groups. Needs `joins`. */
  readonly joins?: readonly Join[]
  /** Fields of `table` that only this query has. */
  readonly computed?: readonly Field[]
  /** Output order; empty only when there are aggregates without group. */
  readonly fields: readonly string[]
  readonly where?: Filter
  readonly distinct?: boolean
  readonly groupBy?: readonly string[]
  readonly aggregates?: readonly Aggregate[]
  /** May name aliases of aggregates. */
  readonly having?: Filter
  readonly orderBy?: readonly Order[]
  readonly limit: number
  readonly offset?: number
  /**
   * Of the rows with the same values of `by` only so many, the first in the order; `limit` is for all together. Needs `partitions`;
   * for plain rows, not for groups or different ones.
   */
  readonly each?: Each
  /** In place of the rows, one row that says in `count` how many there are before order, offset and limit. */
  readonly countOnly?: true
  /** Inside a transaction: nobody else changes these rows before it ends. */
  readonly locked?: true
  /** `json`: the caller passes rows on untouched, so the engine may hand over encoded text. */
  readonly as: 'rows' | 'json'
  /** Finds one row by the key of its table: an engine may send several such reads together. */
  readonly isBrief?: boolean
  /** With `json`: so many rows are wanted in the text, and as lines beside it, where the engine's rows are written by us; others are counted. */
  readonly lines?: number
}

/** Text is given only when `as: 'json'` was asked. */
export type SelectResult = { readonly rows: readonly Row[] } | RowsAsJson

export interface RowsAsJson {
  /** Text of an array of row objects. */
  readonly json: string
  /** Rows that were read. All of them are in the text, unless `shown` says how many. */
  readonly count: number
  readonly shown?: number
  /** The rows in the text, as lines (cell-lines.ts). */
  readonly lines?: string | undefined
  /** Each row is the text that `JSON.stringify` makes of it once it was parsed. */
  readonly isCanonical?: boolean
}

export interface InsertQuery {
  readonly table: Table
  /** Absent keys take the column's default. Rows may have different keys. */
  readonly rows: readonly { readonly [field: string]: Value }[]
  /** Fields that have one value in all of the rows, which is not checked: engines may take that of the first for all. */
  readonly same?: readonly string[]
  /** Upsert: on a clash of these key fields, set the other given fields. Needs `records.upsert`. */
  readonly onConflict?: readonly string[]
  readonly returning: readonly string[]
}

export interface UpdateQuery {
  readonly table: Table
  readonly set: { readonly [field: string]: Value }
  /** `set` is all that there is to be of a row, besides its keys and these fields. For tables with `takesNewFields`. */
  readonly keeps?: readonly string[]
  /** A field of whole numbers that is one more afterwards in each row; null counts as 0. Not in `set`. */
  readonly raises?: string
  readonly where: Filter
  readonly returning: readonly string[]
}

export interface DeleteQuery {
  readonly table: Table
  readonly where?: Filter
  readonly returning: readonly string[]
}

/** `rows` holds the `returning` fields: for an insert in input order, for a delete the rows as they were. */
export interface WriteResult {
  readonly affected: number
  readonly rows: readonly Row[]
}

export type RoutineKind = 'procedure' | 'function'

export interface RoutineParameter {
  /** As declared; `p1`, `p2` … by position where the database has no name for it. */
  readonly name: string
  /** From 1, over all modes. */
  readonly position: number
  readonly mode: 'IN' | 'OUT' | 'INOUT'
  readonly type: SimpleType
  /** The engine's own spelling, e.g. `numeric(10,2)`. */
  readonly dbType: string
  readonly length?: number
  readonly precision?: number
  readonly scale?: number
  /** Texts that are values of the type besides those that the planner knows: `NaN`. */
  readonly alsoTakes?: RegExp
  /** The default's expression; a parameter that has one may be left out. */
  readonly default?: string
  /** Takes all remaining positional arguments. */
  readonly isVariadic?: boolean
}

/** One signature: overloads are several routines of one name. */
export interface Routine {
  /** `add`, or `schema.add` outside the default schema. */
  readonly name: string
  /** The engine's own identity of this signature; unique among the routines of a service. */
  readonly key: string
  readonly kind: RoutineKind
  readonly parameters: readonly RoutineParameter[]
  /** Functions only. `isSet`: rows, where one value or one row would be the rule. */
  readonly returns?: { readonly type: SimpleType; readonly dbType: string; readonly isSet: boolean }
  readonly description?: string
}

/** The routines of one kind in a service. */
export interface Routines {
  /** Sorted by name. */
  readonly all: readonly Routine[]
  /** By lower-cased name. */
  readonly byName: ReadonlyMap<string, readonly Routine[]>
  /** Changes whenever anything in it changes; part of cache keys. */
  readonly version: string
}

export interface CallQuery {
  readonly routine: Routine
  /** By parameter name as the routine spells it; a parameter that is absent takes its default, else null. */
  readonly arguments: { readonly [parameter: string]: Value }
  /** The database itself refuses every change that the routine tries. */
  readonly readOnly: boolean
}

export interface CallResult {
  /** Result sets in order. A function's single value is one row with one column named like the function. */
  readonly sets: readonly (readonly Row[])[]
  /** OUT and INOUT values by parameter name. */
  readonly out: Row
}
