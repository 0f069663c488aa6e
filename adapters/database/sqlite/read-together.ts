import { isUtf8 } from 'node:buffer'
import type { Json } from '../../../src/core/database/value.ts'
import { cutLines, type Lines } from './cut-lines.ts'
import { differentKeys, membersOf } from './member-rows.ts'
import type { Framed, Parameter, Step } from './protocol.ts'
import { mostSpelled, spellRows } from './spell-rows.ts'
import type { TextFrame } from './text-frame.ts'
import { type PlacedMember, type PlacedRows, writeRows } from './write-together.ts'

/** Something made of the rows of a step as SQLite writes them (`rowsAsLines`, `rowsAsNumbers`); undefined where that cannot be. */
export type ReadLines = <T>(
  step: Step,
  form: 'lines' | 'numbers',
  make: (lines: Lines) => T | undefined,
) => T | undefined

/**
 * The rows of the first step with those of the others in them. Undefined when they have to be read and put together in another way.
 * What SQLite wrote stays bytes, and texts in here stand for bytes, one character for each: they are copied, not decoded and encoded
 * again.
 */
export function readTogether(
  [first, ...related]: readonly Step[],
  read: ReadLines,
  frame: TextFrame,
): Framed | undefined {
  frame.clear()
  const fields = [...new Set(related.map(([, , , member]) => member?.field ?? ''))]
  const rows = first && placedRows(first, fields, read, frame)
  if (!rows) return undefined
  const members: PlacedMember[] = []
  for (const step of related) {
    const keys = rows.values[fields.indexOf(step[3]?.field ?? '')] ?? []
    const member = placedMember(step, keys, read, frame)
    if (!member) return undefined
    members.push(member)
  }
  return writeRows(rows, members, frame)
}

interface ReadRows extends PlacedRows {
  /** Of each field that is wanted what the rows have there. */
  readonly values: readonly (readonly Json[])[]
}

function placedRows(
  step: Step,
  wanted: readonly string[],
  read: ReadLines,
  frame: TextFrame,
): ReadRows | undefined {
  const columns = wanted.map((field) => step[1].findIndex(([name]) => name === field))
  if (columns.includes(-1)) return undefined
  return (
    read(step, 'numbers', (numbers) => spelledRows(numbers, step, columns, frame)) ??
    read(step, 'lines', (lines) => cutRows(lines, columns, frame))
  )
}

function spelledRows(
  numbers: Lines,
  [, columns]: Step,
  wanted: readonly number[],
  frame: TextFrame,
): ReadRows | undefined {
  const { count } = numbers
  const target = frame.space(mostSpelled(numbers, columns))
  const rows = spellRows(numbers, columns, wanted, target)
  if (rows) frame.written(rows.starts[count] ?? 0)
  return rows && { ...rows, count, from: target.from }
}

function cutRows(lines: Lines, wanted: readonly number[], frame: TextFrame): ReadRows | undefined {
  // What is not UTF-8 must not get out as it is.
  const rows = isUtf8(lines.bytes) ? cutLines(lines, wanted) : undefined
  return rows && { ...rows, count: lines.count, from: frame.add(lines.bytes).from }
}

function placedMember(
  step: Step,
  values: readonly Json[],
  read: ReadLines,
  frame: TextFrame,
): PlacedMember | undefined {
  const [, , , member] = step
  const keys = member && differentKeys(values, member.keys)
  if (!keys) return undefined
  const rows = placedRows(keyedStep(step, keys.places), [member.refField], read, frame)
  if (!rows || rows.count > member.most) return undefined
  const members = membersOf(keys, rows.values[0] ?? [])
  if (!members) return undefined
  const { name, isOne } = member
  const label = `,${JSON.stringify(name)}:`
  const [some, none] = [isOne ? label : `${label}[`, `${label}${isOne ? 'null' : '[]'}`]
  return {
    ...members,
    ...rows,
    isOne,
    of: keys.of,
    some: frame.add(Buffer.from(some)),
    none: frame.add(Buffer.from(none)),
  }
}

/** With the keys in place. A range of an index is read faster than as many places in it. */
function keyedStep([sql, columns, parameters, member]: Step, places: ReadonlyMap<Json, number>): Step {
  const range = member?.range && rangeOf(places)
  if (member?.range && range) {
    const [rangeSql, given] = member.range
    return [rangeSql, columns, given.map((parameter) => keyIn(parameter, range) ?? parameter)]
  }
  const list = Buffer.from(JSON.stringify([...places.keys()]), 'latin1').toString('utf8')
  return [sql, columns, parameters.map((parameter) => keyIn(parameter, { list }) ?? parameter)]
}

type KeyParameters = Partial<Record<'list' | 'first' | 'last', Parameter>>

function keyIn(parameter: Parameter, keys: KeyParameters): Parameter | undefined {
  if (typeof parameter !== 'object' || parameter === null || !('keys' in parameter)) return undefined
  return keys[parameter.keys]
}

/** Undefined where a number between them is none of the keys. */
function rangeOf(places: ReadonlyMap<Json, number>): KeyParameters | undefined {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const key of places.keys()) {
    if (typeof key !== 'number') return undefined
    if (key < first) first = key
    if (key > last) last = key
  }
  return last - first + 1 === places.size ? { first, last } : undefined
}
