import type { FieldName, FilterExpression } from '../core/filter.ts'
import { compare, type Operands } from './compare.ts'
import { filterError } from './filter-error.ts'
import { OPERATOR, OPERATOR_HINT, operatorSpelled } from './operators.ts'
import { readList, readValue } from './read-value.ts'
import { CONNECTIVE, NAME_CHARACTER, QUOTE_HINT, Scanner, WORD } from './scanner.ts'

const MOST_CHARACTERS = 65_536
const NOT = new RegExp(`not(?!${NAME_CHARACTER})`, 'iy')
const CLOSING_QUOTES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['`', '`'],
  ['[', ']'],
])
const CONNECTIVES: { readonly [op in 'and' | 'or']: readonly string[] } = {
  and: ['and', '&&'],
  or: ['or', '||'],
}
const REWRITTEN = {
  nor: 'For a = 1 nor b = 2 write not (a = 1 or b = 2).',
  xor: 'For a = 1 xor b = 2 write (a = 1 and not b = 2) or (not a = 1 and b = 2).',
}

/**
 * Filter text to an expression; undefined for blank text. Pure, linear in the length of the text.
 * Grammar (dreamfactory-rest.md §4.5, with NOT > AND > OR and optional parentheses):
 *
 *     or         = and { (OR | "||") and }
 *     and        = not { (AND | "&&") not }
 *     not        = NOT not | "(" or ")" | comparison
 *     comparison = field [NOT] operator [value | "(" value { "," value } ")" | value AND value]
 *
 * Canonical: an `and` has at least two members, none of them an `and`; likewise `or`. Each `not` that was written stays.
 * Throws `bad_request` with `{ position, expected }` for every other text.
 */
export function parseFilter(text: string): FilterExpression | undefined {
  if (text.trim() === '') return undefined
  if (text.length > MOST_CHARACTERS) throw tooLong(text)
  const scanner = new Scanner(text)
  const expression = readOr(scanner)
  if (scanner.skipSpace().next === '') return expression
  throw scanner.error('AND, OR or the end of the filter', QUOTE_HINT)
}

function readOr(scanner: Scanner): FilterExpression {
  return readGroup(scanner, 'or', () => readGroup(scanner, 'and', () => readNot(scanner)))
}

function readGroup(scanner: Scanner, op: 'and' | 'or', read: () => FilterExpression): FilterExpression {
  const first = read()
  if (!takeConnective(scanner, op)) return first
  const all: FilterExpression[] = []
  add(first)
  do add(read())
  while (takeConnective(scanner, op))
  return { op, all }

  function add(member: FilterExpression): void {
    if (member.op === op) for (const inner of member.all) all.push(inner)
    else all.push(member)
  }
}

function readNot(scanner: Scanner): FilterExpression {
  if (scanner.skipSpace().take(NOT) !== undefined)
    return { op: 'not', filter: scanner.nested(() => readNot(scanner)) }
  if (!scanner.takeCharacter('(')) return readComparison(scanner)
  const inside = scanner.nested(() => readOr(scanner))
  if (scanner.skipSpace().takeCharacter(')')) return inside
  throw scanner.error('AND, OR or a closing parenthesis', QUOTE_HINT)
}

function readComparison(scanner: Scanner): FilterExpression {
  const field = readField(scanner)
  const operator = operatorSpelled(scanner.skipSpace().take(OPERATOR) ?? '')
  if (operator === undefined) throw scanner.error('a comparison operator', OPERATOR_HINT)
  return compare(field, operator, operandsIn(scanner))
}

/** A quoted name, or words up to an operator: the first word is always part of the name, so `like = 5` has one. */
function readField(scanner: Scanner): FieldName {
  const { next, position } = scanner.skipSpace()
  const closing = CLOSING_QUOTES.get(next)
  const name = closing === undefined ? readBareName(scanner) : scanner.takeQuoted(closing)
  if (name === '') throw scanner.error('a field name', OPERATOR_HINT, position)
  return { name, position }
}

function readBareName(scanner: Scanner): string {
  const start = scanner.position
  let end = start
  while (!scanner.sees(CONNECTIVE) && (end === start || !scanner.sees(OPERATOR)) && scanner.take(WORD)) {
    end = scanner.position
    scanner.skipSpace()
  }
  return scanner.text.slice(start, end)
}

function operandsIn(scanner: Scanner): Operands {
  return {
    value: () => readValue(scanner),
    text: () => readValue(scanner, { asText: true }),
    list: () => readList(scanner),
    bounds: () => {
      const low = readValue(scanner)
      if (!takeConnective(scanner, 'and'))
        throw scanner.error('AND and the upper bound', 'For example total between 10 and 20.')
      return { low, high: readValue(scanner) }
    },
    none: () => undefined,
  }
}

function takeConnective(scanner: Scanner, wanted: keyof typeof CONNECTIVES): boolean {
  const { position } = scanner.skipSpace()
  const word = scanner.take(CONNECTIVE)?.toLowerCase()
  if (word === 'nor' || word === 'xor')
    throw scanner.error(`not, and, or (${word.toUpperCase()} is not supported)`, REWRITTEN[word], position)
  if (word !== undefined && CONNECTIVES[wanted].includes(word)) return true
  scanner.position = position
  return false
}

function tooLong(text: string) {
  return filterError(
    `Invalid or unparsable filter request: it has ${text.length} characters, at most ${MOST_CHARACTERS} are read.`,
    {
      position: MOST_CHARACTERS,
      expected: `at most ${MOST_CHARACTERS} characters`,
      hint: 'Ask in parts, or select records by ids instead of a long list: ids=1,2,3.',
    },
  )
}
