import type { Json } from '../../core/database/value.ts'
import { foldedKey } from './folded-key.ts'
import type { RowSet } from './related-rows.ts'

export type KeyValues = readonly (string | number | boolean)[]

/** Rows with the same values of some fields are one group. */
export interface KeyGroups {
  /** Of each group. */
  readonly keys: readonly KeyValues[]
  /** The group of a row; undefined where one of its values is null, for a null matches nothing. */
  of(at: number): number | undefined
  find(mark: Mark): number | undefined
}

export function groupByKey(
  rows: Pick<RowSet<unknown>, 'value'>,
  places: Iterable<number>,
  fields: readonly string[],
): KeyGroups {
  const keys: KeyValues[] = []
  const byMark = new Map<Mark, number>()
  const groupOf: number[] = []
  for (const at of places) {
    const mark = markAt(rows, at, fields)
    if (mark === undefined) continue
    const known = byMark.get(mark)
    groupOf[at] = known ?? keys.length
    if (known !== undefined) continue
    byMark.set(mark, keys.length)
    keys.push(keyAt(rows, at, fields))
  }
  return { keys, of: (at) => groupOf[at], find: (mark) => byMark.get(mark) }
}

/**
 * For each group the places of the rows whose key equals its own, in the order they came. A database may find a row by a
 * value that it writes in other words: text in another case, a number with more zeros. Such rows go where they belong too.
 */
export function matchKeys(
  groups: KeyGroups,
  rows: Pick<RowSet<unknown>, 'count' | 'value'>,
  fields: readonly string[],
): readonly (readonly number[])[] {
  const lists = groups.keys.map((): number[] => [])
  let folded: ReadonlyMap<string, readonly number[]> | undefined
  for (let at = 0; at < rows.count; at++) {
    const mark = markAt(rows, at, fields)
    if (mark === undefined) continue
    const group = groups.find(mark)
    if (group !== undefined) {
      lists[group]?.push(at)
      continue
    }
    folded ??= byFoldedKey(groups.keys)
    for (const other of folded.get(foldedKey(keyAt(rows, at, fields))) ?? []) lists[other]?.push(at)
  }
  return lists
}

type Rows = Pick<RowSet<unknown>, 'value'>

export function keyAt(rows: Rows, at: number, fields: readonly string[]): KeyValues {
  return fields.map((field) => rows.value(at, field)).filter(isKeyValue)
}

function isKeyValue(value: Json | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** Equal for equal keys, be their values numbers or text. */
type Mark = string | number

/** Undefined where a value is null. */
function markAt(rows: Rows, at: number, fields: readonly string[]): Mark | undefined {
  const [first = ''] = fields
  if (fields.length === 1) return markOf(rows.value(at, first))
  const key = keyAt(rows, at, fields)
  return key.length === fields.length ? key.map(String).join('\u0000') : undefined
}

function markOf(value: Json | undefined): Mark | undefined {
  if (typeof value === 'number') return value
  if (!isKeyValue(value)) return undefined
  const text = String(value)
  const number = STARTS_NUMBER.test(text) ? Number(text) : Number.NaN
  return String(number) === text ? number : text
}

const STARTS_NUMBER = /^[-\d]/

function byFoldedKey(keys: readonly KeyValues[]): ReadonlyMap<string, readonly number[]> {
  const folded = new Map<string, number[]>()
  for (const [group, key] of keys.entries())
    folded.set(foldedKey(key), [...(folded.get(foldedKey(key)) ?? []), group])
  return folded
}
