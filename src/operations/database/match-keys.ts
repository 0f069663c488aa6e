import type { Json, Row } from '../../core/database/value.ts'

/** The values that a row is matched by; undefined when one of them is null, for a null matches nothing. */
export function keyReader(fields: readonly string[]): (row: Row) => KeyValues | undefined {
  const [first = ''] = fields
  if (fields.length === 1) {
    return (row) => {
      const value = row[first]
      return isKeyValue(value) ? [value] : undefined
    }
  }
  return (row) => {
    const values = fields.map((field) => row[field])
    return values.every(isKeyValue) ? values : undefined
  }
}

export type KeyValues = readonly (string | number | boolean)[]

function isKeyValue(value: Json | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** Equal for equal values, be they numbers or text. */
export function keyTextOf(values: KeyValues): string {
  return values.length === 1 ? String(values[0]) : values.map(String).join('\u0000')
}

const NONE: readonly Row[] = []

/**
 * For each parent the rows whose `refFields` equal its `fields`, in the order they came. A database may find a row by a
 * value that it writes in other words: text in another case, a number with more zeros. Such rows go where they belong too.
 */
export function matchKeys(
  parents: readonly Row[],
  fields: readonly string[],
  found: readonly Row[],
  refFields: readonly string[],
): (parent: Row) => readonly Row[] {
  const keyOfParent = keyReader(fields)
  const keyOfChild = keyReader(refFields)
  const lists = new Map<string, Row[]>()
  for (const parent of parents) {
    const key = keyOfParent(parent)
    if (key) lists.set(keyTextOf(key), [])
  }
  let folded: ReadonlyMap<string, readonly Row[][]> | undefined
  for (const child of found) {
    const key = keyOfChild(child)
    if (!key) continue
    const list = lists.get(keyTextOf(key))
    if (list) {
      list.push(child)
      continue
    }
    folded ??= byFoldedKey(lists)
    for (const other of folded.get(fold(keyTextOf(key))) ?? []) other.push(child)
  }
  return (parent) => {
    const key = keyOfParent(parent)
    return (key && lists.get(keyTextOf(key))) ?? NONE
  }
}

function byFoldedKey(lists: ReadonlyMap<string, Row[]>): ReadonlyMap<string, readonly Row[][]> {
  const folded = new Map<string, Row[][]>()
  for (const [key, list] of lists) folded.set(fold(key), [...(folded.get(fold(key)) ?? []), list])
  return folded
}

function fold(key: string): string {
  return key
    .split('\u0000')
    .map((part) => (DECIMAL.test(part) ? String(Number(part)) : part.trimEnd().toLowerCase()))
    .join('\u0000')
}

const DECIMAL = /^-?\d{1,15}(\.\d{1,15})?$/
