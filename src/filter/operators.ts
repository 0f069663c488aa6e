import type { Comparison, TextMatch } from '../core/database/query.ts'
import { NAME_CHARACTER } from './scanner.ts'

export interface Operator {
  readonly op: Comparison | 'like' | TextMatch | 'in' | 'between' | 'is_null'
  readonly negated: boolean
}

// Spellings: dreamfactory-rest.md §4.5, and BETWEEN of the documented operator table.
const SPELLINGS: ReadonlyMap<string, Operator['op']> = new Map([
  ['=', '='],
  ['eq', '='],
  ['!=', '!='],
  ['<>', '!='],
  ['ne', '!='],
  ['>', '>'],
  ['gt', '>'],
  ['>=', '>='],
  ['gte', '>='],
  ['<', '<'],
  ['lt', '<'],
  ['<=', '<='],
  ['lte', '<='],
  ['like', 'like'],
  ['in', 'in'],
  ['between', 'between'],
  ['contains', 'contains'],
  ['starts with', 'starts_with'],
  ['ends with', 'ends_with'],
  ['is null', 'is_null'],
])

const WORDS =
  'eq|ne|gte?|lte?|like|in|between|contains|starts\\s+with|ends\\s+with|is\\s+null|is\\s+not\\s+null'

/** Any operator, at the scanner's position; a word ends where a name would end. */
export const OPERATOR = new RegExp(
  `(?:not(?!${NAME_CHARACTER})\\s*)?(?:<=|>=|<>|!=|=|<|>|(?:${WORDS})(?!${NAME_CHARACTER}))`,
  'iy',
)

export const OPERATOR_HINT =
  "Operators: = != < <= > >= like in between contains 'starts with' 'ends with' 'is null', each also with not; " +
  "for example status = 'paid' or total not between 10 and 20. " +
  'Put a field name that holds other signs or an operator in double quotes: "unit price" > 5.'

/** The operator with that spelling, in any case and spacing; undefined when there is none. */
export function operatorSpelled(spelling: string): Operator | undefined {
  const words = spelling.trim().toLowerCase().replaceAll(/\s+/g, ' ')
  const positive = words.replace(/^not\b ?/, '').replace(/^is not null$/, 'is null')
  const op = SPELLINGS.get(positive)
  return op === undefined ? undefined : { op, negated: /^not\b/.test(words) !== /\bis not null$/.test(words) }
}
