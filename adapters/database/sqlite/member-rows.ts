import type { KeyKind } from '../../../src/core/database/rows-together.ts'
import type { Json } from '../../../src/core/database/value.ts'

/** The different keys of rows. */
export interface Keys {
  readonly places: ReadonlyMap<Json, number>
  /** Of each row the place of its key; -1 where it has none. */
  readonly of: Int32Array
}

/** Undefined when a key may equal one that is written in other words. */
export function differentKeys(values: readonly Json[], kind: KeyKind): Keys | undefined {
  const places = new Map<Json, number>()
  const of = new Int32Array(values.length).fill(-1)
  for (let row = 0; row < of.length; row++) {
    const key = values[row] ?? null
    if (key === null) continue
    const known = places.get(key)
    if (known === undefined && !isExact(key, kind)) return undefined
    of[row] = known ?? places.size
    if (known === undefined) places.set(key, places.size)
  }
  return { places, of }
}

function isExact(key: Json, kind: KeyKind): boolean {
  if (typeof key === 'number') return kind === 'number' && Number.isSafeInteger(key)
  return typeof key === 'string' && kind === 'string' && !key.includes('\u0000')
}

/** Rows in the order of their keys' places, those of one key in their own order. */
export interface Members {
  readonly rows: Uint32Array
  /** Of each place where its rows begin there, and where they would of one behind the last. */
  readonly firsts: Uint32Array
}

/** Undefined when a row belongs to none of the keys as they are written, or may belong to several of them. */
export function membersOf({ places }: Keys, values: readonly Json[]): Members | undefined {
  const placeOf = new Uint32Array(values.length)
  const ends = new Uint32Array(places.size + 1)
  let key: Json | undefined
  let place: number | undefined
  for (let row = 0; row < values.length; row++) {
    const own = values[row] ?? null
    // Rows of one key mostly follow each other.
    if (own !== key) place = places.get(own)
    key = own
    if (place === undefined) return undefined
    placeOf[row] = place
    ends[place] = (ends[place] ?? 0) + 1
  }
  return mayBeShared(places, ends) ? undefined : sorted(placeOf, ends)
}

/** Of keys that look the same to a collation of SQLite (NOCASE, RTRIM) some have rows: they may be those of all of them. */
function mayBeShared(places: ReadonlyMap<Json, number>, counts: Uint32Array): boolean {
  const looks = new Map<string, number>()
  for (const [key, place] of places) {
    // Either all keys are texts or none is.
    if (typeof key !== 'string') return false
    const look = folded(key)
    const other = looks.get(look)
    if (other !== undefined && (counts[other] || counts[place])) return true
    looks.set(look, place)
  }
  return false
}

function folded(key: string): string {
  return key.replace(/ +$/, '').replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** By counting: `firsts` tells how many rows each place has. */
function sorted(placeOf: Uint32Array, firsts: Uint32Array): Members {
  let end = 0
  for (let place = 0; place < firsts.length; place++) firsts[place] = end += firsts[place] ?? 0
  const rows = new Uint32Array(placeOf.length)
  for (let row = placeOf.length - 1; row >= 0; row--) {
    const place = placeOf[row] ?? 0
    const at = (firsts[place] ?? 0) - 1
    firsts[place] = at
    rows[at] = row
  }
  return { rows, firsts }
}
