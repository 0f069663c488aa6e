import type { SelectQuery } from './query.ts'

/** Rows of another table that belong to those of a select: their `refField` has the value of its `field`. */
export interface RelatedSelect {
  /** Under which they stand in each row. */
  readonly name: string
  readonly field: string
  readonly refField: string
  /** Of both fields. */
  readonly keys: KeyKind
  /** The first of them, or null; else all of them. */
  readonly isOne: boolean
  /** More rows than these are not put together. */
  readonly most: number
  /** Without the condition on `refField`, which is among its fields. */
  readonly query: Omit<SelectQuery, 'as'>
}

export type KeyKind = 'number' | 'string'

/** Text of an array of row objects in UTF-8, in pieces as they came. */
export interface RowsAsBytes {
  readonly bytes: readonly Uint8Array[]
  readonly count: number
}
