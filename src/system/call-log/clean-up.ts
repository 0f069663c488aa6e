import type { DatabaseAdapter } from '../../core/database/adapter.ts'
import type { Filter, SelectQuery } from '../../core/database/query.ts'
import { callSignal, selectRows, tableNamed } from '../records.ts'
import { callLog } from '../resources/call-log.ts'

const TABLE = tableNamed(callLog.table)
/** Rows that one statement deletes at most: few enough to hold nobody up. */
const PORTION = 1_000

export interface Kept {
  /** As dates are kept: rows from before go. */
  readonly since: string
  /** Of the newest. */
  readonly rows: number
  /** Stops after a portion. */
  readonly isOver: () => boolean
}

/** Deletes what is old and what is too much, a portion at a time. */
export async function cleanUp(
  database: Pick<DatabaseAdapter, 'delete' | 'select'>,
  { since, rows, isOver }: Kept,
): Promise<void> {
  const old: Filter = { op: '<', field: 'created_date', value: since }
  const lastOld = await idAt(database, {
    where: old,
    orderBy: [{ by: 'created_date', direction: 'desc' }, NEWEST],
  })
  await deleteUpTo(lastOld, old)
  const newest = await idAt(database, { orderBy: [NEWEST] })
  await deleteUpTo(newest === undefined ? undefined : newest - rows)

  async function deleteUpTo(last: number | undefined, more?: Filter): Promise<void> {
    const first = last === undefined ? undefined : await idAt(database, { orderBy: [OLDEST] })
    if (last === undefined || first === undefined) return
    for (let from = first; from <= last; from += PORTION) {
      const upTo: Filter = { op: '<=', field: 'id', value: Math.min(last, from + PORTION - 1) }
      const where: Filter = more ? { op: 'and', all: [upTo, more] } : upTo
      await database.delete({ table: TABLE, where, returning: [] }, { signal: callSignal() })
      if (isOver()) return
      // A system database in this process would let nobody in between.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

const NEWEST = { by: 'id', direction: 'desc' } as const
const OLDEST = { by: 'id', direction: 'asc' } as const

async function idAt(
  database: Pick<DatabaseAdapter, 'select'>,
  which: Pick<SelectQuery, 'where' | 'orderBy'>,
): Promise<number | undefined> {
  const [row] = await selectRows(database, { table: TABLE, fields: ['id'], limit: 1, ...which }, callSignal())
  return row && Number(row.id)
}
