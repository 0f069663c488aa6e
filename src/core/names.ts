import { distance } from 'fastest-levenshtein'

/** The valid names nearest to a wrong one, best first; none when nothing is near enough to be meant. */
export function nearest(name: string, candidates: Iterable<string>, most = 3): string[] {
  // The distance takes the product of both lengths: nobody means a name this long.
  if (name.length > LONGEST) return []
  const wanted = normal(name)
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, score: score(wanted, normal(candidate)) }))
    .filter(({ score }) => score <= mostChanges(wanted.length))
    .sort((a, b) => a.score - b.score || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, most)
    .map(({ candidate }) => candidate)
}

const LONGEST = 200

/**
 * Things by lower-cased name. Where names differ only in case, the one that is lower case itself has the short key, and each is
 * there by its exact name as well.
 */
export function indexByName<T extends { readonly name: string }>(
  things: readonly T[],
): ReadonlyMap<string, T> {
  const index = new Map<string, T>()
  for (const thing of things) {
    const key = thing.name.toLowerCase()
    const other = index.get(key)
    if (!other || thing.name === key) index.set(key, thing)
    if (!other) continue
    for (const each of [other, thing]) if (each.name !== key) index.set(each.name, each)
  }
  return index
}

/** The thing of this name, in any case; the exact spelling goes first. */
export function findByName<T>(index: ReadonlyMap<string, T>, name: string): T | undefined {
  return index.get(name) ?? index.get(name.toLowerCase())
}

/** Names of tables and fields are told apart without regard to case. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/** `did you mean …?` for a hint; empty when nothing is near. */
export function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? '' : `Did you mean ${names.map((name) => `'${name}'`).join(' or ')}?`
}

/** Upper case, hyphens and spaces are how people misspell names: they cost nothing. */
function normal(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '')
}

/** Of a name so long; one of which every letter is another is none that was meant. */
function mostChanges(length: number): number {
  return Math.min(Math.max(2, Math.ceil(length * 0.4)), length - 1)
}

function score(wanted: string, candidate: string): number {
  if (candidate === wanted) return 0
  const [short, long] = wanted.length < candidate.length ? [wanted, candidate] : [candidate, wanted]
  // Any name has letters of others in it: a part says something from three on.
  if (short.length >= 3 && long.includes(short)) return 1
  return distance(wanted, candidate)
}
