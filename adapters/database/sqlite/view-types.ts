import type { ColumnType } from './column-type.ts'

/**
 * Types of a view's computed columns. SQLite knows none for them, and a wrong one changes how filters compare, so it is
 * read from the view's own text. What stays unclear is a string: its values are shown as they are.
 */
export function viewColumnTypes(
  sql: string,
  columns: readonly string[],
  typeOfColumn: (name: string) => ColumnType | undefined,
): ReadonlyMap<string, ColumnType> {
  const { names, items } = selectList(tokens(sql))
  const types = new Map<string, ColumnType>()
  const hasStar = items.some((item) => item.at(-1) === '*')
  for (const [index, item] of items.entries()) {
    // `*` stands for any number of columns: behind it only an alias tells which column is meant.
    const name = hasStar ? aliasOf(item) : (names[index] ?? columns[index])
    const type = name !== undefined && typeOfExpression(withoutAlias(item), typeOfColumn)
    if (name !== undefined && type) types.set(name.toLowerCase(), type)
  }
  return types
}

type Token = string

const TOKEN =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\/|[\p{L}\p{N}_$.]+|\|\||[<>!=]=|<>|\S/gu

function tokens(sql: string): Token[] {
  return (sql.match(TOKEN) ?? []).filter((token) => !token.startsWith('--') && !token.startsWith('/*'))
}

/** Names given after the view's own name, and the expressions of its first outermost select. */
function selectList(all: readonly Token[]): { names: readonly string[]; items: readonly Token[][] } {
  const as = all.findIndex((token, at) => is(token, 'as') && depthAt(all, at) === 0)
  const open = all.slice(0, as).indexOf('(')
  const names =
    open < 0
      ? []
      : all
          .slice(open + 1, as - 1)
          .filter((token) => token !== ',')
          .map(unquoted)
  const body = all.slice(as + 1)
  const select = body.findIndex((token, at) => is(token, 'select') && depthAt(body, at) === 0)
  const items: Token[][] = [[]]
  let depth = 0
  for (const token of select < 0 ? [] : body.slice(select + 1)) {
    if (token === '(') depth++
    if (token === ')') depth--
    if (depth === 0 && (is(token, 'from') || is(token, 'union') || token === ';')) break
    if (depth === 0 && token === ',') items.push([])
    else if (!(items.length === 1 && items[0]?.length === 0 && (is(token, 'distinct') || is(token, 'all')))) {
      items.at(-1)?.push(token)
    }
  }
  return { names, items }
}

function depthAt(all: readonly Token[], at: number): number {
  return (
    all.slice(0, at).filter((token) => token === '(').length -
    all.slice(0, at).filter((token) => token === ')').length
  )
}

function is(token: Token | undefined, word: string): boolean {
  return token?.toLowerCase() === word
}

