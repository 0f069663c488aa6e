import type { Comparison, TextMatch } from './database/query.ts'

/**
 * A filter as it was written: field names not yet checked, values not yet typed. Made by `src/filter/parse.ts` from text,
 * by the access layer from role rules; turned into a `database/query.ts` Filter by the planner, which checks each name.
 */
export type FilterExpression =
  | { readonly op: Comparison; readonly field: FieldName; readonly value: FilterValue }
  | { readonly op: 'like' | TextMatch; readonly field: FieldName; readonly value: FilterValue }
  | { readonly op: 'in'; readonly field: FieldName; readonly values: readonly FilterValue[] }
  | {
      readonly op: 'between'
      readonly field: FieldName
      readonly low: FilterValue
      readonly high: FilterValue
    }
  | { readonly op: 'is_null'; readonly field: FieldName }
  | { readonly op: 'and' | 'or'; readonly all: readonly FilterExpression[] }
  /** `inside`: said within a comparison, as `a not in (1)` does, not before it. */
  | { readonly op: 'not'; readonly filter: FilterExpression; readonly inside?: true }

export interface FieldName {
  readonly name: string
  /** 0-based offset in the filter text, for error messages; absent when the filter did not come from text. */
  readonly position?: number
}

/**
 * `text` is anything quoted or bare (a bare `2024-01-01` or `Knuth`); the planner converts it to the field's type.
 * `param` and `lookup` must be bound (`bindFilter`) before planning.
 */
export type FilterValue =
  | { readonly kind: 'text'; readonly value: string }
  /** The number as written: digits are kept for exact types. */
  | { readonly kind: 'number'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  /** `:name`, without the colon. */
  | { readonly kind: 'param'; readonly name: string }
  /** `{user.id}`, without the braces. */
  | { readonly kind: 'lookup'; readonly name: string }
