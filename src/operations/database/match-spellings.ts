import { foldedKey, type KeyGroups, type KeyValues, matchKeys } from './match-keys.ts'
import type { RowSet } from './related-rows.ts'

type Rows = Pick<RowSet<unknown>, 'count' | 'value'>

/**
 * As `matchKeys`, for keys of one value in several spellings: a database that takes them for the same gives the row once, in the
 * spelling of one of them. Whether it does is for it to say: `ask` reads the key fields of the rows that the others match.
 */
export async function matchSpellings(
  groups: KeyGroups,
  rows: Rows,
  fields: readonly string[],
  ask: (keys: readonly KeyValues[]) => Promise<Rows>,
): Promise<readonly (readonly number[])[]> {
  const lists = matchKeys(groups, rows, fields)
  const open = groups.keys.flatMap((key, group) => (lists[group]?.length === 0 && isText(key) ? [group] : []))
  if (open.length === 0 || open.length === groups.keys.length) return lists
  const filled = new Map<string, readonly number[]>()
  for (const [group, key] of groups.keys.entries()) {
    const list = lists[group] ?? []
    if (list.length > 0 && isText(key)) filled.set(foldedKey(key), list)
  }
  const alike = open.filter((group) => filled.has(foldedKey(groups.keys[group] ?? [])))
  if (alike.length === 0) return lists
  const found = await ask(alike.map((group) => groups.keys[group] ?? []))
  const taken = new Set<string>()
  for (let at = 0; at < found.count; at++) taken.add(foldedAt(found, at, fields))
  const all = [...lists]
  for (const group of alike) {
    const key = foldedKey(groups.keys[group] ?? [])
    if (taken.has(key)) all[group] = filled.get(key) ?? []
  }
  return all
}

/** Only texts have several spellings that look alike. */
function isText(key: KeyValues): boolean {
  return key.some((part) => typeof part === 'string' && !/^-?\d+$/.test(part))
}

function foldedAt(rows: Rows, at: number, fields: readonly string[]): string {
  return foldedKey(fields.map((field) => String(rows.value(at, field))))
}
