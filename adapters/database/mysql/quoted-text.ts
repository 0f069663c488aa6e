/** A text in single quotes as the catalogue writes it: a quote is doubled, and a backslash begins what it escapes. */
const QUOTED = /'((?:[^'\\]|''|\\.)*)'/gs
const ONLY_QUOTED = /^'(?:[^'\\]|''|\\.)*'$/s

/** `'a','it''s'` → `a` and `it's`. */
export function quotedTexts(list: string): string[] {
  return [...list.matchAll(QUOTED)].map(([, inner = '']) => unescaped(inner))
}

/** The text of a single literal; nothing when it is anything else. */
export function quotedText(literal: string): string | undefined {
  return ONLY_QUOTED.test(literal) ? quotedTexts(literal)[0] : undefined
}

/** What stands for another character after a backslash (MySQL 8.4 manual, table "Special Character Escape Sequences"). */
const ESCAPED: Readonly<Record<string, string>> = {
  '0': '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\x1a',
}

function unescaped(inner: string): string {
  return inner.replaceAll(/''|\\(.)/gs, (_whole, escaped: string | undefined) =>
    escaped === undefined ? "'" : (ESCAPED[escaped] ?? escaped),
  )
}
