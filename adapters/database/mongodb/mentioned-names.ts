import { AppError } from '../../../src/core/errors.ts'
import type { ServerDocument } from './pipeline.ts'

/** The same document with a field's new name among its keys, alone or before a dot. */
export function renamedKeys(document: ServerDocument, from: string, to: string): ServerDocument {
  return Object.fromEntries(Object.entries(document).map(([name, value]) => [renamed(name, from, to), value]))
}

function renamed(name: string, from: string, to: string): string {
  return name === from ? to : name.startsWith(`${from}.`) ? `${to}${name.slice(from.length)}` : name
}

/** Throws `not_supported` where a name stands in what is not changed: in any key or text, also as `$name` or before a dot. */
export function requireUnmentioned(value: unknown, name: string, where: string): void {
  if (!mentions(value, name)) return
  throw new AppError('not_supported', `${where} names '${name}' in a way that cannot be changed here.`, {
    hint: 'Drop it in the database, rename the field, and make it again.',
  })
}

function mentions(value: unknown, name: string): boolean {
  if (typeof value === 'string') return value.replace(/^\$+/, '').split('.')[0] === name
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(
    ([key, inner]) => (!Array.isArray(value) && mentions(key, name)) || mentions(inner, name),
  )
}
