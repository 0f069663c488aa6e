import { type AggregateExpression, type Expression, FUNCTIONS, type FunctionName } from './expression.ts'
import { AGGREGATE_FUNCTIONS } from './query.ts'

/** Why a text is no expression, for the one who wrote it. */
export class NotAnExpression {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}

/** A column by what the text calls it; undefined when there is none. */
export type ColumnLookup = (name: string) => string | undefined

const LONGEST = 2_000
const DEEPEST = 20
const TOKENS =
  /\s+|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|(\{value\})|(\d+(?:\.\d+)?)|([\p{L}_][\p{L}\p{N}_$]*)|(\|\||[(),+*/-])|([\s\S])/giu

interface Token {
  readonly kind: 'text' | 'name' | 'quoted' | 'value' | 'number' | 'sign' | 'other'
  readonly text: string
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  for (const [all, string, double, back, value, number, name, sign] of text.matchAll(TOKENS)) {
    if (/^\s+$/.test(all)) continue
    if (string !== undefined) tokens.push({ kind: 'text', text: string.replaceAll("''", "'") })
    else if (double !== undefined) tokens.push({ kind: 'quoted', text: double.replaceAll('""', '"') })
    else if (back !== undefined) tokens.push({ kind: 'quoted', text: back.replaceAll('``', '`') })
    else if (value !== undefined) tokens.push({ kind: 'value', text: value })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (name !== undefined) tokens.push({ kind: 'name', text: name })
    else tokens.push({ kind: sign === undefined ? 'other' : 'sign', text: all })
  }
  return tokens
}

/**
 * The text of a field's function as an expression: functions of the list, columns of the table, `{value}`, literals, `+ - * /` and
 * `||`. Nothing of the text is ever SQL.
 */
export function parseExpression(text: string, columnOf: ColumnLookup): Expression | NotAnExpression {
  if (text.length > LONGEST) return new NotAnExpression(`At most ${LONGEST} characters.`)
  const reader = new Reader(tokensOf(text), columnOf)
  const expression = reader.sum(0)
  if (expression instanceof NotAnExpression) return expression
  return reader.end() ?? expression
}

/** `COUNT(*)`, `SUM(total)`: one aggregate of one column. */
export function parseAggregate(text: string, columnOf: ColumnLookup): AggregateExpression | NotAnExpression {
  const tokens = tokensOf(text)
  const [name, open, field, close] = tokens
  const wanted = AGGREGATE_FUNCTIONS.find((known) => known === name?.text.toUpperCase())
  if (!wanted || open?.text !== '(' || close?.text !== ')' || !field || tokens.length !== 4)
    return new NotAnExpression(`One of ${AGGREGATE_FUNCTIONS.join(', ')} over one field, as in SUM(total).`)
  if (field.text === '*' && field.kind === 'sign' && wanted === 'COUNT')
    return { function: wanted, column: '*' }
  const column = columnOf(field.text)
  return column === undefined ? unknownColumn(field.text) : { function: wanted, column }
}

class Reader {
  readonly #tokens: readonly Token[]
  readonly #columnOf: ColumnLookup
  #at = 0

  constructor(tokens: readonly Token[], columnOf: ColumnLookup) {
    this.#tokens = tokens
    this.#columnOf = columnOf
  }

  end(): NotAnExpression | undefined {
    const token = this.#tokens[this.#at]
    return token && new NotAnExpression(`'${token.text.slice(0, 40)}' is not expected.`)
  }

  sum(depth: number): Expression | NotAnExpression {
    return this.#chain(['+', '-', '||'], () => this.#product(depth))
  }

  #product(depth: number): Expression | NotAnExpression {
    return this.#chain(['*', '/'], () => this.#operand(depth))
  }

  #chain(signs: readonly string[], next: () => Expression | NotAnExpression): Expression | NotAnExpression {
    let left = next()
    for (let sign = this.#sign(signs); sign !== undefined; sign = this.#sign(signs)) {
      if (left instanceof NotAnExpression) return left
      const right = next()
      if (right instanceof NotAnExpression) return right
      left = joined(sign, left, right)
    }
    return left
  }

  #sign(signs: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'sign' || !signs.includes(token.text)) return undefined
    this.#at++
    return token.text
  }

  #operand(depth: number): Expression | NotAnExpression {
    if (depth > DEEPEST) return new NotAnExpression('It is nested too deep.')
    const token = this.#tokens[this.#at++]
    switch (token?.kind) {
      case 'text':
        return token.text.includes('\u0000')
          ? new NotAnExpression('Text holds no U+0000.')
          : { kind: 'text', text: token.text }
      case 'number':
        return { kind: 'number', digits: token.text }
      case 'value':
        return { kind: 'value' }
      case 'quoted':
        return this.#column(token.text)
      case 'name':
        return this.#named(token.text, depth)
      case 'sign':
        if (token.text === '(') return this.#parentheses(depth)
        break
    }
    return new NotAnExpression(token ? `'${token.text.slice(0, 40)}' is not expected.` : 'It ends too early.')
  }

  #parentheses(depth: number): Expression | NotAnExpression {
    const inside = this.sum(depth + 1)
    if (inside instanceof NotAnExpression) return inside
    return this.#sign([')']) ? inside : new NotAnExpression("A ')' is missing.")
  }

  #named(name: string, depth: number): Expression | NotAnExpression {
    if (this.#sign(['('])) return this.#call(name, depth)
    if (name.toLowerCase() === 'null') return { kind: 'null' }
    return this.#column(name)
  }

  #column(name: string): Expression | NotAnExpression {
    const column = this.#columnOf(name)
    return column === undefined ? unknownColumn(name) : { kind: 'column', column }
  }

  #call(name: string, depth: number): Expression | NotAnExpression {
    const wanted = functionNamed(name)
    if (!wanted)
      return new NotAnExpression(`'${name.slice(0, 40)}' is none of ${Object.keys(FUNCTIONS).join(', ')}.`)
    const list: Expression[] = []
    do {
      const argument = this.sum(depth + 1)
      if (argument instanceof NotAnExpression) return argument
      list.push(argument)
    } while (this.#sign([',']))
    if (!this.#sign([')'])) return new NotAnExpression("A ')' is missing.")
    const [least, most] = FUNCTIONS[wanted]
    if (list.length < least || list.length > most)
      return new NotAnExpression(
        `${wanted} takes ${least === most ? least : `${least} to ${most}`} arguments.`,
      )
    return { kind: 'call', function: wanted, arguments: list }
  }
}

/** Other engines' words for the same. */
const SYNONYMS: Readonly<Record<string, FunctionName>> = {
  SUBSTRING: 'SUBSTR',
  CHAR_LENGTH: 'LENGTH',
  IFNULL: 'COALESCE',
  CEILING: 'CEIL',
}

function functionNamed(name: string): FunctionName | undefined {
  const upper = name.toUpperCase()
  const synonym = Object.hasOwn(SYNONYMS, upper) ? SYNONYMS[upper] : undefined
  if (synonym) return synonym
  return isFunction(upper) ? upper : undefined
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name)
}

function joined(sign: string, left: Expression, right: Expression): Expression {
  switch (sign) {
    case '+':
    case '-':
    case '*':
    case '/':
      return { kind: 'calculation', op: sign, left, right }
    default:
      return { kind: 'call', function: 'CONCAT', arguments: [left, right] }
  }
}

function unknownColumn(name: string): NotAnExpression {
  return new NotAnExpression(`'${name.slice(0, 60)}' is no field of the table.`)
}
