import { z } from 'zod'
import type { Field, TableDefinition } from '../../../src/core/database/schema.ts'
import type { ServerDocument } from './pipeline.ts'

const index = z.object({
  name: z.string(),
  key: z.record(z.string(), z.unknown()),
  unique: z.unknown().optional().transform(Boolean),
  partialFilterExpression: z.unknown().optional(),
})
export type IndexInfo = z.output<typeof index>

export function indexesIn(given: readonly unknown[]): readonly IndexInfo[] {
  return given.flatMap((one) => {
    const read = index.safeParse(one)
    return read.success ? [read.data] : []
  })
}

type Keys = Pick<TableDefinition, 'uniqueKeys'> & { readonly indexedFields: readonly string[] }

/** Keys whose fields are all known. The index of `_id` is the primary key, or nobody's. */
export function keysOf(
  indexes: readonly IndexInfo[],
  primaryKey: readonly string[],
  fields: readonly Field[],
): Keys {
  const names = new Set(fields.map(({ name }) => name))
  const uniqueKeys: string[][] = []
  const indexedFields: string[] = []
  for (const { key, unique } of indexes) {
    const own = Object.keys(key)
    const [first] = own
    if (first === undefined || !own.every((name) => names.has(name))) continue
    if (!unique && first !== '_id') indexedFields.push(first)
    else if (unique && own.join('\u0000') !== primaryKey.join('\u0000')) uniqueKeys.push(own)
  }
  return { uniqueKeys, indexedFields: [...new Set(indexedFields)] }
}

export interface NewIndex {
  readonly key: ServerDocument
  readonly name: string
  readonly unique?: true
  readonly sparse?: true
  readonly partialFilterExpression?: ServerDocument
}

/**
 * In SQL null clashes with nothing: rows with a null in the key are not in the index. A field alone is left out of the document
 * where it would be null, so that a sparse index does; several together need a condition.
 */
export function uniqueIndex(
  fields: readonly string[],
  { fields: all }: Pick<TableDefinition, 'fields'>,
): NewIndex {
  const nullable = fields.filter((name) => all.find((field) => field.name === name)?.allowNull)
  const [only] = fields
  return {
    ...plainIndex(fields),
    unique: true,
    ...(fields.length === 1 && only === nullable[0] && { sparse: true }),
    ...(fields.length > 1 &&
      nullable.length > 0 && {
        partialFilterExpression: Object.fromEntries(nullable.map((name) => [name, { $exists: true }])),
      }),
  }
}

export function plainIndex(fields: readonly string[]): NewIndex {
  return { key: Object.fromEntries(fields.map((name) => [name, 1])), name: indexName(fields) }
}

/** As the server would call it; of at most 120 bytes, which every version takes. */
function indexName(fields: readonly string[]): string {
  return Buffer.from(fields.map((name) => `${name}_1`).join('_'))
    .subarray(0, 100)
    .toString('utf8')
    .replaceAll('\uFFFD', '')
}

/** The driver's own type of a key has no words for any number. */
export function asDriverTakes({ key, ...rest }: NewIndex) {
  return { ...rest, key: Object.fromEntries(Object.keys(key).map((name) => [name, 1] as const)) }
}

/** Fields that are left out of a document where they would be null: those of unique keys. */
export function leftOutAsNull({ uniqueKeys }: Pick<TableDefinition, 'uniqueKeys'>): ReadonlySet<string> {
  return new Set(uniqueKeys.flat())
}
