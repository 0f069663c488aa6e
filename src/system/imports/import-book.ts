import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Caller } from '../../core/caller.ts'
import type { DatabaseAdapter } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { Row, Value } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { fromJsonText } from '../../core/from-json-text.ts'
import type { ImportRecord, NewImport } from '../../core/imports.ts'
import type { Seal } from '../../core/seal.ts'
import { IMPORT_PART_TABLE, IMPORT_TABLE } from '../bookkeeping.ts'
import { callSignal, dateTime, now, selectRows, tableNamed } from '../records.ts'
import { partsOf } from './parts-of.ts'

const JOBS = tableNamed(IMPORT_TABLE)
const PARTS = tableNamed(IMPORT_PART_TABLE)
const JOB_FIELDS = JOBS.fields.map(({ name }) => name)

/** A process that stopped saying so for as long is gone. */
const LEASE_MS = 30_000

export interface Part {
  readonly number: number
  /** Rows before it. */
  readonly offset: number
  readonly records: readonly ImportRecord[]
}

type Changes = Readonly<Record<string, Value>>

export type ImportBook = ReturnType<typeof createImportBook>

/** Imports in the system database: rows and marks encrypted. Every change but a cancellation is made by who holds the lease. */
export function createImportBook(
  database: DatabaseAdapter,
  { seal, processId }: { readonly seal: Seal; readonly processId: string },
) {
  const update = async (where: Filter, set: Changes) =>
    (await database.update({ table: JOBS, set, where, returning: [] }, { signal: callSignal() })).affected
  const select = (where: Filter, limit: number) =>
    selectRows(
      database,
      { table: JOBS, fields: JOB_FIELDS, where, limit, orderBy: NEWEST_FIRST },
      callSignal(),
    )
  const mine = (id: number): Filter => all(is('id', id), is('status', 'running'), is('process_id', processId))
  const change = async (id: number, set: Changes) => {
    if ((await update(mine(id), set)) === 0) throw lostLease()
  }
  const leased = () => dateTime(new Date(Date.now() + LEASE_MS))

  async function prepare(service: string, table: string, caller: Caller): Promise<number> {
    const row = {
      service,
      table_name: table,
      owner: ownerOf(caller),
      app_id: caller.appId ?? null,
      user_id: caller.userId ?? null,
      status: PREPARING,
      rows_total: 0,
      parts: 0,
      process_id: processId,
      leased_date: leased(),
      created_date: now(),
    }
    const { rows } = await database.insert(
      { table: JOBS, rows: [row], returning: ['id'] },
      { signal: callSignal() },
    )
    return Number(rows[0]?.id)
  }

  async function keepParts(id: number, records: NewImport['records']) {
    let parts = 0
    let rows = 0
    for await (const { offset, count, text } of partsOf(records)) {
      const content = seal.seal(packed(text), partScope(id, parts))
      const row = { import_job_id: id, number: parts, first_row: offset, content }
      await database.insert({ table: PARTS, rows: [row], returning: [] }, { signal: callSignal() })
      parts++
      rows = offset + count
    }
    return { rows, parts }
  }

  return {
    /** Leased to this process. What `records` throws is thrown, and nothing is kept. */
    async add({ service, table, records }: NewImport, caller: Caller): Promise<number> {
      const id = await prepare(service, table, caller)
      try {
        const { rows, parts } = await keepParts(id, records)
        const set = { status: 'running', rows_total: rows, parts, leased_date: leased() }
        if ((await update(all(is('id', id), is('status', PREPARING)), set)) === 0) throw lostLease()
        return id
      } catch (error) {
        await database.delete({ table: JOBS, where: is('id', id), returning: [] }, { signal: callSignal() })
        throw error
      }
    },
    find: async (id: number): Promise<Row | undefined> => (await select(is('id', id), 1))[0],
    ofOwner: (service: string, caller: Caller, most: number) =>
      select(all(is('service', service), is('owner', ownerOf(caller))), most),
    /** What is over for long goes, as does what nobody finished preparing. */
    async sweep(): Promise<void> {
      const before = (ms: number, field: string): Filter => ({
        op: '<',
        field,
        value: dateTime(new Date(Date.now() - ms)),
      })
      const where: Filter = {
        op: 'or',
        all: [
          before(KEPT_MS, 'finished_date'),
          all(is('status', PREPARING), before(LONGEST_PREPARING_MS, 'created_date')),
        ],
      }
      await database.delete({ table: JOBS, where, returning: [] }, { signal: callSignal() })
    },
    /** Those that nobody carries out. */
    async abandoned(): Promise<readonly number[]> {
      const late: Filter = { op: '<', field: 'leased_date', value: now() }
      return (await select(all(is('status', 'running'), late), MOST_AT_ONCE)).map(({ id }) => Number(id))
    },
    /** False when another process has it. */
    async lease(id: number): Promise<boolean> {
      const late: Filter = { op: '<', field: 'leased_date', value: now() }
      const free: Filter = { op: 'or', all: [late, is('process_id', processId)] }
      const set = { process_id: processId, leased_date: leased() }
      return (await update(all(is('id', id), is('status', 'running'), free), set)) > 0
    },
    /** Another process may take it at once. */
    release: (id: number) => update(mine(id), { leased_date: LONG_AGO }),
    async part(id: number, number: number): Promise<Part> {
      const where = all(is('import_job_id', id), is('number', number))
      const query = { table: PARTS, fields: ['first_row', 'content'], where, limit: 1 }
      const [row] = await selectRows(database, query, callSignal())
      const text = seal.open(String(row?.content), partScope(id, number))
      if (text === undefined) throw new AppError('internal', 'The rows of an import cannot be read.')
      return { number, offset: Number(row?.first_row), records: recordsIn(unpacked(text)) }
    },
    /** Throws when the lease was lost: then the rows must not be committed. */
    mark: (id: number, keys: string) =>
      change(id, { mark: seal.seal(keys, markScope(id)), leased_date: leased() }),
    markOf: ({ id, mark }: Row) =>
      typeof mark === 'string' ? seal.open(mark, markScope(Number(id))) : undefined,
    advance: (id: number, { number, offset, records }: Part) =>
      change(id, {
        next_part: number + 1,
        rows_done: offset + records.length,
        mark: null,
        message: null,
        leased_date: leased(),
      }),
    wait: (id: number, message: string) => change(id, { message, leased_date: leased() }),
    async end(id: number, status: 'done' | 'failed' | 'cancelled', message: string | null): Promise<void> {
      const where = all(is('id', id), is('status', 'running'))
      await update(where, { status, message, mark: null, finished_date: now() })
      await database.delete(
        { table: PARTS, where: is('import_job_id', id), returning: [] },
        { signal: callSignal() },
      )
    },
  }
}

