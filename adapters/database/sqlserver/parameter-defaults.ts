/**
 * The defaults of a routine's parameters, by `@name` in small letters. The catalogue tells those of routines of the CLR alone
 * (learn.microsoft.com, "sys.parameters"), so they are read from the routine's text; nothing where the text is not there.
 */
export function defaultsOf(text: string): ReadonlyMap<string, string> {
  const tokens = tokensOf(text)
  const defaults = new Map<string, string>()
  let at = firstParameter(tokens)
  while (tokens[at]?.startsWith('@')) {
    const end = endOf(tokens, at)
    const value = defaultIn(tokens.slice(at + 1, end))
    if (value !== '') defaults.set((tokens[at] ?? '').toLowerCase(), value)
    if (tokens[end] !== ',') break
    at = end + 1
  }
  return defaults
}

/** Texts, names in brackets or quotes, parameters, numbers, words and signs. */
const TOKEN =
  /\s+|--[^\n]*|N?'(?:[^']|'')*'|\[(?:[^\]]|\]\])*\]|"(?:[^"]|"")*"|0x[0-9a-f]*|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|[@#\p{L}_][\p{L}\p{N}_@#$]*|./giuy

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = []
  let at = 0
  while (at < text.length) {
    if (text.startsWith('/*', at)) {
      at = afterComment(text, at)
      continue
    }
    TOKEN.lastIndex = at
    const [token = ''] = TOKEN.exec(text) ?? []
    if (token === '') break
    at += token.length
    if (!/^(\s|--)/.test(token)) tokens.push(token)
  }
  return tokens
}

/** Comments of this kind may hold others. */
function afterComment(text: string, start: number): number {
  let depth = 0
  let at = start
  do {
    if (text.startsWith('/*', at)) depth++
    else if (text.startsWith('*/', at)) depth--
    else {
      at++
      continue
    }
    at += 2
  } while (depth > 0 && at < text.length)
  return at
}

/** Behind `create or alter procedure "a"."b"; 1 (`. */
function firstParameter(tokens: readonly string[]): number {
  let at = tokens.findIndex((token) => /^(proc|procedure|function)$/i.test(token)) + 2
  while (tokens[at] === '.') at += 2
  if (tokens[at] === ';') at += 2
  return tokens[at] === '(' ? at + 1 : at
}

/** Where a parameter ends: at the comma, at the end of the list, or at what follows it. `AS` may stand before the type. */
function endOf(tokens: readonly string[], start: number): number {
  let depth = 0
  for (let at = start + 1; at < tokens.length; at++) {
    const token = tokens[at] ?? ''
    if (token === '(') depth++
    else if (depth > 0 && token === ')') depth--
    else if (depth === 0 && (token === ',' || token === ')' || isNext(token, at - start))) return at
  }
  return tokens.length
}

function isNext(token: string, place: number): boolean {
  return /^(with|for|returns)$/i.test(token) || (place > 1 && /^as$/i.test(token))
}

/** `int = -1 output` → `-1`; empty where there is none. */
function defaultIn(tokens: readonly string[]): string {
  const start = tokens.indexOf('=')
  if (start < 0) return ''
  const value = tokens.slice(start + 1)
  const end = value.findIndex((token) => /^(out|output|readonly)$/i.test(token))
  return value.slice(0, end < 0 ? undefined : end).join('')
}
