import { isUtf8 } from 'node:buffer'
import { type CutRows, cutRows } from '../../../src/core/database/cut-rows.ts'
import {
  differentKeys,
  type MemberTexts,
  memberTexts,
  rowsWithMembers,
} from '../../../src/core/database/rows-together.ts'
import type { Json } from '../../../src/core/database/value.ts'
import type { Framed, Parameter, Step } from './protocol.ts'
import type { TextFrame } from './text-frame.ts'

/** Rows of a step as the text that SQLite writes, in UTF-8; undefined when it cannot. */
type ReadStep = (step: Step) => { readonly count: number; readonly bytes: Buffer } | undefined

/**
 * The rows of the first step with those of the others in them. Undefined when they have to be read and put together in another way.
 * All texts in here stand for bytes, one character for each: what is in them is copied, not decoded and encoded again.
 */
export function readTogether(
  [first, ...related]: readonly Step[],
  read: ReadStep,
  frame: TextFrame,
): Framed | undefined {
  const fields = [...new Set(related.map(([, , , member]) => member?.field ?? ''))]
  const rows = first && cutStep(first, fields, read)
  if (!rows) return undefined
  const members: MemberTexts[] = []
  for (const step of related) {
    const member = memberOf(step, rows.values[fields.indexOf(step[3]?.field ?? '')] ?? [], read)
    if (!member) return undefined
    members.push(member)
  }
  return frame.write(rowsWithMembers(rows, members), rows.ends.length)
}

function cutStep(
  step: Step,
  wanted: readonly string[],
  read: ReadStep,
): (CutRows & { readonly json: string }) | undefined {
  const found = read(step)
  // What is not UTF-8 must not get out as it is.
  if (!found || !isUtf8(found.bytes)) return undefined
  const json = found.bytes.toString('latin1')
  const fields = step[1].map(([name]) => inBytes(name))
  const cut = cutRows({ json, fields, count: found.count }, wanted.map(inBytes))
  return cut && { ...cut, json }
}

function memberOf(step: Step, keys: readonly Json[], read: ReadStep): MemberTexts | undefined {
  const [, , , member] = step
  const places = member && differentKeys(keys, member.keys)
  if (!places) return undefined
  const rows = cutStep(keyedStep(step, places), [member.refField], read)
  if (!rows || rows.ends.length > member.most) return undefined
  const [own = []] = rows.values
  const labelled = { label: `${inBytes(JSON.stringify(member.name))}:`, isOne: member.isOne }
  return memberTexts(labelled, keys, places, { ...rows, keys: own })
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

type Keys = Partial<Record<'list' | 'first' | 'last', Parameter>>

function keyIn(parameter: Parameter, keys: Keys): Parameter | undefined {
  if (typeof parameter !== 'object' || parameter === null || !('keys' in parameter)) return undefined
  return keys[parameter.keys]
}

/** Undefined where a number between them is none of the keys. */
function rangeOf(places: ReadonlyMap<Json, number>): Keys | undefined {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const key of places.keys()) {
    if (typeof key !== 'number') return undefined
    if (key < first) first = key
    if (key > last) last = key
  }
  return last - first + 1 === places.size ? { first, last } : undefined
}

function inBytes(text: string): string {
  return Buffer.from(text).toString('latin1')
}
