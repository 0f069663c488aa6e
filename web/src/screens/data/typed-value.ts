import type { FieldDescription } from '../../database/description.ts'

/** What somebody has entered for a field. `unset`: nothing, so the field is left out. */
export type Entry =
  | { readonly kind: 'unset' }
  | { readonly kind: 'null' }
  | { readonly kind: 'text'; readonly text: string }

export const UNSET: Entry = { kind: 'unset' }

/** A value of a record, to be edited. */
export function entryOf(value: unknown): Entry {
  if (value === undefined) return UNSET
  if (value === null) return { kind: 'null' }
  return { kind: 'text', text: typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value) }
}

/** What goes into the body: numbers without losing digits, JSON as JSON. Throws SyntaxError where JSON is none. */
export function typedValue({ type }: FieldDescription, entry: Exclude<Entry, { kind: 'unset' }>): unknown {
  if (entry.kind === 'null') return null
  const { text } = entry
  if (isJson(type)) return JSON.parse(text)
  if (type === 'boolean') return text === 'true'
  return text
}

export function isJson(type: string): boolean {
  return type === 'json' || type === 'jsonb' || type === 'array' || type === 'object'
}

export function isSame(one: Entry, other: Entry): boolean {
  return one.kind === other.kind && (one.kind !== 'text' || other.kind !== 'text' || one.text === other.text)
}
