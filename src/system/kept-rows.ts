interface Identified {
  readonly id: number
}

export interface RowChange<T> {
  readonly before: T | undefined
  readonly after: T | undefined
}

/** The rows of one table in memory, changed in place. */
export interface KeptRows<T extends Identified> {
  /** In order of id. The same array until something changes. */
  all(): readonly T[]
  get(id: number): T | undefined
  /** Those of a group, in order of id. */
  ofGroup(group: string): readonly T[]
  /** Takes over how the rows with these ids are now; an id without a row is gone. */
  take(read: { readonly ids: Iterable<number>; readonly rows: readonly T[] }): readonly RowChange<T>[]
}

/** Each row is in the groups that `groupsOf` names. */
export function keptRows<T extends Identified>(groupsOf: (row: T) => readonly string[] = none): KeptRows<T> {
  let sorted: readonly T[] = []
  const groups = new Map<string, Map<number, T>>()

  const leave = (row: T) => {
    for (const group of groupsOf(row)) {
      groups.get(group)?.delete(row.id)
      if (groups.get(group)?.size === 0) groups.delete(group)
    }
  }
  const enter = (row: T) => {
    for (const group of groupsOf(row)) {
      const members = groups.get(group)
      if (members) members.set(row.id, row)
      else groups.set(group, new Map([[row.id, row]]))
    }
  }
  return {
    all: () => sorted,
    get: (id) => find(sorted, id),
    ofGroup: (group) => [...(groups.get(group)?.values() ?? [])].sort(byId),
    take({ ids, rows }) {
      if (sorted.length === 0) {
        for (const row of rows) enter(row)
        sorted = [...rows].sort(byId)
        return rows.map((after) => ({ before: undefined, after }))
      }
      const afterById = new Map(rows.map((row) => [row.id, row]))
      const changes: RowChange<T>[] = []
      for (const id of ids) {
        const before = find(sorted, id)
        const after = afterById.get(id)
        if (before || after) changes.push({ before, after })
      }
      for (const { before } of changes) if (before) leave(before)
      for (const { after } of changes) if (after) enter(after)
      if (changes.length > 0) sorted = merged(sorted, changes)
      return changes
    },
  }
}

function none(): readonly string[] {
  return []
}

function byId(one: Identified, other: Identified): number {
  return one.id - other.id
}

/** For a few changes in many rows: a copy, and a place to find for each. */
function merged<T extends Identified>(sorted: readonly T[], changes: readonly RowChange<T>[]): readonly T[] {
  if (changes.length > MOST_PLACES) return mergedAll(sorted, changes)
  const copy = [...sorted]
  for (const { before, after } of changes) {
    const at = placeOf(copy, (after ?? before)?.id ?? 0)
    copy.splice(at, before ? 1 : 0, ...(after ? [after] : []))
  }
  return copy
}

const MOST_PLACES = 50

function mergedAll<T extends Identified>(
  sorted: readonly T[],
  changes: readonly RowChange<T>[],
): readonly T[] {
  const gone = new Set(changes.map(({ before }) => before))
  const stayed = sorted.filter((row) => !gone.has(row))
  return [...stayed, ...changes.flatMap(({ after }) => (after ? [after] : []))].sort(byId)
}

function find<T extends Identified>(sorted: readonly T[], id: number): T | undefined {
  const row = sorted[placeOf(sorted, id)]
  return row?.id === id ? row : undefined
}

/** Of the first row with this id or a higher one. */
function placeOf(sorted: readonly Identified[], id: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle]?.id ?? id) < id) low = middle + 1
    else high = middle
  }
  return low
}