const PREPARING = 'preparing'
const KEPT_MS = 7 * 24 * 3_600_000
const LONGEST_PREPARING_MS = 3_600_000
const MOST_AT_ONCE = 20
const LONG_AGO = '2000-01-01 00:00:00'
const NEWEST_FIRST = [{ by: 'id', direction: 'desc' }] as const

/** One caller has one name here, whatever role they are in. */
export function ownerOf({ label, appId, userId }: Caller): string {
  return userId === undefined ? (appId === undefined ? label : `app:${appId}`) : `user:${userId}`
}

function is(field: string, value: string | number): Filter {
  return { op: '=', field, value }
}

function all(...filters: readonly Filter[]): Filter {
  return { op: 'and', all: filters }
}

/** What was written here, so only its form is trusted. */
function recordsIn(text: string): readonly ImportRecord[] {
  const records = fromJsonText(text)
  if (Array.isArray(records)) return records
  throw new AppError('internal', 'The rows of an import cannot be read.')
}

/** JSON as it is, or compressed where that is shorter; the first character tells them apart. */
function packed(text: string): string {
  const short = `z${deflateRawSync(text).toString('base64')}`
  return short.length < Buffer.byteLength(text) ? short : text
}

function unpacked(text: string): string {
  return text.startsWith('z') ? inflateRawSync(Buffer.from(text.slice(1), 'base64')).toString() : text
}

function partScope(id: number, number: number): string {
  return `import:${id}:${number}`
}

function markScope(id: number): string {
  return `import mark:${id}`
}

function lostLease(): AppError {
  return new AppError('conflict', 'The import was ended, or another process carries it out.')
}
