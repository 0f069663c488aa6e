import type { Caller } from '../../core/caller.ts'
import type { DatabaseAdapter } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { Row, Value } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
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

  return {
    /** Leased to this process. */
    async add({ service, table, records }: NewImport, caller: Caller): Promise<number> {
      const parts = partsOf(records)
      const { rows } = await database.insert(
        {
          table: JOBS,
          rows: [
            {
              service,
              table_name: table,
              owner: ownerOf(caller),
              app_id: caller.appId ?? null,
              user_id: caller.userId ?? null,
              status: PREPARING,
              rows_total: records.length,
              parts: parts.length,
              process_id: processId,
              leased_date: leased(),
              created_date: now(),
            },
          ],
          returning: ['id'],
        },
        { signal: callSignal() },
      )
      const id = Number(rows[0]?.id)
      for (const [number, { offset, text }] of parts.entries()) {
        const row = {
          import_job_id: id,
          number,
          first_row: offset,
          content: seal.seal(text, partScope(id, number)),
        }
        await database.insert({ table: PARTS, rows: [row], returning: [] }, { signal: callSignal() })
      }
      await update(all(is('id', id), is('status', PREPARING)), { status: 'running' })
      return id
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
      return { number, offset: Number(row?.first_row), records: JSON.parse(text) }
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

function partScope(id: number, number: number): string {
  return `import:${id}:${number}`
}

function markScope(id: number): string {
  return `import mark:${id}`
}

function lostLease(): AppError {
  return new AppError('conflict', 'The import was ended, or another process carries it out.')
}
