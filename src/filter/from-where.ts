import type { FilterExpression, FilterValue } from '../core/filter.ts'
import { compare, type Operands } from './compare.ts'
import { excerpt, filterError } from './filter-error.ts'
import { OPERATOR_HINT, operatorSpelled } from './operators.ts'
import { literal } from './read-value.ts'

const DEEPEST = 20
const MOST_CONDITIONS = 1_000
const HINT =
  "Write {column:'status',op:'=',value:'paid'}, {and:[…]}, {or:[…]}, {not:{…}} or, for equal values, {status:'paid'}."
/** Names of the same. */
const TWICE = [
  ['column', 'field'],
  ['op', 'operator'],
] as const
const CONDITION_KEYS: ReadonlySet<string> = new Set(['column', 'field', 'op', 'operator', 'value'])

/**
 * A filter as data: conditions `{ column, op, value }` joined by `and`, `or` and `not`; a list means `and`, and any other object that each
 * of its columns has this value. No value is ever read as filter text, nor as a parameter or a lookup. Throws `bad_request`.
 */
export function filterFromWhere(where: unknown): FilterExpression | undefined {
  let conditions = 0
  const read = (part: unknown, depth: number): FilterExpression | undefined => {
    if (depth > DEEPEST) throw refusal('where', `at most ${DEEPEST} levels`)
    if (++conditions > MOST_CONDITIONS) throw refusal('where', `at most ${MOST_CONDITIONS} conditions`)
    if (Array.isArray(part)) return joined('and', part, depth)
    if (!isObject(part)) throw refusal('where', 'an object or a list of them')
    const keys = Object.keys(part)
    if (keys.includes('column') || keys.includes('field')) return condition(part)
    if (keys.length !== 1)
      return joined(
        'and',
        keys.map((column) => ({ column, value: part[column] })),
        depth,
      )
    const [key = ''] = keys
    const inner = part[key]
    switch (key.toLowerCase()) {
      case 'and':
      case 'or':
        if (!Array.isArray(inner)) throw refusal(key, 'a list of conditions')
        return joined(key.toLowerCase() === 'or' ? 'or' : 'and', inner, depth)
      case 'not': {
        const filter = read(inner, depth + 1)
        if (!filter) throw refusal('not', 'a condition')
        return { op: 'not', filter }
      }
      default:
        return condition({ column: key, value: inner })
    }
  }
  const joined = (
    op: 'and' | 'or',
    parts: readonly unknown[],
    depth: number,
  ): FilterExpression | undefined => {
    const all = parts.flatMap((part) => read(part, depth + 1) ?? [])
    if (op === 'or' && all.length === 0) throw refusal('or', 'at least one condition')
    return all.length > 1 ? { op, all } : all[0]
  }
  return read(where, 0)
}

type Item = Readonly<Record<string, unknown>>

function condition(item: Item): FilterExpression {
  const stranger = Object.keys(item).find((key) => !CONDITION_KEYS.has(key))
  if (stranger !== undefined) throw refusal(stranger, 'column, op and value')
  const doubled = TWICE.find((names) => names.every((key) => key in item))
  if (doubled) throw refusal(doubled[1], `${doubled.join(' or ')}, not both`)
  const name = item.column ?? item.field
  if (typeof name !== 'string' || name.trim() === '') throw refusal('column', 'the name of a column')
  const { value } = item
  const spelled = item.op ?? item.operator ?? (Array.isArray(value) ? 'in' : '=')
  if (typeof spelled !== 'string') throw refusal(name, 'an operator')
  const operator = operatorSpelled(wordsOf(spelled, value))
  if (!operator) throw refusal(name, 'a known operator', OPERATOR_HINT)
  return compare({ name: name.trim() }, operator, operandsOf(name, value))
}

/** `not_in` and `NOT IN` are the same, `==` is `=`, and to equal null is to be null. */
function wordsOf(operator: string, value: unknown): string {
  const words = operator.trim().toLowerCase().replaceAll('_', ' ').replace(/^==$/, '=')
  if (value !== null) return words
  if (words === '=') return 'is null'
  return words === '!=' || words === '<>' ? 'is not null' : words
}

function operandsOf(name: string, value: unknown): Operands {
  return {
    value: () => one(name, value),
    text: () => ({ kind: 'text', value: String(textOf(name, value)) }),
    list: () => many(name, value),
    bounds: () => {
      const [low, high, ...more] = many(name, value)
      if (low === undefined || high === undefined || more.length > 0) throw refusal(name, 'two values')
      return { low, high }
    },
    none: () => {
      if (value !== undefined && value !== null && value !== true) throw refusal(name, 'no value')
    },
  }
}

function one(name: string, value: unknown): FilterValue {
  if (typeof value === 'string') return { kind: 'text', value }
  const plain =
    value === null || typeof value === 'boolean' || typeof value === 'number' ? literal(value) : undefined
  if (!plain) throw refusal(name, 'one value: text, a number, true, false or null')
  return plain
}

function textOf(name: string, value: unknown): string | number {
  if (typeof value === 'string' || typeof value === 'number') return value
  throw refusal(name, 'a text to find')
}

function many(name: string, value: unknown): readonly FilterValue[] {
  if (!Array.isArray(value) || value.length === 0) throw refusal(name, 'a list of values')
  return value.map((item) => one(name, item))
}

function refusal(at: string, expected: string, hint = HINT) {
  return filterError(`Invalid where at '${excerpt(at, 60)}': expected ${expected}.`, {
    position: null,
    expected,
    hint,
  })
}

function isObject(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
