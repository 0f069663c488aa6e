import type { DatabaseAdapter } from '../../core/database/adapter.ts'
import { isOfRows } from './call-record.ts'

export type CallDatabase = Pick<DatabaseAdapter, 'insert' | 'delete' | 'select'>

/**
 * One database by two ways: few rows are written `here`, where each statement holds up the thread that answers; `many` and more at once, and
 * what is deleted while they come, go `apart`, to a process of its own, which few are not worth. Once that failed, all goes on here.
 */
export function manyApart(here: CallDatabase, apart: CallDatabase, many: number): CallDatabase {
  let forMany = apart
  let now = here

  async function through<T>(way: CallDatabase, work: (way: CallDatabase) => Promise<T>): Promise<T> {
    try {
      return await work(way)
    } catch (error) {
      if (!isOfRows(error)) forMany = now = here
      throw error
    }
  }

  return {
    insert(query, options) {
      now = query.rows.length < many ? here : forMany
      return through(now, (way) => way.insert(query, options))
    },
    delete: (query, options) => through(now, (way) => way.delete(query, options)),
    select: (query, options) => here.select(query, options),
  }
}
