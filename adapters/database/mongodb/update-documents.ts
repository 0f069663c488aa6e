import type { Collection, UpdateFilter } from 'mongodb'
import type { UpdateQuery, WriteResult } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { findByName } from '../../../src/core/names.ts'
import type { Call } from './calls.ts'
import { foundDocuments } from './found-documents.ts'
import { inTurns } from './in-turns.ts'
import { setAt, storedValues, valueAt } from './new-document.ts'
import type { ServerDocument } from './pipeline.ts'
import type { Writing } from './records.ts'
import { replaceDocuments } from './replace-documents.ts'
import { returnedRows } from './returned-rows.ts'
import { columnOf } from './scope.ts'
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
  { table, set, where, returning, keeps, raises }: UpdateQuery,
  writing: Writing,
): Promise<WriteResult> {
  const { documents, query } = await foundDocuments(table, where, writing.call)
  const counted = raises === undefined ? undefined : findByName(table.fieldByName, raises)
  const counter = counted && columnOf(counted)
  if (keeps) {
    const ids = await replaceDocuments(documents, { table, set, keeps, query, counter }, writing)
    return { affected: ids.length, rows: await returnedRows({ table, ids, returning }, writing.call) }
  }
  const values = storedValues(table, set)
  const isChange = values.size > 0 || counter !== undefined
  const changed = isChange
    ? await changeAll(table, documents, { query, values, counter }, writing)
    : { documents }
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
  /** The path of a number that is raised. */
  readonly counter: string | undefined
}

interface Changed {
  readonly documents: readonly StoredDocument[]
  /** They are as the change left them, not their ids alone. */
  readonly areWhole?: true
}

async function changeAll(
  table: Table,
  found: readonly StoredDocument[],
  { query, values, counter }: Asked,
  { call, journal }: Writing,
): Promise<Changed> {
  const collection = call.collection(table.name)
  const plain = changeOf(values)
  // The driver's type has no word for a path that only the schema knows.
  const raise = { $inc: { [counter ?? '']: 1 } } as UpdateFilter<StoredDocument>
  const change = counter === undefined ? plain : { ...raise, ...plain }
  const paths = [...values.keys(), ...(counter === undefined ? [] : [counter])]
  if (counter !== undefined && found.length > 0) await countFromNothing(counter, found, collection, call)
  requireSameId(paths, found)
  if (!journal) {
    const ids = found.map(({ _id }) => _id)
    if (ids.length > 0) await collection.updateMany({ _id: { $in: ids } }, change, call.options)
    return { documents: found }
  }
  const changed = await inTurns(found, async ({ _id }) => {
    const options = { ...call.options, returnDocument: 'before' } as const
    const before = await journal.attempt(collection.findOneAndUpdate({ ...query, _id }, change, options))
    if (!before) return []
    const back = asItWas(before, paths)
    journal.add((later) => later.collection(table.name).updateOne({ _id }, back, later.options))
    for (const [path, value] of values) setAt(before, path, value)
    return [before]
  })
  return counter === undefined ? { documents: changed.flat(), areWhole: true } : { documents: changed.flat() }
}

/** Null cannot be raised; what is not there counts as 0. */
async function countFromNothing(
  counter: string,
  found: readonly StoredDocument[],
  collection: Collection<StoredDocument>,
  { options }: Call,
): Promise<void> {
  const ids = found.map(({ _id }) => _id)
  const isNull: ServerDocument = { _id: { $in: ids }, [counter]: { $type: 'null' } }
  await collection.updateMany(isNull, { $unset: { [counter]: '' } }, options)
}

function requireSameId(paths: readonly string[], found: readonly StoredDocument[]): void {
  if (paths.includes('_id') && found.length > 0)
    throw new AppError('bad_request', "The field '_id' identifies the record and can not be changed.")
}

/** The change that brings the paths back to what they were. */
export function asItWas(before: StoredDocument, paths: readonly string[]): Change {
  return changeOf(new Map(paths.map((path) => [path, valueAt(before, path)])))
}
