import type { AggregateFunction } from './query.ts'

/** Functions that fields may be computed with, and how many arguments each takes. What is not here is never called. */
export const FUNCTIONS = {
  UPPER: [1, 1],
  LOWER: [1, 1],
  TRIM: [1, 1],
  LTRIM: [1, 1],
  RTRIM: [1, 1],
  LENGTH: [1, 1],
  CONCAT: [1, 20],
  REPLACE: [3, 3],
  SUBSTR: [2, 3],
  COALESCE: [1, 20],
  NULLIF: [2, 2],
  ABS: [1, 1],
  ROUND: [1, 2],
  FLOOR: [1, 1],
  CEIL: [1, 1],
  YEAR: [1, 1],
  MONTH: [1, 1],
  DAY: [1, 1],
  HOUR: [1, 1],
  /** Year and week of ISO 8601 as one number: 202601. */
  ISOWEEK: [1, 1],
} as const satisfies Readonly<Record<string, readonly [least: number, most: number]>>
export type FunctionName = keyof typeof FUNCTIONS

/** What computes a field of a record. */
export type Expression =
  | { readonly kind: 'column'; readonly column: string }
  /** `{value}`: the field's own column when it is read, the given value when it is written. */
  | { readonly kind: 'value' }
  | { readonly kind: 'text'; readonly text: string }
  /** As it was written: digits, at most one point. */
  | { readonly kind: 'number'; readonly digits: string }
  | { readonly kind: 'null' }
  /** A column of the row that a query joins: never written by people. */
  | { readonly kind: 'joined'; readonly join: string; readonly column: string }
  | { readonly kind: 'call'; readonly function: FunctionName; readonly arguments: readonly Expression[] }
  | {
      readonly kind: 'calculation'
      readonly op: '+' | '-' | '*' | '/'
      readonly left: Expression
      readonly right: Expression
    }

/** What computes a field over many records: `SUM(total)`. */
export interface AggregateExpression {
  readonly function: AggregateFunction
  /** A column, or `*`. */
  readonly column: string
}
