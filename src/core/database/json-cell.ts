import type { Json } from './value.ts'

const QUOTE = 34
const COMMA = 44
const OPEN_LIST = 91
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const BACKSLASH = 92

/** Whether the value that starts here is an object or a list. */
export function isNested(json: string, start: number): boolean {
  const first = json.charCodeAt(start)
  return first === OPEN_LIST || first === OPEN_OBJECT
}

/** Behind the value that starts here in valid JSON without spaces around it; undefined where there is none. */
export function endOfValue(json: string, start: number): number | undefined {
  const first = json.charCodeAt(start)
  if (first === QUOTE) return endOfText(json, start)
  if (first === OPEN_LIST || first === OPEN_OBJECT) return endOfNested(json, start)
  let end = start + 1
  for (let code = json.charCodeAt(end); !isEnd(code); code = json.charCodeAt(++end))
    if (Number.isNaN(code)) return undefined
  return end
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

/** What the text of a value says; null for an object or a list. */
export function plainValue(text: string): Exclude<Json, object> | null {
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

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['null', null],
  ['true', true],
  ['false', false],
])
