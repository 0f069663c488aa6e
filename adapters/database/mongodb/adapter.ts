import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { InsertQuery } from '../../../src/core/database/query.ts'
import { AppError } from '../../../src/core/errors.ts'
import { readOnly } from '../sql/interruption.ts'
import { alterDatabase } from './alter.ts'
import type { Calls } from './calls.ts'
import { capabilitiesOf } from './capabilities.ts'
import { readCatalogue } from './catalogue.ts'
import { journalled } from './journal.ts'
import { createRecords, type Seat } from './records.ts'
import { renameThing } from './rename.ts'
import { notesOnRights } from './rights.ts'
import { streamRows } from './stream.ts'
import { transact, undoable } from './transaction.ts'

interface AdapterParts {
  readonly calls: Calls
  readonly isReadOnly: boolean
}

/** The port over a database of collections. */
export function createAdapter({ calls, isReadOnly }: AdapterParts): DatabaseAdapter {
  const { hasTransactions } = calls.facts
  const seat: Seat = {
    run: (options, table, work) => calls.run(options, work, { table }),
    write: (options, table, work) =>
      journalled(calls, (journal) => calls.run(options, (call) => work({ call, journal }), { table })),
  }
  const alone = createRecords(seat)
  const transaction: DatabaseAdapter['transaction'] = (work, options) =>
    hasTransactions && !isReadOnly ? transact(calls, work, options) : undoable(calls, work, options)
  const writing = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isReadOnly) throw readOnly()
    return work()
  }
  return {
    capabilities: capabilitiesOf(calls.facts, isReadOnly),
    select: alone.select,
    insert: (query, options) =>
      writing(() =>
        hasTransactions && !isOneDocument(query)
          ? transaction((records) => records.insert(query, options), { ...options, retry: true })
          : alone.insert(query, options),
      ),
    update: (query, options) =>
      writing(() =>
        hasTransactions
          ? transaction((records) => records.update(query, options), { ...options, retry: true })
          : alone.update(query, options),
      ),
    delete: (query, options) =>
      writing(() =>
        hasTransactions
          ? transaction((records) => records.delete(query, options), { ...options, retry: true })
          : alone.delete(query, options),
      ),
    transaction: (work, options) =>
      transaction((records) => work(isReadOnly ? readingOnly(records) : records), options),
    stream: (query, options) => streamRows(calls, query, options),
    readSchema: (options) => readCatalogue(calls, options),
    alter: (changes, options) =>
      writing(async () => {
        for (const change of [changes].flat()) await alterDatabase(calls, change, options)
      }),
    rename: (rename, options) => writing(() => renameThing(calls, rename, options)),
    listRoutines: async () => {
      throw noRoutines()
    },
    call: async () => {
      throw noRoutines()
    },
    ping: (options) => calls.ping(options),
    notes: (options) => notesOnRights(calls, isReadOnly, options),
    close: () => calls.close(),
  }
}

/** The server writes one document wholly or not at all. */
function isOneDocument({ rows, onConflict, table }: InsertQuery): boolean {
  const isComputed = table.fields.some(({ expressions }) => expressions?.insert !== undefined)
  return rows.length < 2 && onConflict === undefined && !isComputed
}

function readingOnly(records: ReturnType<typeof createRecords>): ReturnType<typeof createRecords> {
  const refuse = async () => {
    throw readOnly()
  }
  return { select: records.select, insert: refuse, update: refuse, delete: refuse }
}

function noRoutines(): AppError {
  return new AppError('not_supported', 'This database has no stored procedures or functions.')
}
