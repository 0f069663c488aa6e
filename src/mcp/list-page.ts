import type { Seal } from '../core/seal.ts'

export interface Page<T> {
  readonly items: readonly T[]
  /** Absent on the last page. */
  readonly nextCursor?: string
}

interface Paging<T> {
  readonly seal: Seal
  /** Whose list it is: a cursor of another list is none. */
  readonly scope: readonly string[]
  readonly cursor: string | undefined
  /** Items are in the order of this. */
  keyOf(item: T): string
}

/** Most items of a page. */
const PAGE_SIZE = 200

/** The items behind a cursor; undefined for a cursor that was not given out for this list. */
export function pageOf<T>(all: readonly T[], { seal, scope, cursor, keyOf }: Paging<T>): Page<T> | undefined {
  const scopeText = JSON.stringify(['mcp list', ...scope])
  const after = cursor === undefined ? '' : seal.open(cursor, scopeText)
  if (after === undefined) return undefined
  const start = cursor === undefined ? 0 : all.findIndex((item) => keyOf(item) > after)
  const items = start < 0 ? [] : all.slice(start, start + PAGE_SIZE)
  const last = items.at(-1)
  if (last === undefined || start + PAGE_SIZE >= all.length) return { items }
  return { items, nextCursor: seal.seal(keyOf(last), scopeText) }
}
