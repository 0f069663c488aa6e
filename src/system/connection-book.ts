import { z } from 'zod'
import type { DatabaseAdapter } from '../core/database/adapter.ts'
import type { Filter } from '../core/database/query.ts'
import type { Row } from '../core/database/value.ts'
import type { ConnectionBook, KeptConnection } from '../core/oauth-connections.ts'
import type { Seal } from '../core/seal.ts'
import { CONNECTION_TABLE } from './bookkeeping.ts'
import { callSignal, now as dateNow, dateTime, selectRows, tableNamed } from './records.ts'

const TABLE = tableNamed(CONNECTION_TABLE)
const FIELDS = TABLE.fields.map(({ name }) => name)
/** Rows of one statement. */
const PAGE = 1_000

const content = z.object({
  grantId: z.string(),
  appId: z.int().optional(),
  mark: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  resource: z.string(),
  scopes: z.array(z.string()),
})

/** In the system database: grants as keyed hashes, contents encrypted. */
export function createConnectionBook(
  database: DatabaseAdapter,
  { digest, seal }: { readonly digest: (text: string) => string; readonly seal: Seal },
): ConnectionBook {
  const hashOf = (grantId: string) => digest(`oauth connection:${grantId}`)
  const ofGrant = (grantId: string): Filter => ({ op: '=', field: 'grant_hash', value: hashOf(grantId) })

  async function remove(where: Filter): Promise<void> {
    await database.delete({ table: TABLE, where, returning: [] }, { signal: callSignal() })
  }

  async function read(where: Filter): Promise<KeptConnection[]> {
    const query = { table: TABLE, fields: FIELDS, where, limit: PAGE } as const
    const orderBy = [{ by: 'id', direction: 'asc' }] as const
    const rows = await selectRows(database, { ...query, orderBy }, callSignal())
    return rows.flatMap((row) => keptOf(row, seal))
  }

  return {
    async save({ userId, ...rest }, expiresAt) {
      const today = dateNow()
      await remove({ op: '<', field: 'expires_date', value: today })
      const grant_hash = hashOf(rest.grantId)
      const row = {
        grant_hash,
        user_id: userId,
        content: seal.seal(JSON.stringify(rest), scopeOf(grant_hash)),
        created_date: today,
        expires_date: dateTime(expiresAt),
      }
      await database.insert({ table: TABLE, rows: [row], returning: [] }, { signal: callSignal() })
    },
    find: async (grantId) => (await read(living([ofGrant(grantId)])))[0],
    async list(userId) {
      const all: KeptConnection[] = []
      const whose: Filter[] = userId === undefined ? [] : [{ op: '=', field: 'user_id', value: userId }]
      for (let last = 0; ; ) {
        const page = await read(living([...whose, { op: '>', field: 'id', value: last }]))
        all.push(...page)
        if (page.length < PAGE) return all
        last = page.at(-1)?.id ?? last
      }
    },
    remove: (grantId) => remove(ofGrant(grantId)),
    async noteUses(dateByGrant) {
      for (const [grantId, date] of dateByGrant) {
        const set = { last_used_date: date }
        await database.update(
          { table: TABLE, set, where: ofGrant(grantId), returning: [] },
          { signal: callSignal() },
        )
      }
    },
  }
}

function living(all: readonly Filter[]): Filter {
  return { op: 'and', all: [...all, { op: '>', field: 'expires_date', value: dateNow() }] }
}

function keptOf(row: Row, seal: Seal): KeptConnection[] {
  const text = seal.open(String(row.content), scopeOf(String(row.grant_hash)))
  if (text === undefined) return []
  const used = row.last_used_date
  return [
    {
      ...content.parse(JSON.parse(text)),
      id: Number(row.id),
      userId: Number(row.user_id),
      createdDate: String(row.created_date),
      lastUsedDate: typeof used === 'string' ? used : undefined,
      expiresDate: String(row.expires_date),
    },
  ]
}

function scopeOf(hash: string): string {
  return `oauth connection:${hash}`
}
