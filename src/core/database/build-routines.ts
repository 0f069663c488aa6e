import { createHash } from 'node:crypto'
import type { Routine, Routines } from './query.ts'

/** Routines as an adapter reports them → the list everybody reads: sorted, overloads of a name side by side. */
export function buildRoutines(reported: readonly Routine[]): Routines {
  const all = reported.toSorted((a, b) => order(a.name, b.name) || order(a.key, b.key))
  return {
    all,
    byName: byName(all),
    version: createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16),
  }
}

function byName(routines: readonly Routine[]): ReadonlyMap<string, readonly Routine[]> {
  const index = new Map<string, Routine[]>()
  for (const routine of routines) {
    const key = routine.name.toLowerCase()
    const overloads = index.get(key)
    if (overloads) overloads.push(routine)
    else index.set(key, [routine])
  }
  return index
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
