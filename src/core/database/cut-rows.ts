import { endOfValue, plainValue } from './json-cell.ts'
import type { Json } from './value.ts'

interface Source {
  /** Text of an array of row objects with these fields in this order. */
  readonly json: string
  readonly fields: readonly string[]
  readonly count: number
}

/** Where the rows of a text are, and what some of their fields hold. */
export interface CutRows {
  /** Of each row: where its text begins, and what is behind it. */
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  /** Of each field that is wanted the values, by row; null for an object or a list too. */
  readonly values: readonly (readonly Json[])[]
}

/**
 * Where each row is in the text that an engine wrote of all of them. Undefined for text that is not compact, or where something
 * inside of a row looks like the beginning of another one.
 */
export function cutRows({ json, fields, count }: Source, wanted: readonly string[]): CutRows | undefined {
  const walk = walkOf(fields, wanted)
  if (!walk) return undefined
  const [starts, ends]: [number[], number[]] = [[], []]
  let start = 1
  for (let left = count - 1; left >= 0; left--) {
    const at = readValues(json, start, walk)
    if (at === undefined) return undefined
    const next = json.indexOf(walk.between, at)
    if (next < 0 !== (left === 0)) return undefined
    const end = left === 0 ? json.length - 1 : next + 1
    starts.push(start)
    ends.push(end)
    start = end + 1
  }
  const { values } = walk
  return json.endsWith(count > 0 ? '}]' : '[]') ? { starts, ends, values } : undefined
}

interface Walk {
  /** What stands before each value, as far as the last that is wanted; of the first in any case. */
  readonly keys: readonly string[]
  /** Where the values of each go, if they are wanted. */
  readonly columns: readonly (Json[] | undefined)[]
  readonly values: readonly (readonly Json[])[]
  /** From the end of a row to its successor's first value. Quotes in a text have a backslash before them, so it is in none. */
  readonly between: string
}

function walkOf(fields: readonly string[], wanted: readonly string[]): Walk | undefined {
  const places = wanted.map((name) => fields.indexOf(name))
  if (fields.length === 0 || places.includes(-1)) return undefined
  const keys = fields
    .slice(0, Math.max(0, ...places) + 1)
    .map((name, at) => `${at === 0 ? '{' : ','}${JSON.stringify(name)}:`)
  const values = wanted.map((): Json[] => [])
  const columns = fields.map((name) => values[wanted.indexOf(name)])
  return { keys, columns, values, between: `},${keys[0]}` }
}

/** Behind the last of the keys' values. */
function readValues(json: string, start: number, { keys, columns }: Walk): number | undefined {
  let at = start
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? ''
    if (!json.startsWith(key, at)) return undefined
    const from = at + key.length
    const end = endOfValue(json, from)
    if (end === undefined) return undefined
    columns[index]?.push(plainValue(json, from, end))
    at = end
  }
  return at
}
