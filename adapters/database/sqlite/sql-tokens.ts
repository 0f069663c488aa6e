/** A piece of SQL text: a bare word, a quoted name, a string, a number, or a sign. Comments and blanks are between them. */
export interface Token {
  /** Of a bare word in upper case; of anything else as it stands. */
  readonly text: string
  /** What a name is without its quotes; undefined for what is no name. */
  readonly name: string | undefined
  readonly start: number
  readonly end: number
}

const PATTERN =
  /\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'|"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|\[([^\]]*)\]|([A-Za-z_\u0080-\u{10ffff}$][\w$\u0080-\u{10ffff}]*)|[\d.][\w.]*|[\s\S]/gu

/** The tokens of a statement (sqlite.org/lang_keywords.html, lang_comment.html). */
export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = []
  for (const match of sql.matchAll(PATTERN)) {
    const [text, double, back, bracket, word] = match
    if (/^(\s|--|\/\*)/.test(text)) continue
    const start = match.index
    tokens.push({
      text: word === undefined ? text : word.toUpperCase(),
      name:
        double?.replaceAll('""', '"') ??
        back?.replaceAll('``', '`') ??
        bracket ??
        word ??
        (text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : undefined),
      start,
      end: start + text.length,
    })
  }
  return tokens
}

/** The tokens cut at each comma outside of parentheses. */
export function splitAtCommas(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token.text === '(') depth++
    if (token.text === ')') depth--
    if (token.text === ',' && depth === 0) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts
}

/** The tokens cut before each one that begins something, outside of parentheses; what comes before the first is in front. */
export function splitBefore(
  tokens: readonly Token[],
  begins: (tokens: readonly Token[], at: number) => boolean,
): Token[][] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const [at, token] of tokens.entries()) {
    if (depth === 0 && begins(tokens, at)) parts.push([])
    if (token.text === '(') depth++
    if (token.text === ')') depth--
    parts.at(-1)?.push(token)
  }
  return parts
}

/** The text that tokens stand in, from the first to the last. */
export function textOf(sql: string, tokens: readonly Token[]): string {
  const [first] = tokens
  const last = tokens.at(-1)
  return first && last ? sql.slice(first.start, last.end) : ''
}
