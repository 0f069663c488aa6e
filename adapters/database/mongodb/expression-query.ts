import { Decimal128, Double, Long } from 'mongodb'
import type { Expression, FunctionName } from '../../../src/core/database/expression.ts'
import { AppError } from '../../../src/core/errors.ts'
import { isKnown, orNull } from './pipeline.ts'

interface Names {
  /** The expression for a column of the row. */
  column(name: string): unknown
  /** The expression for a column of a joined row. */
  joined(join: string, column: string): unknown
  /** The expression for `{value}`. */
  readonly value: unknown
}

/** A field's function in the server's own words: null wherever SQL would say null. */
export function expressionQuery(expression: Expression, names: Names): unknown {
  switch (expression.kind) {
    case 'column':
      return names.column(expression.column)
    case 'joined':
      return names.joined(expression.join, expression.column)
    case 'value':
      return names.value
    case 'text':
      return { $literal: expression.text }
    case 'number':
      return { $literal: numberOf(expression.digits) }
    case 'null':
      return { $literal: null }
    case 'calculation':
      return calculated(
        expression.op,
        expressionQuery(expression.left, names),
        expressionQuery(expression.right, names),
      )
    case 'call':
      return called(
        expression.function,
        expression.arguments.map((argument) => expressionQuery(argument, names)),
      )
  }
}

function numberOf(digits: string): unknown {
  if (!digits.includes('.')) {
    const whole = BigInt(digits)
    if (BigInt.asIntN(64, whole) === whole) return Long.fromBigInt(whole)
  }
  try {
    return Decimal128.fromString(digits)
  } catch {
    return new Double(Number(digits))
  }
}

const OPERATOR = { '+': '$add', '-': '$subtract', '*': '$multiply', '/': '$divide' } as const

function calculated(op: keyof typeof OPERATOR, left: unknown, right: unknown): unknown {
  const result = { [OPERATOR[op]]: [left, right] }
  const divisible = op === '/' ? [{ $ne: [right, 0] }] : []
  return { $cond: [{ $and: [isKnown(left), isKnown(right), ...divisible] }, result, null] }
}

/** Concatenating takes null as nothing; `COALESCE` and `NULLIF` look at it; every other call of null is null. */
function called(name: FunctionName, list: readonly unknown[]): unknown {
  if (name === 'CONCAT')
    return {
      $concat: list.map((part) => ({ $cond: [isKnown(part), { $toString: part }, { $literal: '' }] })),
    }
  if (name === 'COALESCE')
    return list.reduceRight<unknown>((rest, part) => ({ $cond: [isKnown(part), part, rest] }), null)
  const [first, second, third] = list
  if (name === 'NULLIF') return { $cond: [{ $eq: [first, second] }, null, orNull(first)] }
  return { $cond: [{ $and: list.map(isKnown) }, CALLS[name](first, second, third), null] }
}

type Call = (first: unknown, second: unknown, third: unknown) => unknown

/** Days are kept as texts: the server has no type for them. What is no date has no parts; numbers and ids would be taken for one. */
const moment = (value: unknown) => ({
  $cond: [
    { $or: [isBetween(value, FIRST_DATE, LAST_DATE), isBetween(value, '', FIRST_OBJECT)] },
    { $convert: { input: value, to: 'date', onError: null, onNull: null } },
    null,
  ],
})
const isBetween = (value: unknown, first: unknown, last: unknown) => ({
  $and: [{ $gte: [value, { $literal: first }] }, { $lte: [value, { $literal: last }] }],
})
/** Types come in this order, texts right before objects (MongoDB manual, "Comparison/Sort Order"). */
const FIRST_OBJECT = {}
/** ECMA-262 §21.4.1.1 */
const FIRST_DATE = new Date(-8.64e15)
const LAST_DATE = new Date(8.64e15)
const text = (value: unknown) => ({ $toString: value })
const SPACE = { $literal: ' ' }

const CALLS: Readonly<Record<Exclude<FunctionName, 'CONCAT' | 'COALESCE' | 'NULLIF'>, Call>> = {
  UPPER: (value) => ({ $toUpper: text(value) }),
  LOWER: (value) => ({ $toLower: text(value) }),
  TRIM: (value) => ({ $trim: { input: text(value), chars: SPACE } }),
  LTRIM: (value) => ({ $ltrim: { input: text(value), chars: SPACE } }),
  RTRIM: (value) => ({ $rtrim: { input: text(value), chars: SPACE } }),
  LENGTH: (value) => ({ $strLenCP: text(value) }),
  REPLACE: (value, find, replacement) => ({
    $replaceAll: { input: text(value), find: text(find), replacement: text(replacement) },
  }),
  SUBSTR: (value, from, count) => ({
    $substrCP: [text(value), { $subtract: [from, 1] }, count ?? { $strLenCP: text(value) }],
  }),
  ABS: (number) => ({ $abs: number }),
  ROUND: (number, digits) => ({ $round: [number, digits ?? 0] }),
  FLOOR: (number) => ({ $floor: number }),
  CEIL: (number) => ({ $ceil: number }),
  YEAR: (date) => ({ $year: moment(date) }),
  MONTH: (date) => ({ $month: moment(date) }),
  DAY: (date) => ({ $dayOfMonth: moment(date) }),
  HOUR: (date) => ({ $hour: moment(date) }),
  ISOWEEK: (date) => ({
    $add: [{ $multiply: [{ $isoWeekYear: moment(date) }, 100] }, { $isoWeek: moment(date) }],
  }),
}

/** For values that a function writes: there is no row that it could be joined with. */
export function noJoin(): never {
  throw new AppError('internal', 'A joined column stands where there is no join.')
}
