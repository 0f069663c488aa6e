import { AppError } from '../core/errors.ts'
import { JsonReader } from '../core/json-reader.ts'

/** Deeper bodies are refused: nobody means them, and walking them would exhaust the stack. */
const DEEPEST = 200

/** What `JSON.parse` gets wrong for us: numbers a double cannot hold, and keys that poison prototypes (also escaped). */
const NEEDS_CARE = /\d[eE][+-]?\d{3}|__proto__|\\u00[567]/i
/** So many digits, and a point among them, may be more than a double holds. */
const LONG_NUMBER = 16

/**
 * JSON text → value. Integers outside ±(2^53 − 1), and decimals with more digits than a double keeps, come as strings with
 * every digit (core/exact-json.ts). Throws `bad_request` with line, column and byte position in the message and the context.
 */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    const isFlat = typeof value !== 'object' || value === null
    // Each level takes two characters at least.
    const mayBeDeep = text.length > 2 * DEEPEST
    if (!needsCare(text) && (isFlat || !mayBeDeep || !isDeeperThan(value, DEEPEST))) return value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  const read = new JsonReader(text, DEEPEST).read()
  if ('fault' in read) throw notJson(text, read.fault, read.at)
  return read.value
}

function needsCare(text: string): boolean {
  return hasLongNumber(text) || NEEDS_CARE.test(text)
}

/** A run so long has a character at one of the places looked at: a pattern would look at all of them. */
function hasLongNumber(text: string): boolean {
  for (let at = LONG_NUMBER - 1; at < text.length; at += LONG_NUMBER) {
    if (!isOfNumber(text, at)) continue
    let from = at
    while (from > 0 && isOfNumber(text, from - 1)) from--
    let to = at + 1
    while (to < text.length && isOfNumber(text, to)) to++
    if (to - from >= LONG_NUMBER) return true
  }
  return false
}

/** A digit or a point. */
function isOfNumber(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return (code >= ZERO && code <= NINE) || code === POINT
}

const ZERO = 0x30
const NINE = 0x39
const POINT = 0x2e

function isDeeperThan(value: object, levels: number): boolean {
  if (levels === 0) return true
  for (const inner of Array.isArray(value) ? value : Object.values(value))
    if (typeof inner === 'object' && inner !== null && isDeeperThan(inner, levels - 1)) return true
  return false
}

function notJson(text: string, fault: string, at: number): AppError {
  const before = text.slice(0, at)
  const line = before.split('\n').length
  const column = at - before.lastIndexOf('\n')
  const position = Buffer.byteLength(before)
  return new AppError(
    'bad_request',
    `The request body is not valid JSON: ${fault} at line ${line}, column ${column} (byte ${position}).`,
    {
      context: { line, column, position },
    },
  )
}
