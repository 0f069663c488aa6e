import { BSON_TYPES, type BsonType, bsonTypeOf, isPlainObject } from './column-type.ts'

/** What the values of a path were, in a sample of documents. */
export interface SampledField {
  /** By dotted name. */
  readonly path: string
  /** Of all documents, from 0 to 1; documents without it, or with null, count for none. */
  readonly types: readonly { readonly type: BsonType; readonly share: number }[]
  /** Of the values in its lists, and of fields of documents in a list. */
  readonly elements: readonly BsonType[]
}

/** Deeper documents are shown in their parents only. */
const DEEPEST = 6
/** Collections with keys that are data have no end of fields. */
const MOST_FIELDS = 400

interface Found {
  readonly counts: Map<BsonType, number>
  readonly elements: Set<BsonType>
}

/** The fields of documents that were read without promoting their values, in the order in which they came up. */
export function sampledFields(documents: readonly object[]): readonly SampledField[] {
  const found = new Map<string, Found>()
  for (const document of documents) {
    // Each path once for a document, however many elements of a list have it.
    const own = new Map<string, Set<BsonType>>()
    walk(document, { prefix: '', depth: 1, isInList: false }, (path, type, isElement) => {
      const field = found.get(path) ?? remember(found, path)
      if (!field || type === undefined) return
      if (isElement) field.elements.add(type)
      const types = own.get(path) ?? new Set()
      own.set(path, types.add(isElement ? 'array' : type))
    })
    for (const [path, types] of own) count(found.get(path), types)
  }
  return [...found].map(([path, { counts, elements }]) => ({
    path,
    types: BSON_TYPES.flatMap((type) => {
      const times = counts.get(type)
      return times === undefined
        ? []
        : [{ type, share: Math.round((times / documents.length) * 1000) / 1000 }]
    }),
    elements: BSON_TYPES.filter((type) => elements.has(type)),
  }))
}

function remember(found: Map<string, Found>, path: string): Found | undefined {
  if (found.size >= MOST_FIELDS) return undefined
  const field = { counts: new Map<BsonType, number>(), elements: new Set<BsonType>() }
  found.set(path, field)
  return field
}

function count(field: Found | undefined, types: ReadonlySet<BsonType>): void {
  for (const type of types) field?.counts.set(type, (field.counts.get(type) ?? 0) + 1)
}

interface At {
  readonly prefix: string
  readonly depth: number
  readonly isInList: boolean
}

/** What is null is a field all the same. */
type See = (path: string, type: BsonType | undefined, isElement: boolean) => void

function walk(document: object, { prefix, depth, isInList }: At, see: See): void {
  for (const [key, value] of Object.entries(document)) {
    if (!isName(key)) continue
    const path = `${prefix}${key}`
    const type = bsonTypeOf(value)
    see(path, type, isInList)
    if (type === 'array' && Array.isArray(value)) walkList(value, path, depth, see)
    else if (isPlainObject(value) && depth < DEEPEST)
      walk(value, { prefix: `${path}.`, depth: depth + 1, isInList }, see)
  }
}

function walkList(list: readonly unknown[], path: string, depth: number, see: See): void {
  for (const item of list) {
    const type = bsonTypeOf(item)
    if (type !== undefined) see(path, type, true)
    if (isPlainObject(item) && depth < DEEPEST)
      walk(item, { prefix: `${path}.`, depth: depth + 1, isInList: true }, see)
  }
}

/** The server takes others for operators or paths: such fields are seen in whole documents only. */
export function isName(key: string): boolean {
  return key !== '' && !key.startsWith('$') && !key.includes('.') && !key.includes('\u0000')
}
