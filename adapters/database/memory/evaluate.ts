import type { Expression, FunctionName } from '../../../src/core/database/expression.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { Cell } from './cell.ts'

interface Values {
  column(name: string): Cell
  readonly value: Cell
}

/** What an expression comes to: null wherever SQL would say null. */
export function evaluate(expression: Expression, values: Values): Cell {
  switch (expression.kind) {
    case 'column':
      return values.column(expression.column)
    case 'value':
      return values.value
    case 'text':
      return expression.text
    case 'number':
      return expression.digits.includes('.') ? Number(expression.digits) : BigInt(expression.digits)
    case 'null':
      return null
    case 'joined':
      return values.column(joinedKey(expression.join, expression.column))
    case 'calculation': {
      const [left, right] = [evaluate(expression.left, values), evaluate(expression.right, values)]
      return left === null || right === null ? null : calculated(expression.op, left, right)
    }
    case 'call':
      return called(
        expression.function,
        expression.arguments.map((argument) => evaluate(argument, values)),
      )
  }
}

/** Under which a row has a column of the row that it is joined with. */
export function joinedKey(alias: string, column: string): string {
  return `${alias}\u0000${column}`
}

function calculated(op: '+' | '-' | '*' | '/', left: Cell, right: Cell): Cell {
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    if (op === '+') return left + right
    if (op === '-') return left - right
    if (op === '*') return left * right
  }
  const [a, b] = [Number(left), Number(right)]
  if (op === '+') return a + b
  if (op === '-') return a - b
  if (op === '*') return a * b
  return b === 0 ? null : a / b
}

function called(name: FunctionName, list: readonly Cell[]): Cell {
  if (name === 'CONCAT') return list.map((cell) => (cell === null ? '' : String(cell))).join('')
  if (name === 'COALESCE') return list.find((cell) => cell !== null) ?? null
  const [first = null, second = null, third = null] = list
  if (name === 'NULLIF') return first === second ? null : first
  if (list.includes(null)) return null
  return CALLS[name](first, second, third)
}

type Call = (first: Cell, second: Cell, third: Cell) => Cell

const CALLS: Readonly<Record<Exclude<FunctionName, 'CONCAT' | 'COALESCE' | 'NULLIF'>, Call>> = {
  UPPER: (text) => String(text).toUpperCase(),
  LOWER: (text) => String(text).toLowerCase(),
  TRIM: (text) => String(text).replace(/^ +| +$/g, ''),
  LTRIM: (text) => String(text).replace(/^ +/, ''),
  RTRIM: (text) => String(text).replace(/ +$/, ''),
  LENGTH: (text) => BigInt([...String(text)].length),
  REPLACE: (text, from, to) => String(text).replaceAll(String(from), String(to)),
  SUBSTR: (text, from, count) => {
    const start = Number(from) - 1
    return [...String(text)].slice(start, count === null ? undefined : start + Number(count)).join('')
  },
  ABS: (number) => (typeof number === 'bigint' ? (number < 0n ? -number : number) : Math.abs(Number(number))),
  ROUND: (number, digits) => {
    const factor = 10 ** Number(digits ?? 0)
    return Math.round(Number(number) * factor) / factor
  },
  FLOOR: (number) => Math.floor(Number(number)),
  CEIL: (number) => Math.ceil(Number(number)),
  YEAR: (date) => part(date, 0, 4),
  MONTH: (date) => part(date, 5, 7),
  DAY: (date) => part(date, 8, 10),
  HOUR: (date) => (String(date).length > 10 ? part(date, 11, 13) : 0n),
  ISOWEEK: isoWeek,
}

function part(date: Cell, from: number, to: number): Cell {
  const digits = String(date).slice(from, to)
  if (/^\d+$/.test(digits)) return BigInt(digits)
  throw new AppError('bad_request', 'A value is no date.')
}

/** Of the Thursday of the same week (ISO 8601). */
function isoWeek(date: Cell): Cell {
  const day = new Date(`${String(date).slice(0, 10)}T00:00:00Z`)
  if (Number.isNaN(day.getTime())) throw new AppError('bad_request', 'A value is no date.')
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7))
  const year = day.getUTCFullYear()
  const week = Math.floor((day.getTime() - Date.UTC(year, 0, 1)) / (7 * 86_400_000)) + 1
  return BigInt(year * 100 + week)
}
