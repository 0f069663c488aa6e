import { splitAtCommas, splitBefore, type Token, textOf, tokensOf } from './sql-tokens.ts'

/** A column as its table's text defines it. */
export interface ColumnText {
  readonly name: string
  /** Name and type as they stand. */
  readonly head: string
  readonly clauses: readonly Clause[]
}

/** A constraint or another clause: `NOT NULL`, `CONSTRAINT x REFERENCES y (z) ON DELETE CASCADE`. */
export interface Clause {
  /** The word it begins with, after its name. */
  readonly kind: string
  /** The columns in its first parentheses. */
  readonly columns: readonly string[]
  readonly text: string
}

/** The text of a `CREATE TABLE` in its parts (sqlite.org/lang_createtable.html). */
export interface TableText {
  readonly columns: readonly ColumnText[]
  readonly constraints: readonly Clause[]
  /** Behind the parentheses: `WITHOUT ROWID, STRICT`. */
  readonly options: string
}

/** Undefined for text that is no plain table with a list of columns. */
export function parseTable(sql: string): TableText | undefined {
  const tokens = tokensOf(sql)
  const open = tokens.findIndex(({ text }) => text === '(')
  const close = closingOf(tokens, open)
  if (
    tokens[0]?.text !== 'CREATE' ||
    tokens.slice(0, Math.max(open, 0)).some(({ text }) => text === 'VIRTUAL')
  )
    return undefined
  if (open < 0 || close < 0) return undefined
  const items = splitAtCommas(tokens.slice(open + 1, close)).filter((item) => item.length > 0)
  const firstRule = items.findIndex(([first]) => isRule(first))
  const columns = firstRule < 0 ? items : items.slice(0, firstRule)
  const rules = firstRule < 0 ? [] : items.slice(firstRule)
  return {
    columns: columns.map((item) => columnText(sql, item)),
    constraints: rules.flatMap((item) => clausesOf(sql, splitBefore(item, beginsRule))),
    options: textOf(sql, tokens.slice(close + 1)),
  }
}

/** A quoted word is a name, whatever it says. */
function isRule(token: Token | undefined): boolean {
  return token !== undefined && RULES.has(token.text)
}

const RULES: ReadonlySet<string> = new Set(['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN'])

function beginsRule(tokens: readonly Token[], at: number): boolean {
  return isRule(tokens[at]) && !isNamed(tokens, at)
}

/** The name behind `CONSTRAINT`, or what stands behind that name: both go with it. */
function isNamed(tokens: readonly Token[], at: number): boolean {
  return tokens[at - 1]?.text === 'CONSTRAINT' || tokens[at - 2]?.text === 'CONSTRAINT'
}

function columnText(sql: string, item: readonly Token[]): ColumnText {
  const [head = [], ...rest] = splitBefore(item, beginsClause)
  return { name: item[0]?.name ?? '', head: textOf(sql, head), clauses: clausesOf(sql, rest) }
}

const CLAUSES: ReadonlySet<string> = new Set([
  'CONSTRAINT',
  'PRIMARY',
  'NOT',
  'NULL',
  'UNIQUE',
  'CHECK',
  'DEFAULT',
  'COLLATE',
  'REFERENCES',
  'GENERATED',
  'AS',
])

function beginsClause(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]
  // The first is the column's name, whatever word that is.
  if (at === 0 || token === undefined || !CLAUSES.has(token.text) || isNamed(tokens, at)) return false
  switch (tokens[at - 1]?.text) {
    case 'NOT': // NOT NULL
    case 'DEFAULT': // DEFAULT NULL
    case 'SET': // ON DELETE SET NULL, SET DEFAULT
    case 'ALWAYS': // GENERATED ALWAYS AS
    case 'COLLATE':
    case 'REFERENCES':
      return false
    default:
      return true
  }
}

function clausesOf(sql: string, parts: readonly (readonly Token[])[]): Clause[] {
  return parts
    .filter((part) => part.length > 0)
    .map((part) => {
      const [first, , third] = part
      const kind = (first?.text === 'CONSTRAINT' ? third?.text : first?.text) ?? ''
      const open = part.findIndex(({ text }) => text === '(')
      const inside = open < 0 ? [] : part.slice(open + 1, closingOf(part, open))
      return {
        kind,
        columns: splitAtCommas(inside).flatMap(([name]) => name?.name ?? []),
        text: textOf(sql, part),
      }
    })
}

function closingOf(tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let at = Math.max(open, 0); at < tokens.length; at++) {
    if (tokens[at]?.text === '(') depth++
    if (tokens[at]?.text === ')') depth--
    if (depth === 0) return at
  }
  return -1
}
