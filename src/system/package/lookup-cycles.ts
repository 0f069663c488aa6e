import type { PackagedLookup } from './package-format.ts'

/** Lookups of the system that stand for themselves, by way of others or not. Problems are sentences with their place. */
export function lookupCycles(lookups: readonly PackagedLookup[]): readonly string[] {
  const named = new Map(lookups.map((lookup) => [lookup.name.toLowerCase(), namesIn(lookup)]))
  return lookups.flatMap(({ name }, at) =>
    reachedFrom(name.toLowerCase(), named).has(name.toLowerCase())
      ? [`lookups[${at}].value: '${name}' stands for itself, in a circle.`]
      : [],
  )
}

function reachedFrom(name: string, named: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set(named.get(name))
  // A set that grows while it is walked is walked to its end.
  for (const next of reached) for (const one of named.get(next) ?? []) reached.add(one)
  return reached
}

function namesIn({ value }: PackagedLookup): string[] {
  if (typeof value !== 'string') return []
  return [...value.matchAll(/\{([^{}()\s]+)\}/g)].map(([, name = '']) => name.toLowerCase())
}
