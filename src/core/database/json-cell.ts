import type { Json } from './value.ts'

const QUOTE = 34
const COMMA = 44
const OPEN_LIST = 91
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const BACKSLASH = 92
const SPACE = 32
const DASH = 45
const ZERO = 48
const NINE = 57

/** Behind the value that starts here in valid JSON without spaces around it; undefined where there is none. */
export function endOfValue(json: string, start: number): number | undefined {
  const first = json.charCodeAt(start)
  if (first === QUOTE) return endOfText(json, start)
  if (first === OPEN_LIST || first === OPEN_OBJECT) return endOfNested(json, start)
  if (!beginsWord(first)) return undefined
  let end = start + 1
  for (let code = json.charCodeAt(end); !isEnd(code); code = json.charCodeAt(++end))
    if (!(code > SPACE)) return undefined
  return end
}

/**
 * Whether a number, true, false or null begins with this character. Documents may have been stored with spaces around them: what
 * follows those is not taken for a member of the row.
 */
export function beginsWord(code: number): boolean {
  return (code >= ZERO && code <= NINE) || code === DASH || code === 0x6e || code === 0x74 || code === 0x66
}

function isEnd(code: number): boolean {
  return code === COMMA || code === CLOSE_OBJECT || code === CLOSE_LIST
}

/** A quote ends the text unless the backslashes before it are odd in number. */
function endOfText(json: string, start: number): number | undefined {
  for (let at = json.indexOf('"', start + 1); at > 0; at = json.indexOf('"', at + 1)) {
    let slashes = 0
    while (json.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return at + 1
  }
  return undefined
}

function endOfNested(json: string, start: number): number | undefined {
  let depth = 0
  for (let at = start; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) {
      const end = endOfText(json, at)
      if (end === undefined) return undefined
      at = end - 1
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) depth++
    else if ((code === CLOSE_LIST || code === CLOSE_OBJECT) && --depth === 0) return at + 1
  }
  return undefined
}

/** What stands from here to there; null for an object or a list. */
export function plainValue(json: string, start: number, end: number): Exclude<Json, object> | null {
  const number = smallNumber(json, start, end)
  if (number !== undefined) return number
  const text = json.slice(start, end)
  switch (text.charCodeAt(0)) {
    case QUOTE:
      return text.includes('\\') ? JSON.parse(text) : text.slice(1, -1)
    case OPEN_LIST:
    case OPEN_OBJECT:
      return null
    default:
      return WORDS.has(text) ? (WORDS.get(text) ?? null) : Number(text)
  }
}

/** Most keys are whole numbers of a few digits. */
function smallNumber(json: string, start: number, end: number): number | undefined {
  if (end - start > SMALL_DIGITS) return undefined
  let number = 0
  for (let at = start; at < end; at++) {
    const digit = json.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9) return undefined
    number = number * 10 + digit
  }
  return number
}

const SMALL_DIGITS = 9

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['null', null],
  ['true', true],
  ['false', false],
])
