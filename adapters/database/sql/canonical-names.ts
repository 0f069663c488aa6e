import type { StatementText } from './connection.ts'

const known = new WeakMap<StatementText, boolean>()

/**
 * Whether rows that are written with canonical values are themselves what `JSON.stringify` makes of them: a document has a form of
 * its own, and keys that look like numbers change their place.
 */
export function hasCanonicalNames(text: StatementText): boolean {
  const found = known.get(text)
  if (found !== undefined) return found
  const is = text.columns.every(
    ({ name, type }) => type !== 'json' && name !== '__proto__' && !/^\d+$/.test(name),
  )
  known.set(text, is)
  return is
}
