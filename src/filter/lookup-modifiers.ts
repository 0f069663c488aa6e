/** A lookup name taken apart: `trim(strtoupper(user.name))` is `user.name` with modifiers `[strtoupper, trim]`. */
interface LookupCall {
  readonly name: string
  /** Innermost first, the order in which they apply. */
  readonly modifiers: readonly string[]
}

type Modifier = (text: string) => string

// dreamfactory-rest.md §3.6. They act as in PHP 8.2 and newer: letters are the ASCII ones.
const MODIFIERS: ReadonlyMap<string, Modifier> = new Map<string, Modifier>([
  ['strtoupper', upper],
  ['strtolower', lower],
  ['ucfirst', (text) => upper(text.slice(0, 1)) + text.slice(1)],
  ['lcfirst', (text) => lower(text.slice(0, 1)) + text.slice(1)],
  ['ucwords', (text) => text.replace(/(?<=^|[ \t\r\n\f\v])[a-z]/g, upper)],
  ['trim', (text) => text.replace(/^[ \t\n\r\0\v]+/, '').replace(/(?<![ \t\n\r\0\v])[ \t\n\r\0\v]+$/, '')],
  ['urlencode', (text) => percentEncode(text, /[\w.-]/).replaceAll('%20', '+')],
  ['urldecode', (text) => percentDecode(text.replaceAll('+', ' '))],
  ['rawurlencode', (text) => percentEncode(text, /[\w.~-]/)],
  ['rawurldecode', percentDecode],
  ['base64_encode', (text) => Buffer.from(text).toString('base64')],
  ['base64_decode', (text) => Buffer.from(text, 'base64').toString()],
])

/** Some of them make a text longer, so a long chain of them could fill the memory. */
export const MOST_MODIFIERS = 8

/** The modifiers there are. */
export const MODIFIER_NAMES: readonly string[] = [...MODIFIERS.keys()]

/** Takes a lookup name apart; stops at `MOST_MODIFIERS` and leaves the rest as the name. */
export function splitLookup(lookup: string): LookupCall {
  const modifiers: string[] = []
  let name = lookup.trim()
  while (modifiers.length < MOST_MODIFIERS && name.endsWith(')') && name.includes('(')) {
    const open = name.indexOf('(')
    modifiers.unshift(name.slice(0, open).trim().toLowerCase())
    name = name.slice(open + 1, -1).trim()
  }
  return { name: name.toLowerCase(), modifiers }
}

/** The value after all modifiers; undefined for a name that is none of them. */
export function applyModifiers(text: string, modifiers: readonly string[]): string | undefined {
  return modifiers.reduce<string | undefined>((value, modifier) => {
    const apply = MODIFIERS.get(modifier)
    return value === undefined || apply === undefined ? undefined : apply(value)
  }, text)
}

function upper(text: string): string {
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase())
}

function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

function percentEncode(text: string, plain: RegExp): string {
  return Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte)
    return byte < 0x80 && plain.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
}

function percentDecode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString())
}
