import { distance } from 'fastest-levenshtein'

/** The valid names nearest to a wrong one, best first; none when nothing is near enough to be meant. */
export function nearest(name: string, candidates: Iterable<string>, most = 3): string[] {
  // The distance takes the product of both lengths: nobody means a name this long.
  if (name.length > LONGEST) return []
  const wanted = normal(name)
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, score: score(wanted, normal(candidate)) }))
    .filter(({ score }) => score <= Math.max(2, Math.ceil(wanted.length * 0.4)))
    .sort((a, b) => a.score - b.score || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, most)
    .map(({ candidate }) => candidate)
}

const LONGEST = 200

/** `did you mean …?` for a hint; empty when nothing is near. */
export function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? '' : `Did you mean ${names.map((name) => `'${name}'`).join(' or ')}?`
}

/** Upper case, hyphens and spaces are how people misspell names: they cost nothing. */
function normal(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '')
}

function score(wanted: string, candidate: string): number {
  if (candidate === wanted) return 0
  if (wanted.length >= 3 && (candidate.includes(wanted) || wanted.includes(candidate))) return 1
  return distance(wanted, candidate)
}
