import { BSON, type FindOptions } from 'mongodb'
import { z } from 'zod'
import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { TableDefinition } from '../../../src/core/database/schema.ts'
import type { Call, Calls } from './calls.ts'
import { isShown } from './definition-rules.ts'
import { describeTable } from './describe-tables.ts'
import { inTurns } from './in-turns.ts'
import { indexesIn } from './indexes.ts'
import { sampledFields } from './sample.ts'
import type { StoredDocument } from './stored-document.ts'
import { schemaIn } from './validator.ts'

const listed = z.object({
  name: z.string(),
  type: z.string().default('collection'),
  options: z.object({ validator: z.unknown().optional() }).default({}),
})
type Listed = z.output<typeof listed>

/** Every collection and view with what a bounded sample of its documents, its validator and its indexes say. */
export async function readCatalogue(calls: Calls, options: CallOptions): Promise<readonly TableDefinition[]> {
  return calls.run(options, async (call) => {
    const found = await call.db.listCollections({}, call.options).toArray()
    const shown = found.flatMap((one) => {
      const read = listed.safeParse(one)
      return read.success && isShown(read.data.name) ? [read.data] : []
    })
    return inTurns(shown, (one) => describe(one, call))
  })
}

/** One of them; undefined when there is none of the name. */
export async function describeCollection(name: string, call: Call): Promise<TableDefinition | undefined> {
  const found = await call.db.listCollections({ name }, call.options).toArray()
  const own = listed.safeParse(found.find((one) => one.name === name)).data
  return own && describe(own, call)
}

async function describe({ name, type, options }: Listed, call: Call): Promise<TableDefinition> {
  const isView = type === 'view'
  const collection = call.collection(name)
  const indexes = isView ? [] : await collection.listIndexes(call.options).toArray().catch(noneOf)
  const rowEstimate = isView ? undefined : await collection.estimatedDocumentCount(call.options)
  return describeTable({
    name,
    isView,
    schema: schemaIn(options.validator),
    indexes: indexesIn(indexes),
    sampled: sampledFields(await sampleOf(name, isView, call)),
    ...(rowEstimate !== undefined && { rowEstimate }),
  })
}

/** A collection that is dropped meanwhile has no indexes. */
function noneOf(): [] {
  return []
}

/** Documents of each end: the oldest and the newest. */
const SAMPLED = 50
/** Of documents that are very large, fewer are read. */
const MOST_BYTES = 4_000_000

async function sampleOf(name: string, isView: boolean, call: Call): Promise<readonly StoredDocument[]> {
  if (isView) return firstDocuments(name, {}, call)
  const first = await firstDocuments(name, { sort: { _id: 1 } }, call)
  const last = first.length < SAMPLED ? [] : await firstDocuments(name, { sort: { _id: -1 } }, call)
  const known = new Set(first.map(({ _id }) => BSON.EJSON.stringify({ _id })))
  return [...first, ...last.filter(({ _id }) => !known.has(BSON.EJSON.stringify({ _id })))]
}

/** Values as they are stored: a 1 that is a double is told from one that is an integer. */
async function firstDocuments(
  name: string,
  order: Pick<FindOptions, 'sort'>,
  { collection, options }: Call,
): Promise<readonly StoredDocument[]> {
  const cursor = collection(name).find(
    {},
    { ...options, ...order, limit: SAMPLED, batchSize: 10, promoteValues: false, useBigInt64: false },
  )
  const documents: StoredDocument[] = []
  let bytes = 0
  try {
    for await (const document of cursor) {
      documents.push(document)
      bytes += BSON.calculateObjectSize(document)
      if (bytes > MOST_BYTES) break
    }
  } finally {
    await cursor.close()
  }
  return documents
}
