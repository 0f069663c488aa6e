import type { Relation } from '../../core/database/schema.ts'
import type { RelatedOptions } from './inputs.ts'

/** The options of relations by the paths that lead to them, in any spelling. */
export interface OptionLookup {
  /** For the relation at the end of a path, given with each relation's own name or what stands for it. */
  of(...paths: readonly (readonly string[])[]): RelatedOptions
  /** Takes those below a path for used: what they are for is not known yet. */
  takeBelow(path: readonly string[]): void
  /** The names that were given for no relation so far. */
  unused(): string[]
  /** Whether a name that was given is this relation, or leads from it. */
  isFor(name: string, relation: Relation): boolean
}

export function createOptionLookup(given: Readonly<Record<string, RelatedOptions>>): OptionLookup {
  const left = new Map(Object.keys(given).map((name) => [normal(name), name]))
  const byPath = new Map<string, RelatedOptions>()
  for (const [name, options] of Object.entries(given))
    byPath.set(normal(name), { ...byPath.get(normal(name)), ...options })
  return {
    of(...paths) {
      const keys = [...new Set(paths.map((path) => normal(path.join('.'))))]
      for (const key of keys) left.delete(key)
      return Object.assign({}, ...keys.map((key) => byPath.get(key)))
    },
    takeBelow(path) {
      const start = `${normal(path.join('.'))}_`
      for (const key of [...left.keys()]) if (key.startsWith(start)) left.delete(key)
    },
    unused: () => [...left.values()],
    isFor: (name, { name: own, alias }) =>
      [own, alias].some((known) => known !== undefined && startsWith(normal(name), normal(known))),
  }
}

function startsWith(path: string, name: string): boolean {
  return path === name || path.startsWith(`${name}_`)
}

/** A dot of a query's name comes as an underscore from some clients. */
function normal(path: string): string {
  return path.trim().toLowerCase().replaceAll('.', '_')
}
