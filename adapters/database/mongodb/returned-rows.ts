import { BSON } from 'mongodb'
import type { Table } from '../../../src/core/database/schema.ts'
import type { Row } from '../../../src/core/database/value.ts'
import { findByName } from '../../../src/core/names.ts'
import type { Call } from './calls.ts'
import { compileSelect } from './compile.ts'
import { valueAt } from './new-document.ts'
import { openCursor } from './open-cursor.ts'
import { rowOf } from './output.ts'
import { readValue } from './read-value.ts'
import { columnOf } from './scope.ts'
import type { StoredDocument, StoredId } from './stored-document.ts'

interface Returned {
  readonly table: Table
  readonly ids: readonly StoredId[]
  readonly returning: readonly string[]
  /** The documents as they are stored, where that is known; for plain fields only. */
  readonly known?: readonly StoredDocument[] | undefined
}

/** The rows of documents in the order of their ids; those that are gone are left out. */
export async function returnedRows(
  { table, ids, returning, known }: Returned,
  call: Call,
): Promise<readonly Row[]> {
  if (returning.length === 0 || ids.length === 0) return []
  if (known) return known.map((document) => plainRow(document, table, returning))
  const found = await rowsById(table, ids, returning, call)
  return ids.flatMap((id) => listed(found.get(idKey(id))))
}

export async function rowsById(
  table: Table,
  ids: readonly StoredId[],
  fields: readonly string[],
  { collection, options }: Call,
): Promise<ReadonlyMap<string, Row>> {
  const { pipeline, outputs } = compileSelect({ table, fields, limit: ids.length }, { keepsId: true })
  const those = [{ $match: { _id: { $in: [...ids] } } }, ...pipeline]
  const { cursor, shape } = openCursor(collection(table.name), those, options)
  const documents = await cursor.toArray()
  return new Map(documents.map((document) => [idKey(document._id), rowOf(shape(document), outputs)]))
}

/** Equal for equal ids. */
export function idKey(id: unknown): string {
  return BSON.EJSON.stringify({ id })
}

function plainRow(document: StoredDocument, table: Table, returning: readonly string[]): Row {
  return Object.fromEntries(
    returning.map((name) => {
      const field = findByName(table.fieldByName, name)
      return [name, readValue(valueAt(document, field ? columnOf(field) : name), field?.type)]
    }),
  )
}

/** None or one. */
export function listed(row: Row | undefined): readonly Row[] {
  return row === undefined ? [] : [row]
}
