import type { InsertQuery, WriteResult } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { Call } from './calls.ts'
import { failureOf } from './failure.ts'
import { notUndone } from './journal.ts'
import { newDocument } from './new-document.ts'
import { catchUp, countedField, isTaken, number } from './numbering.ts'
import type { Writing } from './records.ts'
import { returnedRows } from './returned-rows.ts'
import type { StoredDocument, StoredId } from './stored-document.ts'
import { computesOn, computeWritten } from './write-functions.ts'

/** Inserts rows: all of them, or none. */
export async function insertDocuments(query: InsertQuery, writing: Writing): Promise<WriteResult> {
  const { table, rows, returning } = query
  if (rows.length === 0) return { affected: 0, rows: [] }
  await requireTable(table, writing.call)
  const documents = await insertAll(table, rows, writing)
  const ids = documents.map(({ _id }) => _id)
  const isComputed = await computeWritten(table, rows, ids, 'insert', writing)
  const known = isComputed || computesOn(table, returning) ? undefined : documents
  return {
    affected: documents.length,
    rows: await returnedRows({ table, ids, returning, known }, writing.call),
  }
}

/** How often a number that another writer took is chosen anew. */
const TRIES = 30

/** As documents, those without a number with the next ones. */
export async function insertAll(
  table: Table,
  rows: InsertQuery['rows'],
  { call, journal }: Writing,
): Promise<readonly StoredDocument[]> {
  const counted = countedField(table)
  for (let left = TRIES; ; left--) {
    const documents = rows.map((row) => newDocument(table, row))
    const numbered = counted ? await number(documents, counted, table, call) : 0
    try {
      await call.collection(table.name).insertMany([...documents], { ...call.options, ordered: true })
      journal?.add((later) =>
        remove(
          documents.map(({ _id }) => _id),
          table,
          later,
        ),
      )
      return documents
    } catch (error) {
      // A transaction is over with the first refusal, and undoes by itself.
      if (!journal) throw error
      await remove(insertedOf(documents, error), table, call).catch(notUndone(error))
      if (left === 0 || numbered === 0 || !counted || !isTaken(error, counted)) throw error
      await catchUp(documents, counted, table, call)
    }
  }
}

/** In order: those before the one that was refused are there. After a lost connection nobody knows. */
function insertedOf(documents: readonly StoredDocument[], error: unknown): readonly StoredId[] {
  const count: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'insertedCount') : undefined
  const known = failureOf(error).code !== undefined && typeof count === 'number'
  return documents.slice(0, known ? count : documents.length).map(({ _id }) => _id)
}

async function remove(ids: readonly StoredId[], { name }: Table, call: Call): Promise<void> {
  if (ids.length > 0) await call.collection(name).deleteMany({ _id: { $in: [...ids] } }, call.options)
}

/** The server would make a collection that is not there any more. */
export async function requireTable({ name }: Table, { db, options }: Call): Promise<void> {
  const found = await db.listCollections({ name }, { ...options, nameOnly: true }).toArray()
  if (!found.some((one) => one.name === name))
    throw new AppError('not_found', 'The table does not exist in the database any more.', {
      hint: 'Read the list of tables again.',
      retryable: true,
    })
}
