import { z } from 'zod'
import type { Records } from '../../core/database/adapter.ts'
import { CHANGE_TABLE } from '../bookkeeping.ts'
import { callSignal, rowsOf, selectRows, tableNamed } from '../records.ts'
import { readRows } from '../row-schemas.ts'

/** Ids of records by table that may have changed; null: any may have. */
export type ChangedRecords = ReadonlyMap<string, ReadonlySet<number>> | null

interface LoggedChange {
  /** What the transaction found, and what it left. */
  readonly afterVersion: number
  readonly version: number
  readonly records: ChangedRecords
}

const TABLE = tableNamed(CHANGE_TABLE)
/** Most transactions that a server may have missed before it reads everything again. */
const KEPT = 2_000
/** The log is cut once in so many transactions. */
const CUT_EVERY = 100

/** Inside the transaction that changes the records, while other writers wait. */
export async function logChange(
  records: Records,
  { afterVersion, version, records: changed }: LoggedChange,
): Promise<void> {
  const named = changed && Object.fromEntries([...changed].map(([table, ids]) => [table, [...ids]]))
  const row = { version, after_version: afterVersion, records: named && { json: named } }
  const options = { signal: callSignal() }
  const { rows } = await records.insert({ table: TABLE, rows: [row], returning: ['id'] }, options)
  const id = Number(rows[0]?.id)
  if (id % CUT_EVERY !== 0) return
  const where = { op: '<=', field: 'id', value: id - KEPT } as const
  await records.delete({ table: TABLE, where, returning: [] }, options)
}

/** The number of the newest change; 0 when there is none. */
export async function newestChange(records: Records): Promise<number> {
  const [row] = await selectRows(
    records,
    { table: TABLE, fields: ['id'], orderBy: [{ by: 'id', direction: 'desc' }], limit: 1 },
    callSignal(),
  )
  return Number(row?.id ?? 0)
}

export interface ChangesSince {
  readonly records: ReadonlyMap<string, ReadonlySet<number>>
  readonly newestId: number
}

/**
 * What changed between two versions, the first of them left by the change with this number. Undefined when the log does not
 * tell: it was cut, too much changed at once, or a program that keeps no log has written.
 */
export async function changesBetween(
  records: Records,
  from: { readonly id: number; readonly version: number },
  toVersion: number,
): Promise<ChangesSince | undefined> {
  const rows = readRows(changeRow, await rowsOf(records, TABLE, callSignal(), from.id))
  const all = new Map<string, Set<number>>()
  let reached = from
  for (const { id, version, after_version: after, records: changed } of rows) {
    if (after !== reached.version || changed === null) return undefined
    for (const [table, ids] of Object.entries(changed))
      all.set(table, new Set([...(all.get(table) ?? []), ...ids]))
    reached = { id, version }
  }
  return reached.version === toVersion ? { records: all, newestId: reached.id } : undefined
}

const changeRow = z.object({
  id: z.int(),
  version: z.int(),
  after_version: z.int(),
  records: z.record(z.string(), z.array(z.int())).nullable(),
})
