import type { ColumnDefault } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'

/** Expressions that mean the same wherever they stand; others could be any SQL. */
const EXPRESSIONS = ['CURRENT_TIMESTAMP', 'CURRENT_DATE', 'CURRENT_TIME'] as const
export type DefaultExpression = (typeof EXPRESSIONS)[number]

/** The expression that a default is, if it is one that may be written into a statement. */
export function defaultExpression(value: ColumnDefault): DefaultExpression | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (!('expression' in value) || typeof value.expression !== 'string') return undefined
  const wanted = value.expression.toUpperCase()
  return EXPRESSIONS.find((expression) => expression === wanted)
}

export function unusableDefault(field: string): AppError {
  return new AppError('bad_request', `Field '${field}' has a default that cannot be used.`, {
    hint: 'Use text, a number, true, false or {"expression": "CURRENT_TIMESTAMP"}.',
  })
}