function unquoted(token: Token): string {
  return /^["`[]/.test(token) ? token.slice(1, -1).replaceAll('""', '"') : token
}

/** The alias after AS, or a bare name after an expression. */
function aliasOf(item: readonly Token[]): string | undefined {
  const last = item.at(-1)
  const before = item.at(-2)
  if (last === undefined || before === undefined || !/^[\p{L}_"`[]/u.test(last)) return undefined
  return is(before, 'as') || before === ')' || /^[\p{L}\p{N}_"`'\]]/u.test(before)
    ? unquoted(last)
    : undefined
}

function withoutAlias(item: readonly Token[]): readonly Token[] {
  if (is(item.at(-2), 'as')) return item.slice(0, -2)
  return is(item.at(-1), 'end') || aliasOf(item) === undefined ? item : item.slice(0, -1)
}

const INTEGER: ColumnType = { type: 'integer', dbType: 'integer' }
const DECIMAL: ColumnType = { type: 'decimal', dbType: 'decimal' }
const TEXT: ColumnType = { type: 'text', dbType: 'text' }

const BY_FUNCTION: Readonly<Record<string, ColumnType>> = {
  count: INTEGER,
  length: INTEGER,
  instr: INTEGER,
  unicode: INTEGER,
  row_number: INTEGER,
  rank: INTEGER,
  dense_rank: INTEGER,
  sum: DECIMAL,
  total: DECIMAL,
  avg: DECIMAL,
  round: DECIMAL,
  julianday: DECIMAL,
  upper: TEXT,
  lower: TEXT,
  substr: TEXT,
  substring: TEXT,
  trim: TEXT,
  ltrim: TEXT,
  rtrim: TEXT,
  replace: TEXT,
  printf: TEXT,
  format: TEXT,
  hex: TEXT,
  group_concat: TEXT,
  string_agg: TEXT,
  date: TEXT,
  time: TEXT,
  datetime: TEXT,
  strftime: TEXT,
  concat: TEXT,
  json_extract: TEXT,
  json_group_array: TEXT,
  json_object: TEXT,
  typeof: TEXT,
  quote: TEXT,
}
/** Their value is one of their arguments. */
const PASS_ON = new Set([
  'coalesce',
  'ifnull',
  'nullif',
  'min',
  'max',
  'abs',
  'first_value',
  'last_value',
  'lag',
  'lead',
])

function typeOfExpression(
  expression: readonly Token[],
  typeOfColumn: (name: string) => ColumnType | undefined,
): ColumnType | undefined {
  const again = (part: readonly Token[]) => typeOfExpression(part, typeOfColumn)
  const [first, second] = expression
  if (first === undefined) return undefined
  if (expression.length === 1) return typeOfSingle(first, typeOfColumn)
  if (expression.length === 3 && second === '.') return typeOfSingle(expression[2] ?? '', typeOfColumn)
  if (first === '(' && closing(expression, 0) === expression.length - 1) {
    const inner = expression.slice(1, -1)
    return is(inner[0], 'select') ? again(firstItem(inner.slice(1))) : again(inner)
  }
  if (is(first, 'case')) return again(between(expression, 'then', ['when', 'else', 'end']))
  const outer = expression.filter((_, at) => depthAt(expression, at) === 0)
  if (outer.includes('||')) return TEXT
  if (outer.slice(1).some((token) => /^[-+*/%]$/.test(token))) return DECIMAL
  if (second !== '(') return undefined
  const name = first.toLowerCase()
  if (name === 'cast') return undefined // SQLite tells the type of a cast itself
  return PASS_ON.has(name) ? again(firstItem(expression.slice(2, closing(expression, 1)))) : BY_FUNCTION[name]
}

function typeOfSingle(
  token: Token,
  typeOfColumn: (name: string) => ColumnType | undefined,
): ColumnType | undefined {
  if (token.startsWith("'")) return TEXT
  if (/^\d+$/.test(token)) return INTEGER
  if (/^[\d.]+(e\d+)?$/i.test(token)) return DECIMAL
  return typeOfColumn(unquoted(token.slice(token.lastIndexOf('.') + 1)))
}

/** Index of the parenthesis that closes the one at `open`. */
function closing(all: readonly Token[], open: number): number {
  let depth = 0
  for (let at = open; at < all.length; at++) {
    if (all[at] === '(') depth++
    if (all[at] === ')' && --depth === 0) return at
  }
  return all.length
}

/** Up to the first comma, FROM or end outside of parentheses. */
function firstItem(all: readonly Token[]): readonly Token[] {
  const end = all.findIndex((token, at) => (token === ',' || is(token, 'from')) && depthAt(all, at) === 0)
  return end < 0 ? all : all.slice(0, end)
}

function between(all: readonly Token[], start: string, ends: readonly string[]): readonly Token[] {
  const from = all.findIndex((token) => is(token, start)) + 1
  const length = all.slice(from).findIndex((token) => ends.includes(token.toLowerCase()))
  return all.slice(from, length < 0 ? undefined : from + length)
}
