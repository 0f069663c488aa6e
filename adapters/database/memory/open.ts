import type { CallOptions, DatabaseAdapter, Records } from '../../../src/core/database/adapter.ts'
import type { Capability } from '../../../src/core/database/capability.ts'
import type { TableDefinition } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { allowManyListeners } from '../sql/many-listeners.ts'
import { alterTables } from './alter.ts'
import { deleteRows, insertRows, selectRows, updateRows, type Written } from './records.ts'
import { renameIn } from './rename.ts'
import type { Database } from './tables.ts'

const CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  'records.read',
  'records.write',
  'records.upsert',
  'aggregate',
  'joins',
  'partitions',
  'transactions',
  'schema.read',
  'schema.write',
  'schema.transactions',
  'schema.rename',
  'relations',
  'stream',
])

/** Rows in one part of a stream. */
const PART_ROWS = 1000

/**
 * The reference engine: the port's semantics in the plainest form, for the contract suite and for tests. Data lives as
 * long as the adapter. Writers take turns; readers never wait and see what was committed last.
 */
export function openMemory(tables: readonly TableDefinition[] = []): DatabaseAdapter {
  let committed: Database = new Map()
  for (const table of tables) committed = alterTables(committed, { kind: 'create_table', table })
  let closed = false
  let lastTurn: Promise<unknown> = Promise.resolve()

  /** Runs when every write before it has ended. */
  const inTurn = <T>({ signal }: CallOptions, work: () => Promise<T> | T): Promise<T> => {
    if (closed) return Promise.reject(unavailable())
    if (signal.aborted) return Promise.reject(cancelled())
    const turn = lastTurn.then(() => {
      assertNotAborted(signal)
      return work()
    })
    lastTurn = turn.catch(() => undefined)
    return untilAborted(turn, signal)
  }
  const read = async <T>({ signal }: CallOptions, work: () => T): Promise<T> => {
    if (closed) throw unavailable()
    await Promise.resolve()
    assertNotAborted(signal)
    return work()
  }
  const commit = ({ database, result }: Written) => {
    committed = database
    return result
  }

  return {
    capabilities: CAPABILITIES,
    select: (query, options) => read(options, () => selectRows(committed, query)),
    async *stream(query, options) {
      const result = await read(options, () => selectRows(committed, { ...query, as: 'rows' }))
      const rows = 'rows' in result ? result.rows : []
      for (let from = 0; from < rows.length; from += PART_ROWS) {
        yield await read(options, () => rows.slice(from, from + PART_ROWS))
      }
    },
    insert: (query, options) => inTurn(options, () => commit(insertRows(committed, query))),
    update: (query, options) => inTurn(options, () => commit(updateRows(committed, query))),
    delete: (query, options) => inTurn(options, () => commit(deleteRows(committed, query))),
    readSchema: (options) => read(options, () => describe(committed)),
    listRoutines: (_kind, options) => read(options, refuseRoutines),
    call: (_query, options) => read(options, refuseRoutines),
    transaction: (work, options) =>
      inTurn(options, async () => {
        const draft = new Draft(committed)
        const result = await work(draft).finally(() => draft.end())
        assertNotAborted(options.signal)
        committed = draft.database
        return result
      }),
    alter: (changes, options) =>
      inTurn(options, () => {
        committed = [changes].flat().reduce(alterTables, committed)
      }),
    rename: (rename, options) =>
      inTurn(options, () => {
        committed = renameIn(committed, rename)
      }),
    ping: (options) => read(options, () => undefined),
    close: async () => {
      closed = true
      await lastTurn
    },
  }
}

/** The writes of a transaction, on a copy that nobody else sees. */
class Draft implements Records {
  database: Database
  #ended = false

  constructor(database: Database) {
    this.database = database
  }

  end(): void {
    this.#ended = true
  }

  select: Records['select'] = (query, options) => this.#run(options, () => selectRows(this.database, query))
  insert: Records['insert'] = (query, options) => this.#write(options, () => insertRows(this.database, query))
  update: Records['update'] = (query, options) => this.#write(options, () => updateRows(this.database, query))
  delete: Records['delete'] = (query, options) => this.#write(options, () => deleteRows(this.database, query))

  #write(options: CallOptions, write: () => Written) {
    return this.#run(options, () => {
      const { database, result } = write()
      this.database = database
      return result
    })
  }

  async #run<T>({ signal }: CallOptions, work: () => T): Promise<T> {
    if (this.#ended) throw new AppError('unavailable', 'The transaction has ended.')
    assertNotAborted(signal)
    return work()
  }
}

function describe(database: Database): readonly TableDefinition[] {
  return [...database.values()].map(({ definition, rows }) => ({ ...definition, rowEstimate: rows.length }))
}

function refuseRoutines(): never {
  throw new AppError('not_supported', 'This engine has no stored procedures or functions.')
}

/** The promise, or `timeout` as soon as the signal fires. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(cancelled())
    allowManyListeners(signal)
    signal.addEventListener('abort', abort)
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function assertNotAborted(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled()
}

function cancelled(): AppError {
  return new AppError('timeout', 'The request was cancelled.')
}

function unavailable(): AppError {
  return new AppError('unavailable', 'The database is closed.')
}
