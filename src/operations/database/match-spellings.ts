import { foldedKey } from './folded-key.ts'
import { type KeyGroups, type KeyValues, keyAt, matchKeys } from './match-keys.ts'
import type { RowSet } from './related-rows.ts'

type Rows = Pick<RowSet<unknown>, 'count' | 'value'>

/**
 * As `matchKeys`, for keys in several spellings: case, accents, ß for ss or spaces at the end may make no difference to the database, or
 * some of them. Whose a row is that has one of them is for it to say: `ask` reads the key fields of the rows that the given keys match.
 */
export async function matchSpellings(
  groups: KeyGroups,
  rows: Rows,
  fields: readonly string[],
  ask: (keys: readonly KeyValues[]) => Promise<Rows>,
): Promise<readonly (readonly number[])[]> {
  const lists = matchKeys(groups, rows, fields)
  const alike = [...groupsAlike(groups)].filter(([, some]) =>
    some.some((group) => lists[group]?.length !== 0),
  )
  if (alike.length === 0) return lists
  const rowsOf = placesByFold(rows, fields, new Set(alike.map(([fold]) => fold)))
  const all = [...lists]
  // Of keys that look alike one at a time: then it is clear which of them a row was found by.
  for (let turn = 0; alike.some(([, some]) => turn < some.length); turn++) {
    const asked = alike.flatMap(([fold, some]) => {
      const group = some[turn]
      return group === undefined ? [] : [{ fold, group, key: groups.keys[group] ?? [] }]
    })
    const found = await ask(asked.map(({ key }) => key))
    const spelled = new Set(Array.from({ length: found.count }, (_, at) => exactAt(found, at, fields)))
    for (const { fold, group } of asked)
      all[group] = (rowsOf.get(fold) ?? []).filter((at) => spelled.has(exactAt(rows, at, fields)))
  }
  return all
}

/** Those of which others look the same, by how they look. */
function groupsAlike({ keys }: KeyGroups): ReadonlyMap<string, readonly number[]> {
  const byFold = new Map<string, number[]>()
  for (const [group, key] of keys.entries()) {
    if (!isText(key)) continue
    const fold = foldedKey(key)
    const known = byFold.get(fold)
    if (known) known.push(group)
    else byFold.set(fold, [group])
  }
  for (const [fold, some] of byFold) if (some.length === 1) byFold.delete(fold)
  return byFold
}

/** Only texts have several spellings. */
function isText(key: KeyValues): boolean {
  return key.some((part) => typeof part === 'string')
}

function placesByFold(
  rows: Rows,
  fields: readonly string[],
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>()
  for (let at = 0; at < rows.count; at++) {
    const fold = foldedKey(keyAt(rows, at, fields))
    if (!wanted.has(fold)) continue
    const known = places.get(fold)
    if (known) known.push(at)
    else places.set(fold, [at])
  }
  return places
}

function exactAt(rows: Rows, at: number, fields: readonly string[]): string {
  return keyAt(rows, at, fields).map(String).join('\u0000')
}
