import type { Table } from '../../../src/core/database/schema.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { findByName } from '../../../src/core/names.ts'
import { newDocument, setAt, valueAt } from './new-document.ts'
import type { ServerDocument } from './pipeline.ts'
import type { Writing } from './records.ts'
import { columnOf } from './scope.ts'
import type { StoredDocument, StoredId } from './stored-document.ts'
import { computeWritten } from './write-functions.ts'

interface Replacement {
  readonly table: Table
  readonly set: { readonly [field: string]: Value }
  /** Fields that stay as they are. */
  readonly keeps: readonly string[]
  /** The filter, asked again at the moment of writing. */
  readonly query: ServerDocument
  /** The path of a number that is raised. */
  readonly counter: string | undefined
}

/** Puts new documents in the places of old ones, with what they are to keep of them. Gives the ids of those that were there. */
export async function replaceDocuments(
  found: readonly StoredDocument[],
  { table, set, keeps, query, counter }: Replacement,
  writing: Writing,
): Promise<readonly StoredId[]> {
  const { call, journal } = writing
  const collection = call.collection(table.name)
  const replaced: StoredId[] = []
  for (const { _id } of found) {
    const before = await collection.findOne({ ...query, _id }, call.options)
    if (!before) continue
    const now = { ...replacement(before, table, set, keeps), _id }
    if (counter !== undefined) setAt(now, counter, oneMore(valueAt(before, counter)))
    // What another writer changed since it was read is not overwritten unseen: it is asked for as it was read.
    const asRead = Object.fromEntries(keeps.map((name) => kept(before, table, name)))
    const options = { ...call.options, returnDocument: 'before' } as const
    const replacing = collection.findOneAndReplace({ ...query, ...asRead, _id }, now, options)
    const was = await (journal?.attempt(replacing) ?? replacing)
    if (!was) continue
    journal?.add((later) => later.collection(table.name).replaceOne({ _id }, was, later.options))
    replaced.push(_id)
  }
  if (replaced.length > 0) await computeWritten(table, [set], replaced, 'update', writing)
  return replaced
}

function oneMore(value: unknown): unknown {
  if (typeof value === 'bigint') return value + 1n
  return typeof value === 'number' ? value + 1 : 1
}

function kept(before: StoredDocument, table: Table, name: string): readonly [string, ServerDocument] {
  const path = pathOf(table, name)
  const value = valueAt(before, path)
  return [path, value === undefined ? { $exists: false } : { $eq: value }]
}

function replacement(
  before: StoredDocument,
  table: Table,
  set: Replacement['set'],
  keeps: readonly string[],
): StoredDocument {
  const stays = keeps.filter((name) => !Object.hasOwn(set, name))
  // What stays counts as given: a default would take its place.
  const without = { ...table, fields: table.fields.filter(({ name }) => !stays.includes(name)) }
  const document = newDocument(without, set)
  for (const name of stays) {
    const path = pathOf(table, name)
    const value = valueAt(before, path)
    if (value !== undefined) setAt(document, path, value)
  }
  // Null that was read of a field that is not there is not written back as one that is.
  for (const [key, value] of Object.entries(document)) {
    if (value === null && !Object.hasOwn(before, key)) delete document[key]
  }
  return document
}

function pathOf(table: Table, name: string): string {
  const field = findByName(table.fieldByName, name)
  return field ? columnOf(field) : name
}
