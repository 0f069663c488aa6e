import type { Json } from './value.ts'

/** What stands before each value of a flat row, and around it. */
export interface RowMarks {
  /** `{"id":`, then `,"name":` */
  readonly keys: readonly string[]
  /** `},{"id":` */
  readonly between: string
}

export function rowMarks(fields: readonly string[]): RowMarks {
  const keys = fields.map((name, at) => `${at === 0 ? '{' : ','}${JSON.stringify(name)}:`)
  return { keys, between: `},${keys[0] ?? '{'}` }
}

/**
 * What some fields, by their numbers, hold in the last row of the compact JSON of a list; nothing else is made a value. Undefined where the row is not
 * flat, or has other fields than these.
 */
export function lastValues(
  json: string,
  { keys, between }: RowMarks,
  wanted: readonly number[],
): readonly Json[] | undefined {
  const before = json.lastIndexOf(between)
  let at = before < 0 ? 1 : before + 2
  const values: Json[] = []
  for (const [index, key] of keys.entries()) {
    if (!json.startsWith(key, at)) return undefined
    const from = at + key.length
    at = endOf(json, from)
    if (at < 0) return undefined
    const place = wanted.indexOf(index)
    if (place >= 0) values[place] = JSON.parse(json.slice(from, at))
  }
  // What begins inside of a row does not end with it.
  const isWhole = json.charCodeAt(at) === CLOSE && at === json.length - 2
  return isWhole && values.length === wanted.length ? values : undefined
}

/** Behind the value that begins here; negative for an object, a list, and what has no end. */
function endOf(json: string, from: number): number {
  const first = json.charCodeAt(from)
  if (first === OPEN || first === OPEN_LIST) return -1
  if (first !== QUOTE) {
    let at = from
    while (at < json.length && json.charCodeAt(at) !== COMMA && json.charCodeAt(at) !== CLOSE) at++
    return at
  }
  let end = json.indexOf('"', from + 1)
  while (end >= 0 && isEscaped(json, end)) end = json.indexOf('"', end + 1)
  return end < 0 ? -1 : end + 1
}

/** An odd number of backslashes stands before it. */
function isEscaped(json: string, at: number): boolean {
  let from = at
  while (json.charCodeAt(from - 1) === BACKSLASH) from--
  return (at - from) % 2 === 1
}

const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const OPEN = 0x7b
const CLOSE = 0x7d
