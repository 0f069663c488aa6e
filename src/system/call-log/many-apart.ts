import type { DatabaseAdapter } from '../../core/database/adapter.ts'
import { isOfRows } from './call-record.ts'

export type CallDatabase = Pick<DatabaseAdapter, 'insert' | 'delete' | 'select'>

interface Ways {
  /** Each statement holds up the thread that answers. */
  readonly here: CallDatabase
  /** Holds up nobody, but is a process of its own, which few rows are not worth. */
  readonly apart: CallDatabase
  /** So many rows at once, and more, go apart. */
  readonly many: number
  /** Milliseconds. */
  readonly now?: () => number
}

/** After a failure all goes on here for so long. */
const REST_MS = 60_000

/** One database by two ways. What is deleted goes the way that was last written by. */
export function manyApart({ here, apart, many, now = () => performance.now() }: Ways): CallDatabase {
  let current = here
  let restsUntil = Number.NEGATIVE_INFINITY

  async function through<T>(way: CallDatabase, work: (way: CallDatabase) => Promise<T>): Promise<T> {
    try {
      return await work(way)
    } catch (error) {
      if (way === apart && !isOfRows(error)) {
        restsUntil = now() + REST_MS
        current = here
      }
      throw error
    }
  }

  return {
    insert(query, options) {
      current = query.rows.length < many || now() < restsUntil ? here : apart
      return through(current, (way) => way.insert(query, options))
    },
    delete: (query, options) => through(current, (way) => way.delete(query, options)),
    // Few, by keys.
    select: (query, options) => here.select(query, options),
  }
}
