import type { BrowserSessionBook } from '../../core/browser-session-book.ts'
import type { DatabaseAdapter } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import { BROWSER_SESSION_TABLE } from '../bookkeeping.ts'
import { callSignal, dateTime, selectRows, tableNamed } from '../records.ts'

const TABLE = tableNamed(BROWSER_SESSION_TABLE)
const FIELDS = TABLE.fields.map(({ name }) => name)
const CLEANUP_MS = 60 * 60 * 1000

/** In the system database. Not a change that other nodes follow: each asks when a browser comes. */
export function createBrowserSessionBook(
  database: DatabaseAdapter,
  now: () => number = Date.now,
): BrowserSessionBook {
  let cleanedAt = 0

  async function remove(where: Filter): Promise<void> {
    await database.delete({ table: TABLE, where, returning: [] }, { signal: callSignal() })
  }

  return {
    async open(key, record, expiresAt) {
      if (now() - cleanedAt > CLEANUP_MS) {
        cleanedAt = now()
        await remove({ op: '<', field: 'expires_date', value: dateTime(new Date(now())) })
      }
      const row = {
        key_hash: key,
        user_id: record.userId,
        mark: record.mark,
        signed_in_date: dateTime(new Date(record.signedInAt * 1000)),
        is_forever: record.isForever,
        secret_hash: record.secretHash,
        rotated_date: dateTime(record.rotatedAt),
        expires_date: dateTime(expiresAt),
      }
      await database.insert({ table: TABLE, rows: [row], returning: [] }, { signal: callSignal() })
    },
    async find(key) {
      const where = { op: '=', field: 'key_hash', value: key } as const
      const [row] = await selectRows(
        database,
        { table: TABLE, fields: FIELDS, where, limit: 1 },
        callSignal(),
      )
      if (!row || String(row.expires_date) <= dateTime(new Date(now()))) return undefined
      return {
        userId: Number(row.user_id),
        mark: String(row.mark),
        signedInAt: momentOf(row.signed_in_date).getTime() / 1000,
        isForever: row.is_forever === true,
        secretHash: String(row.secret_hash),
        ...(typeof row.previous_hash === 'string' && { previousHash: row.previous_hash }),
        rotatedAt: momentOf(row.rotated_date),
      }
    },
    async rotate(key, { from, to, at }) {
      const where: Filter = {
        op: 'and',
        all: [
          { op: '=', field: 'key_hash', value: key },
          { op: '=', field: 'secret_hash', value: from },
        ],
      }
      const set = { secret_hash: to, previous_hash: from, rotated_date: dateTime(at) }
      const { affected } = await database.update(
        { table: TABLE, set, where, returning: [] },
        { signal: callSignal() },
      )
      return affected > 0
    },
    end: (key) => remove({ op: '=', field: 'key_hash', value: key }),
  }
}

/** UTC. */
function momentOf(date: unknown): Date {
  return new Date(`${String(date).replace(' ', 'T').replace(/[zZ]$/, '')}Z`)
}
