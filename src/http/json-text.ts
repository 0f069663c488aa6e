import { AppError } from '../core/errors.ts'
import { JsonReader } from '../core/json-reader.ts'

/** Deeper bodies are refused: nobody means them, and walking them would exhaust the stack. */
const DEEPEST = 200

/** What `JSON.parse` gets wrong for us: numbers a double cannot hold, and keys that poison prototypes (also escaped). */
const NEEDS_CARE = /[\d.]{16}|\de[+-]?\d{3}|__proto__|\\u00[567]/i

/**
 * JSON text → value. Integers outside ±(2^53 − 1), and decimals with more digits than a double keeps, come as strings with
 * every digit (core/exact-json.ts). Throws `bad_request` with line, column and byte position in the message and the context.
 */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    // Each level takes two characters at least.
    const mayBeDeep = text.length > 2 * DEEPEST
    if (!NEEDS_CARE.test(text) && !(mayBeDeep && isDeeperThan(value, DEEPEST))) return value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  const read = new JsonReader(text, DEEPEST).read()
  if ('fault' in read) throw notJson(text, read.fault, read.at)
  return read.value
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some((item) => isDeeperThan(item, levels - 1))
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
