import type { FilterValue } from '../core/filter.ts'
import { filterError } from './filter-error.ts'
import { CONNECTIVE, NAME_CHARACTER, QUOTE_HINT, type Scanner, WORD } from './scanner.ts'

interface ValueContext {
  /** A comma ends the value. */
  readonly inList?: boolean
  /** The value is a text to find: a bare `5`, `true` or `null` is text as well. */
  readonly asText?: boolean
}

const PARAM = new RegExp(`:${NAME_CHARACTER}+`, 'y')
const LOOKUP = /\{[^{}]*\}/y
const NUMBER = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?$/i
const COMPARISON_SIGN = /[=<>]/y
const EMBEDDED_LOOKUP = /\{[\w.()]+\}/
const SPACE = /\s/
const LITERAL_HINT =
  'Subqueries, functions and fields on the right side are not supported. Compare with one value: ' +
  "id = 5, name = 'Paris' or name = :name."

/** Reads one value after an operator. Throws `bad_request` when there is none. */
export function readValue(scanner: Scanner, context: ValueContext = {}): FilterValue {
  scanner.skipSpace()
  const { next } = scanner
  if (next === '(') return readParenthesised(scanner, context)
  if (next === "'" || next === '"') return { kind: 'text', value: readQuotedText(scanner) }
  if (next === '{') return readLookup(scanner)
  const param = scanner.take(PARAM)
  if (param !== undefined) return { kind: 'param', name: param.slice(1) }
  const bare = readBare(scanner, context)
  return context.asText ? { kind: 'text', value: bare } : bareLiteral(bare)
}

/** Reads `(value, value, …)`, at least one. */
export function readList(scanner: Scanner): readonly FilterValue[] {
  const { position } = scanner.skipSpace()
  const opened = scanner.takeCharacter('(')
  if (!opened || scanner.skipSpace().next === ')') throw listError(position)
  const values: FilterValue[] = []
  do values.push(readValue(scanner, { inList: true }))
  while (scanner.skipSpace().takeCharacter(','))
  if (!scanner.takeCharacter(')')) throw scanner.error('a comma or a closing parenthesis', QUOTE_HINT)
  return values
}

/**
 * Reads `'text'` or `"text"`. A quote between two letters cannot be the closing one, so `'O'Neil'` is O'Neil; only AND
 * and OR may touch the closing quote. A backslash is no escape and is refused where it looks like one.
 */
export function readQuotedText(scanner: Scanner): string {
  return scanner.takeQuoted(scanner.next, (at) => {
    if (!scanner.sees(WORD, at + 1) || scanner.sees(CONNECTIVE, at + 1)) return false
    if (scanner.text.charAt(at - 1) === '\\')
      throw scanner.error('a doubled quote (a backslash is no escape)', QUOTE_HINT, at - 1)
    return scanner.sees(WORD, at - 1)
  })
}

/** What a text without quotes means: a number, boolean, null, or itself. */
export function bareLiteral(text: string): FilterValue {
  if (NUMBER.test(text)) return { kind: 'number', value: text }
  const word = text.toLowerCase()
  if (word === 'null') return { kind: 'null' }
  if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true' }
  return { kind: 'text', value: text }
}

/** A value that was given as data; undefined for a number that is none. */
export function literal(value: string | number | boolean | null): FilterValue | undefined {
  if (value === null) return { kind: 'null' }
  if (typeof value === 'string') return { kind: 'text', value }
  if (typeof value === 'boolean') return { kind: 'boolean', value }
  return Number.isFinite(value) ? { kind: 'number', value: String(value) } : undefined
}

/** A lookup inside a longer text: the original pasted its value in, which cannot be bound. */
export function holdsLookup(text: string): boolean {
  return EMBEDDED_LOOKUP.test(text)
}

function readLookup(scanner: Scanner): FilterValue {
  const start = scanner.position
  const name = scanner.take(LOOKUP)?.slice(1, -1).trim()
  if (name) return { kind: 'lookup', name }
  throw scanner.error(
    'a lookup',
    "For example owner = {user.id}. Quote a text with braces: note = '{x'.",
    start,
  )
}

/** `(5)` is 5 and `('x')` is x; anything else in parentheses was pasted into SQL once and is refused. */
function readParenthesised(scanner: Scanner, { asText = false }: ValueContext): FilterValue {
  scanner.takeCharacter('(')
  const { position, next } = scanner.skipSpace()
  if (next === '(') throw scanner.error('one literal', LITERAL_HINT)
  const value = readValue(scanner)
  const written = scanner.text.slice(position, scanner.position).trim()
  const isQuoted = next === "'" || next === '"'
  if (!scanner.skipSpace().takeCharacter(')') || (value.kind === 'text' && !isQuoted))
    throw scanner.error('one literal in the parentheses', LITERAL_HINT, position)
  return asText && value.kind !== 'param' && value.kind !== 'lookup' && !isQuoted
    ? { kind: 'text', value: written }
    : value
}

/**
 * Reads text without quotes: up to AND, OR, a parenthesis that closes more than it opened, a comma in a list, or the
 * end. A single word may be AND or OR itself (`state = OR`) and may hold comparison signs (`url = /a?b=c`).
 */
function readBare(scanner: Scanner, { inList = false }: ValueContext): string {
  const start = scanner.position
  if (scanner.sees(COMPARISON_SIGN) || scanner.text.startsWith('!=', start))
    throw scanner.error('a value', QUOTE_HINT)
  const startsWithKeyword = scanner.take(/(?:and|or|nor|xor)(?=[\s),]|$)/iy) !== undefined
  const keywordEnd = scanner.position
  const sign = skipBare(scanner, inList)
  const bare = scanner.text.slice(start, scanner.position).trim()
  if (bare === '' || (startsWithKeyword && start + bare.length > keywordEnd))
    throw scanner.error('a value', QUOTE_HINT, start)
  if (sign !== undefined && SPACE.test(bare))
    throw scanner.error('AND, OR or the end of the value', `Is AND missing? ${QUOTE_HINT}`, sign)
  if (holdsLookup(bare))
    throw scanner.error('a lookup alone or a text in quotes', 'For example owner = {user.id}.', start)
  return bare
}

/** Moves to the end of a bare text; returns the position of the first comparison sign in it. */
function skipBare(scanner: Scanner, inList: boolean): number | undefined {
  let sign: number | undefined
  const opened: number[] = []
  while (scanner.skipSpace().next !== '') {
    const { next, position } = scanner
    if (next === ')' && opened.length === 0) break
    if (next === ',' && inList && opened.length === 0) break
    if (isAfterBreak(scanner) && scanner.sees(CONNECTIVE)) break
    if (next === '(') opened.push(position)
    if (next === ')') opened.pop()
    if (scanner.sees(COMPARISON_SIGN)) sign ??= position
    if (scanner.take(WORD) === undefined) scanner.position += 1
  }
  const unclosed = opened[0]
  if (unclosed !== undefined) throw scanner.error('a parenthesis that closes this one', QUOTE_HINT, unclosed)
  return sign
}

/** A keyword begins after a space or a parenthesis; `&&` and `||` need neither. */
function isAfterBreak({ text, position, next }: Scanner): boolean {
  return next === '&' || next === '|' || /[\s)]/.test(text.charAt(position - 1))
}

function listError(position: number) {
  return filterError('Filter value lists must be wrapped in parentheses.', {
    position,
    expected: 'a list of values in parentheses',
    hint: "For example id in (1, 2, 3) or city not in ('Paris', 'New York').",
  })
}
