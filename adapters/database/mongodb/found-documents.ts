import type { Filter } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import type { Call } from './calls.ts'
import { openCursor } from './open-cursor.ts'
import type { ServerDocument } from './pipeline.ts'
import { matchStages, Scope } from './scope.ts'
import { isId, type StoredDocument } from './stored-document.ts'

export interface Selected {
  readonly documents: readonly StoredDocument[]
  /** The filter as a query of its own, to be asked again at the moment of writing; empty where it needs more than the document. */
  readonly query: ServerDocument
}

/** The documents that a write is about; without a filter all. */
export async function foundDocuments(
  table: Table,
  where: Filter | undefined,
  { collection, options }: Call,
): Promise<Selected> {
  const stages = matchStages(where, new Scope(table))
  const { cursor } = openCursor(collection(table.name), [...stages, { $project: { _id: 1 } }], options)
  const found = await cursor.toArray()
  const documents = found.flatMap(({ _id }) => (isId(_id) ? [{ _id }] : []))
  return { documents, query: plainQuery(stages) }
}

function plainQuery(stages: readonly ServerDocument[]): ServerDocument {
  const queries = stages.map(({ $match }) => $match)
  return queries.length > 0 && queries.every((query) => query !== undefined) ? { $and: queries } : {}
}
