import { AppError } from '../core/errors.ts'
import type { FieldName, FilterExpression, FilterValue } from '../core/filter.ts'
import { CONNECTIVE, WORD } from './scanner.ts'

const WORD_OPERATORS = {
  like: 'like',
  contains: 'contains',
  starts_with: 'starts with',
  ends_with: 'ends with',
} as const

/**
 * Canonical text of an expression: parsing it gives an equal expression, but for positions, whenever the expression is
 * one that `parseFilter` can make.
 */
export function printFilter(expression: FilterExpression): string {
  switch (expression.op) {
    case 'and':
    case 'or':
      return printAll(expression)
    case 'not':
      return printNot(expression)
    default:
      return printComparison(expression, '')
  }
}

type Group = Extract<FilterExpression, { op: 'and' | 'or' }>
type Not = Extract<FilterExpression, { op: 'not' }>
type ComparisonExpression = Exclude<FilterExpression, Group | Not>

function printAll({ op, all }: Group): string {
  if (all.length === 0) throw new AppError('internal', 'A filter group without members has no text.')
  const needsParentheses = (member: FilterExpression) =>
    isGroup(member) && (op === 'and' || member.op === 'or')
  return all
    .map((member) => (needsParentheses(member) ? `(${printFilter(member)})` : printFilter(member)))
    .join(` ${op} `)
}

function printNot({ filter, inside }: Not): string {
  if (isGroup(filter)) return `not (${printFilter(filter)})`
  if (filter.op === 'not') return `not ${printNot(filter)}`
  return inside ? printComparison(filter, 'not ') : `not ${printComparison(filter, '')}`
}

function printComparison(comparison: ComparisonExpression, not: '' | 'not '): string {
  const field = printField(comparison.field)
  switch (comparison.op) {
    case 'is_null':
      return `${field} is ${not}null`
    case 'in':
      return `${field} ${not}in (${comparison.values.map(printValue).join(', ')})`
    case 'between':
      return `${field} ${not}between ${printValue(comparison.low)} and ${printValue(comparison.high)}`
    case 'like':
    case 'contains':
    case 'starts_with':
    case 'ends_with':
      return `${field} ${not}${WORD_OPERATORS[comparison.op]} ${printValue(comparison.value)}`
    default:
      return `${field} ${not}${comparison.op} ${printValue(comparison.value)}`
  }
}

function printField({ name }: FieldName): string {
  const isWord = wholly(WORD, name) && !wholly(CONNECTIVE, name) && name.toLowerCase() !== 'not'
  return isWord ? name : `"${name.replaceAll('"', '""')}"`
}

function printValue(value: FilterValue): string {
  switch (value.kind) {
    case 'text':
      return `'${value.value.replaceAll("'", "''")}'`
    case 'number':
      return value.value
    case 'boolean':
      return String(value.value)
    case 'null':
      return 'null'
    case 'param':
      return `:${value.name}`
    case 'lookup':
      return `{${value.name}}`
  }
}

function isGroup(expression: FilterExpression): expression is Group {
  return expression.op === 'and' || expression.op === 'or'
}

function wholly(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0
  return pattern.test(text) && pattern.lastIndex === text.length
}
