import type { CallOptions, Records } from '../../../src/core/database/adapter.ts'
import type {
  DeleteQuery,
  InsertQuery,
  SelectQuery,
  SelectResult,
  UpdateQuery,
  WriteResult,
} from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import type { Call } from './calls.ts'
import { compileSelect } from './compile.ts'
import { deleteDocuments } from './delete-documents.ts'
import { insertDocuments, requireTable } from './insert-documents.ts'
import type { Journal } from './journal.ts'
import { openCursor } from './open-cursor.ts'
import { rowOf } from './output.ts'
import { updateDocuments } from './update-documents.ts'
import { upsertDocuments } from './upsert-documents.ts'

/** Where records are read and written: alone, in a transaction, or with a journal in place of one. */
export interface Seat {
  run<T>(options: CallOptions, table: Table, work: (call: Call) => Promise<T>): Promise<T>
  write<T>(options: CallOptions, table: Table, work: (writing: Writing) => Promise<T>): Promise<T>
}

export interface Writing {
  readonly call: Call
  /** Absent within a transaction, which undoes by itself. */
  readonly journal?: Journal
}

export function createRecords(seat: Seat): Records {
  return {
    select: (query, options) => seat.run(options, query.table, (call) => select(query, call)),
    insert: (query, options) => seat.write(options, query.table, (writing) => insert(query, writing)),
    update: (query, options) => seat.write(options, query.table, (writing) => update(query, writing)),
    delete: (query, options) => seat.write(options, query.table, (writing) => remove(query, writing)),
  }
}

async function select(query: SelectQuery, call: Call): Promise<SelectResult> {
  const { collection, reading } = call
  if (query.limit === 0 && !query.countOnly) return { rows: [] }
  const { pipeline, outputs } = compileSelect(query)
  const { cursor, shape } = openCursor(collection(query.table.name), pipeline, reading)
  const found = await cursor.toArray()
  // A collection that is not there is as one that is empty.
  if (found.length === 0) await requireTable(query.table, call)
  if (query.countOnly && found.length === 0) return { rows: [{ count: 0 }] }
  return { rows: found.map((document) => rowOf(shape(document), outputs)) }
}

function insert(query: InsertQuery, writing: Writing): Promise<WriteResult> {
  return query.onConflict
    ? upsertDocuments(query, query.onConflict, writing)
    : insertDocuments(query, writing)
}

function update(query: UpdateQuery, writing: Writing): Promise<WriteResult> {
  return updateDocuments(query, writing)
}

function remove(query: DeleteQuery, writing: Writing): Promise<WriteResult> {
  return deleteDocuments(query, writing)
}
