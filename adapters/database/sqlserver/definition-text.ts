import { quoted } from './column-definition.ts'

/** Texts, and names in brackets or quotes, as servers write rules and filters (sys.check_constraints.definition). */
const PARTS = /N?'(?:[^']|'')*'|\[((?:[^\]]|\]\])*)\]|"((?:[^"]|"")*)"/g

/** The column of this name stands in it. */
export function mentions(definition: string, name: string): boolean {
  return [...definition.matchAll(PARTS)].some(([, brackets, quotes]) =>
    isSame(nameIn(brackets, quotes), name),
  )
}

/** The same rule under the column's new name. */
export function renamedIn(definition: string, name: string, to: string): string {
  return definition.replaceAll(PARTS, (part, brackets?: string, quotes?: string) =>
    isSame(nameIn(brackets, quotes), name) ? quoted(to) : part,
  )
}

function nameIn(brackets: string | undefined, quotes: string | undefined): string | undefined {
  return brackets?.replaceAll(']]', ']') ?? quotes?.replaceAll('""', '"')
}

function isSame(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase()
}
