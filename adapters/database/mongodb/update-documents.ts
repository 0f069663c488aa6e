import type { UpdateQuery, WriteResult } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { foundDocuments } from './found-documents.ts'
import { inTurns } from './in-turns.ts'
import { setAt, storedValues, valueAt } from './new-document.ts'
import type { ServerDocument } from './pipeline.ts'
import type { Writing } from './records.ts'
import { replaceDocuments } from './replace-documents.ts'
import { returnedRows } from './returned-rows.ts'
import type { StoredDocument } from './stored-document.ts'
import { computesOn, computeWritten } from './write-functions.ts'

export interface Change {
  readonly $set?: ServerDocument
  readonly $unset?: { readonly [path: string]: '' }
}

/**
 * Changes the rows that match: each is asked for the filter again at the moment of its change. Without a transaction that is one
 * command for each document, so that what it was is known and can be brought back.
 */
export async function updateDocuments(
  { table, set, where, returning, keeps }: UpdateQuery,
  writing: Writing,
): Promise<WriteResult> {
  const { documents, query } = await foundDocuments(table, where, writing.call)
  if (keeps) {
    const ids = await replaceDocuments(documents, { table, set, keeps, query }, writing)
    return { affected: ids.length, rows: await returnedRows({ table, ids, returning }, writing.call) }
  }
  const values = storedValues(table, set)
  const changed =
    values.size === 0 ? { documents } : await changeAll(table, documents, { query, values }, writing)
  const ids = changed.documents.map(({ _id }) => _id)
  const isComputed = ids.length > 0 && (await computeWritten(table, [set], ids, 'update', writing))
  const known =
    changed.areWhole && !isComputed && !computesOn(table, returning) ? changed.documents : undefined
  return { affected: ids.length, rows: await returnedRows({ table, ids, returning, known }, writing.call) }
}

export function changeOf(values: ReadonlyMap<string, unknown>): Change {
  const all = [...values]
  const set = all.filter(([, value]) => value !== undefined)
  const unset = all.filter(([, value]) => value === undefined)
  return {
    ...(set.length > 0 && { $set: Object.fromEntries(set) }),
    ...(unset.length > 0 && { $unset: Object.fromEntries(unset.map(([path]) => [path, '' as const])) }),
  }
}

interface Asked {
  readonly query: ServerDocument
  /** By path; undefined for what is to be gone. */
  readonly values: ReadonlyMap<string, unknown>
}

interface Changed {
  readonly documents: readonly StoredDocument[]
  /** They are as the change left them, not their ids alone. */
  readonly areWhole?: true
}

async function changeAll(
  table: Table,
  found: readonly StoredDocument[],
  { query, values }: Asked,
  { call, journal }: Writing,
): Promise<Changed> {
  const collection = call.collection(table.name)
  const change = changeOf(values)
  const paths = [...values.keys()]
  requireSameId(paths, found)
  if (!journal) {
    const ids = found.map(({ _id }) => _id)
    if (ids.length > 0) await collection.updateMany({ _id: { $in: ids } }, change, call.options)
    return { documents: found }
  }
  const changed = await inTurns(found, async ({ _id }) => {
    const before = await collection.findOneAndUpdate({ ...query, _id }, change, {
      ...call.options,
      returnDocument: 'before',
    })
    if (!before) return []
    const back = asItWas(before, paths)
    journal.add((later) => later.collection(table.name).updateOne({ _id }, back, later.options))
    for (const [path, value] of values) setAt(before, path, value)
    return [before]
  })
  return { documents: changed.flat(), areWhole: true }
}

function requireSameId(paths: readonly string[], found: readonly StoredDocument[]): void {
  if (paths.includes('_id') && found.length > 0)
    throw new AppError('bad_request', "The field '_id' identifies the record and can not be changed.")
}

/** The change that brings the paths back to what they were. */
export function asItWas(before: StoredDocument, paths: readonly string[]): Change {
  return changeOf(new Map(paths.map((path) => [path, valueAt(before, path)])))
}
