import { randomInt } from 'node:crypto'
import type { DatabaseAdapter } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import { recordMissing } from '../crud/write-record.ts'
import { callSignal, tableNamed } from '../records.ts'
import { limit } from '../resources/limit.ts'

/** Lets the counters of limits start over, in every process. Throws `not_found` for one that is not there; then none does. */
export type LimitResets = (ids: readonly number[] | 'all') => Promise<void>

const TABLE = tableNamed(limit.table)
const MOST_MARK = 2 ** 31 - 1

export function createLimitResets(options: {
  /** Its transactions count as changes of the system. */
  readonly database: DatabaseAdapter
  readonly refresh: () => Promise<void>
}): LimitResets {
  const { database, refresh } = options
  return async (ids) => {
    const signal = callSignal()
    await database.transaction(
      async (records) => {
        const reset = (where: Filter) => {
          const set = { reset_mark: randomInt(1, MOST_MARK) }
          return records.update({ table: TABLE, set, where, returning: [] }, { signal })
        }
        if (ids === 'all') await reset({ op: '>', field: 'id', value: 0 })
        else
          for (const id of ids) {
            const { affected } = await reset({ op: '=', field: 'id', value: id })
            if (affected === 0) throw recordMissing(id)
          }
      },
      { signal },
    )
    await refresh()
  }
}
