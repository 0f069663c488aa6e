import type { FilterExpression, FilterValue } from '../core/filter.ts'
import { compare, type Operands } from './compare.ts'
import { excerpt, filterError } from './filter-error.ts'
import { OPERATOR_HINT, operatorSpelled } from './operators.ts'
import { bareLiteral, holdsLookup, literal, readQuotedText } from './read-value.ts'
import { Scanner } from './scanner.ts'

/** One row filter of a role, as it is stored. */
interface FilterRule {
  readonly name: string
  /** Any spelling of the filter language, in any case; also with NOT. */
  readonly operator: string
  /** A text may be quoted, a `{lookup}`, or for IN and BETWEEN a list: `(1,2)` or `1,2`. Absent for IS NULL. */
  readonly value?: RuleValue
}

type RuleValue = string | number | boolean | null | readonly (string | number)[]

const WHOLE_LOOKUP = /^\{([^{}]+)\}$/
const VALUE_HINT =
  "For example {name: 'owner_id', operator: '=', value: '{user.id}'} or {name: 'status', operator: 'in', value: \"('new','paid')\"}."

/**
 * The row filter of a role from its rules, joined by `op`; undefined without rules. A value is never read as filter
 * text: no quote, parenthesis, keyword or `:name` in it changes what is compared. Throws `bad_request` that names the rule.
 */
export function filterFromRules(
  rules: readonly FilterRule[],
  op: 'AND' | 'OR',
): FilterExpression | undefined {
  const all = rules.map(fromRule)
  return all.length > 1 ? { op: op === 'AND' ? 'and' : 'or', all } : all[0]
}

function fromRule(rule: FilterRule): FilterExpression {
  const name = rule.name.trim()
  if (name === '') throw refusal(rule, 'the name of a field', VALUE_HINT)
  const operator = operatorSpelled(rule.operator)
  if (operator === undefined) throw refusal(rule, 'a known operator', OPERATOR_HINT)
  return compare({ name }, operator, operandsOf(rule))
}

function operandsOf(rule: FilterRule): Operands {
  return {
    value: () => one(rule, bareLiteral),
    text: () => one(rule, (value) => ({ kind: 'text', value })),
    list: () => many(rule),
    bounds: () => {
      const [low, high, ...more] = many(rule)
      if (low !== undefined && high !== undefined && more.length === 0) return { low, high }
      throw refusal(rule, 'two values', "For example {name: 'total', operator: 'between', value: '10,20'}.")
    },
    none: () => {
      if ((rule.value ?? '') !== '')
        throw refusal(rule, 'no value', "For example {name: 'deleted_at', operator: 'is null'}.")
    },
  }
}

function one(rule: FilterRule, bare: (text: string) => FilterValue): FilterValue {
  const { value } = rule
  if (typeof value === 'string') return readText(rule, value, bare)
  const plain = value === undefined || isList(value) ? undefined : literal(value)
  if (plain === undefined) throw refusal(rule, 'one value', VALUE_HINT)
  return plain
}

function many(rule: FilterRule): readonly FilterValue[] {
  const { value } = rule
  if (typeof value !== 'string' && !isList(value)) return [one(rule, bareLiteral)]
  const items = isList(value) ? value : splitList(rule, value)
  if (items.length === 0) throw refusal(rule, 'at least one value', VALUE_HINT)
  return items.map((item) => one({ ...rule, value: item }, bareLiteral))
}

/** A quoted text without its quotes, a lookup, or what a text without quotes means. */
function readText(rule: FilterRule, value: string, bare: (text: string) => FilterValue): FilterValue {
  const trimmed = value.trim()
  const isQuoted = /^['"]/.test(trimmed)
  const text = isQuoted ? unquote(rule, trimmed) : trimmed
  const lookup = WHOLE_LOOKUP.exec(text)?.[1]?.trim()
  if (lookup) return { kind: 'lookup', name: lookup }
  if (holdsLookup(text)) throw refusal(rule, 'a lookup alone, not inside a text', VALUE_HINT)
  return isQuoted ? { kind: 'text', value: text } : bare(text)
}

function unquote(rule: FilterRule, quoted: string): string {
  const scanner = new Scanner(quoted, subject(rule))
  const text = readQuotedText(scanner)
  if (scanner.next !== '') throw scanner.error('nothing after the closing quote', VALUE_HINT)
  return text
}

/** The items of `(1,2)` or `1,2`, still in their quotes; a comma in quotes does not split. */
function splitList(rule: FilterRule, value: string): string[] {
  const trimmed = value.trim()
  const inner = /^\(.*\)$/s.test(trimmed) ? trimmed.slice(1, -1) : trimmed
  if (inner.trim() === '') return []
  const scanner = new Scanner(inner, subject(rule))
  const items: string[] = []
  do {
    const { position, next } = scanner.skipSpace()
    if (next === "'" || next === '"') readQuotedText(scanner)
    else scanner.take(/[^,]*/y)
    if (scanner.position === position) throw scanner.error('a value', VALUE_HINT)
    items.push(inner.slice(position, scanner.position))
  } while (scanner.skipSpace().takeCharacter(','))
  if (scanner.next !== '') throw scanner.error('a comma', VALUE_HINT)
  return items
}

function isList(value: RuleValue | undefined): value is readonly (string | number)[] {
  return Array.isArray(value)
}

function refusal(rule: FilterRule, expected: string, hint: string) {
  return filterError(`${subject(rule)}: expected ${expected}.`, { position: null, expected, hint })
}

function subject({ name, operator }: FilterRule): string {
  return `Invalid row filter on '${excerpt(name.trim(), 60)}' with operator '${excerpt(operator, 60)}'`
}
