import type { AttemptStore } from '../../core/attempt-store.ts'
import type { DatabaseAdapter } from '../../core/database/adapter.ts'
import type { SelectQuery } from '../../core/database/query.ts'
import { ATTEMPT_TABLE } from '../bookkeeping.ts'
import { callSignal, dateTime, tableNamed } from '../records.ts'

const TABLE = tableNamed(ATTEMPT_TABLE)
const CLEANUP_MS = 60 * 60 * 1000
/** More than any limit there is. */
const MOST_ROWS = 1_000

/** Attempts in the system database. Not a change that others must see: no new snapshot. */
export function createAttemptStore(
  database: DatabaseAdapter,
  options: { readonly digest: (text: string) => string; readonly now?: () => number },
): AttemptStore {
  const { digest, now = Date.now } = options
  const hashOf = (key: string) => digest(`attempt:${key}`)
  let cleanedAt = 0

  async function cleanUp(): Promise<void> {
    cleanedAt = now()
    const where = { op: '<', field: 'expires_date', value: dateTime(new Date(now())) } as const
    await database.delete({ table: TABLE, where, returning: [] }, { signal: callSignal() })
  }

  return {
    async load(keys) {
      const keyByHash = new Map(keys.map((key) => [hashOf(key), key]))
      const query: SelectQuery = {
        table: TABLE,
        fields: ['key_hash', 'expires_date'],
        where: {
          op: 'and',
          all: [
            { op: 'in', field: 'key_hash', values: [...keyByHash.keys()] },
            { op: '>', field: 'expires_date', value: dateTime(new Date(now())) },
          ],
        },
        orderBy: [{ by: 'expires_date', direction: 'asc' }],
        limit: MOST_ROWS,
        as: 'rows',
      }
      const result = await database.select(query, { signal: callSignal() })
      return ('rows' in result ? result.rows : []).flatMap(({ key_hash, expires_date }) => {
        const key = keyByHash.get(String(key_hash))
        return key === undefined ? [] : [{ key, until: momentOf(String(expires_date)) }]
      })
    },
    async add(keys, until) {
      if (now() - cleanedAt > CLEANUP_MS) await cleanUp()
      const rows = keys.map((key) => ({ key_hash: hashOf(key), expires_date: dateTime(until) }))
      await database.insert({ table: TABLE, rows, returning: [] }, { signal: callSignal() })
    },
    async remove(key) {
      const where = { op: '=', field: 'key_hash', value: hashOf(key) } as const
      await database.delete({ table: TABLE, where, returning: [] }, { signal: callSignal() })
    },
  }
}

/** UTC, in either form an engine may write it. */
function momentOf(date: string): Date {
  return new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(date) ? date : `${date.replace(' ', 'T')}Z`)
}
