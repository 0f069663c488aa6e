import type { DeleteQuery, WriteResult } from '../../../src/core/database/query.ts'
import { foundDocuments } from './found-documents.ts'
import { inTurns } from './in-turns.ts'
import type { Writing } from './records.ts'
import { idKey, listed, rowsById } from './returned-rows.ts'
import type { StoredId } from './stored-document.ts'

/** Deletes the rows that match and gives them as they were. */
export async function deleteDocuments(
  { table, where, returning }: DeleteQuery,
  { call, journal }: Writing,
): Promise<WriteResult> {
  const { documents, query } = await foundDocuments(table, where, call)
  const ids = documents.map(({ _id }) => _id)
  if (ids.length === 0) return { affected: 0, rows: [] }
  const collection = call.collection(table.name)
  const rows = returning.length > 0 ? await rowsById(table, ids, returning, call) : undefined
  const deleted = async (_id: StoredId) => {
    const deleting = collection.findOneAndDelete({ ...query, _id }, call.options)
    const before = await (journal?.attempt(deleting) ?? deleting)
    if (!before) return []
    journal?.add((later) => later.collection(table.name).insertOne(before, later.options))
    return [_id]
  }
  if (!journal) await collection.deleteMany({ _id: { $in: ids } }, call.options)
  const gone = journal ? (await inTurns(ids, deleted)).flat() : ids
  return { affected: gone.length, rows: gone.flatMap((id) => listed(rows?.get(idKey(id)))) }
}
