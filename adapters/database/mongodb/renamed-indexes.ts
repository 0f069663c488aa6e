import { renamedKeys, requireUnmentioned } from './mentioned-names.ts'
import type { ServerDocument } from './pipeline.ts'

/** An index as the server describes it, with whatever options it has. */
export interface RawIndex {
  readonly name: string
  readonly key: ServerDocument
  readonly [option: string]: unknown
}

/** The indexes that name a field, and what they are with its new name. Throws `not_supported` for what cannot be said anew. */
export function renamedIndexes(
  all: readonly RawIndex[],
  from: string,
  to: string,
): readonly { readonly was: RawIndex; readonly now: RawIndex }[] {
  return all.flatMap((index) => {
    // `ns` is of old servers, and nothing that an index may be made with.
    const { name, key, partialFilterExpression, ns: _, ...options } = index
    const { weights, wildcardProjection, language_override } = options
    requireUnmentioned({ weights, wildcardProjection, language_override }, from, `The index '${name}'`)
    const newKey = renamedKeys(key, from, to)
    const filter = partialFilterExpression
    const newFilter = isDocument(filter) ? renamedKeys(filter, from, to) : filter
    requireUnmentioned([newKey, newFilter], from, `The index '${name}'`)
    if (JSON.stringify([newKey, newFilter]) === JSON.stringify([key, filter])) return []
    const now = {
      ...options,
      key: newKey,
      name: nameOf(newKey),
      ...(newFilter !== undefined && { partialFilterExpression: newFilter }),
    }
    const was = { ...options, key, name, ...(filter !== undefined && { partialFilterExpression: filter }) }
    return [{ was, now }]
  })
}

function isDocument(value: unknown): value is ServerDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** As the server would call it; of at most 120 bytes, which every version takes. */
function nameOf(key: ServerDocument): string {
  const name = Object.entries(key)
    .map(([field, kind]) => `${field}_${kind}`)
    .join('_')
  return Buffer.from(name).subarray(0, 100).toString('utf8').replaceAll('\uFFFD', '')
}
