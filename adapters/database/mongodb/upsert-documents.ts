import type { InsertQuery, WriteResult } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { AppError } from '../../../src/core/errors.ts'
import { findByName } from '../../../src/core/names.ts'
import { failureOf } from './failure.ts'
import { insertAll, requireTable } from './insert-documents.ts'
import { storedValues } from './new-document.ts'
import type { ServerDocument } from './pipeline.ts'
import type { Writing } from './records.ts'
import { returnedRows } from './returned-rows.ts'
import { columnOf } from './scope.ts'
import type { StoredId } from './stored-document.ts'
import { asItWas, changeOf } from './update-documents.ts'
import { computeWritten } from './write-functions.ts'

type Values = { readonly [field: string]: Value }

/** Changes the row of each key, or makes it; rows in input order. */
export async function upsertDocuments(
  { table, rows, returning }: InsertQuery,
  key: readonly string[],
  writing: Writing,
): Promise<WriteResult> {
  await requireTable(table, writing.call)
  const ids: StoredId[] = []
  for (const row of rows) ids.push(await upsert(table, key, row, writing))
  return { affected: ids.length, rows: await returnedRows({ table, ids, returning }, writing.call) }
}

/** Gives the id of the document. A null in the key clashes with nothing. */
async function upsert(
  table: Table,
  key: readonly string[],
  row: Values,
  writing: Writing,
): Promise<StoredId> {
  const hasKey = key.every((name) => (row[name] ?? null) !== null)
  for (let left = 3; ; left--) {
    const known = hasKey ? await change(table, key, row, writing) : undefined
    if (known !== undefined) return known
    try {
      const [made] = await insertAll(table, [row], writing)
      if (!made) throw new AppError('internal', 'A row was inserted and is not there.')
      await computeWritten(table, [row], [made._id], 'insert', writing)
      return made._id
    } catch (error) {
      // Somebody else made it meanwhile: then it is changed.
      if (left === 0 || !hasKey || !writing.journal || !isClashOf(error, table, key)) throw error
    }
  }
}

function isClashOf(error: unknown, table: Table, key: readonly string[]): boolean {
  const { code, keyPattern } = failureOf(error)
  const columns = key.map((name) => column(table, name))
  return code === 11000 && (!keyPattern || Object.keys(keyPattern).join() === columns.join())
}

function column(table: Table, name: string): string {
  const field = findByName(table.fieldByName, name)
  return field ? columnOf(field) : name
}

/** Gives the id of the row that is there; undefined when there is none. */
async function change(
  table: Table,
  key: readonly string[],
  row: Values,
  writing: Writing,
): Promise<StoredId | undefined> {
  const { call, journal } = writing
  const columns = key.map((name) => column(table, name))
  const values = storedValues(table, row)
  const query: ServerDocument = Object.fromEntries(columns.map((path) => [path, { $eq: values.get(path) }]))
  const changed = changeOf(new Map([...values].filter(([path]) => !columns.includes(path))))
  const collection = call.collection(table.name)
  const paths = [...Object.keys(changed.$set ?? {}), ...Object.keys(changed.$unset ?? {})]
  const changing =
    paths.length === 0
      ? collection.findOne(query, call.options)
      : collection.findOneAndUpdate(query, changed, { ...call.options, returnDocument: 'before' })
  const before = await (journal?.attempt(changing) ?? changing)
  if (!before) return undefined
  const { _id } = before
  if (paths.length > 0)
    journal?.add((later) =>
      later.collection(table.name).updateOne({ _id }, asItWas(before, paths), later.options),
    )
  await computeWritten(table, [row], [_id], 'insert', writing)
  return _id
}
