import type { SelectQuery } from './query.ts'
import type { Json } from './value.ts'

/** Rows of another table that belong to those of a select: their `refField` has the value of its `field`. */
export interface RelatedSelect {
  /** Under which they stand in each row. */
  readonly name: string
  readonly field: string
  readonly refField: string
  /** Of both fields. */
  readonly keys: KeyKind
  /** The first of them, or null; else all of them. */
  readonly isOne: boolean
  /** More rows than these are not put together. */
  readonly most: number
  /** Without the condition on `refField`, which is among its fields. */
  readonly query: Omit<SelectQuery, 'as'>
}

export type KeyKind = 'number' | 'string'

/** Text of an array of row objects in UTF-8, in pieces as they came. */
export interface RowsAsBytes {
  readonly bytes: readonly Uint8Array[]
  readonly count: number
}

/** The text of rows, cut (cut-rows.ts), and what stands in their key field. */
export interface KeyedRows {
  readonly json: string
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  readonly keys: readonly Json[]
}

/** The different keys of rows, each with its place among them. Undefined when one may equal keys that are written in other words. */
export function differentKeys(keys: readonly Json[], kind: KeyKind): Map<Json, number> | undefined {
  const places = new Map<Json, number>()
  for (const key of keys) {
    if (key === null || places.has(key)) continue
    if (typeof key !== kind || (typeof key === 'number' && !Number.isSafeInteger(key))) return undefined
    if (typeof key === 'string' && key.includes('\u0000')) return undefined
    places.set(key, places.size)
  }
  return places
}

/** What stands under a name in the rows of each key. */
export interface MemberTexts {
  readonly keys: readonly Json[]
  readonly places: ReadonlyMap<Json, number>
  /** By the place of a key: `,"name":…` */
  readonly texts: readonly string[]
  /** For the others. */
  readonly none: string
}

/** `label`: the name and its colon, as the text has them. Undefined when a row belongs to none of the keys as they are written. */
export function memberTexts(
  { label, isOne }: { readonly label: string; readonly isOne: boolean },
  keys: readonly Json[],
  places: ReadonlyMap<Json, number>,
  rows: KeyedRows,
): MemberTexts | undefined {
  const found = isOne ? firstRows(places, rows) : listsOfRows(places, rows)
  if (!found) return undefined
  const none = `,${label}${isOne ? 'null' : '[]'}`
  const [before, after] = isOne ? [`,${label}`, ''] : [`,${label}[`, ']']
  const texts = Array.from(found, (text) => (text === undefined ? none : `${before}${text}${after}`))
  return { keys, places, texts, none }
}

type Texts = (string | undefined)[]

function firstRows(
  places: ReadonlyMap<Json, number>,
  { json, starts, ends, keys }: KeyedRows,
): Texts | undefined {
  const texts: Texts = new Array(places.size).fill(undefined)
  for (let at = 0; at < keys.length; at++) {
    const place = places.get(keys[at] ?? null)
    if (place === undefined) return undefined
    texts[place] ??= json.slice(starts[at], ends[at])
  }
  return texts
}

function listsOfRows(
  places: ReadonlyMap<Json, number>,
  { json, starts, ends, keys }: KeyedRows,
): Texts | undefined {
  const texts: Texts = new Array(places.size).fill(undefined)
  for (let first = 0; first < keys.length; ) {
    const key = keys[first] ?? null
    const place = places.get(key)
    if (place === undefined) return undefined
    let last = first
    while (last + 1 < keys.length && keys[last + 1] === key) last++
    const run = json.slice(starts[first], ends[last])
    texts[place] = texts[place] === undefined ? run : `${texts[place]},${run}`
    first = last + 1
  }
  return texts
}

/** The text of the array of rows with their members, in pieces of one row: what stands between two rows goes with the second. */
export function* rowsWithMembers(
  { json, ends }: Pick<KeyedRows, 'json' | 'ends'>,
  members: readonly MemberTexts[],
): Generator<string> {
  let from = 0
  for (let at = 0; at < ends.length; at++) {
    const end = (ends[at] ?? 0) - 1
    let text = json.slice(from, end)
    for (const { keys, places, texts, none } of members)
      text += texts[places.get(keys[at] ?? null) ?? -1] ?? none
    yield text
    from = end
  }
  yield json.slice(from)
}
