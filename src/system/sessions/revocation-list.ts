import type { DatabaseAdapter } from '../../core/database/adapter.ts'
import { AppError } from '../../core/errors.ts'
import { REVOCATION_TABLE } from '../bookkeeping.ts'
import { callSignal, dateTime, rowsOf, tableNamed } from '../records.ts'

/** Tokens that ended before their time, on whichever node; known here without a query. */
export interface RevocationList {
  has(tokenId: string): boolean
  /** `until`: when the token could no longer be used or refreshed anyway. False: it was revoked before, here or elsewhere. */
  revoke(tokenId: string, until: Date): Promise<boolean>
  /** Takes in what other nodes revoked. */
  load(signal?: AbortSignal): Promise<void>
}

const TABLE = tableNamed(REVOCATION_TABLE)
/** Longer than a statement may take: a number drawn before is stored by then, whatever the order of commits. */
const SETTLED_MS = 60_000
const CLEANUP_MS = 60 * 60 * 1000

export function createRevocationList(adapter: DatabaseAdapter, now: () => number = Date.now): RevocationList {
  const endByToken = new Map<string, string>()
  /** Rows up to here are all known. */
  let settledId = 0
  let reached = { id: 0, at: now() }
  let cleanedAt = now()

  async function cleanUp(): Promise<void> {
    cleanedAt = now()
    const today = dateTime(new Date(now()))
    for (const [tokenId, end] of endByToken) if (end < today) endByToken.delete(tokenId)
    const where = { op: '<', field: 'expires_date', value: today } as const
    await adapter.delete({ table: TABLE, where, returning: [] }, { signal: callSignal() })
  }

  return {
    has: (tokenId) => endByToken.has(tokenId),
    async revoke(tokenId, until) {
      if (now() - cleanedAt > CLEANUP_MS) await cleanUp()
      const end = dateTime(until)
      const isFirst = await insert(adapter, { token_id: tokenId, expires_date: end })
      endByToken.set(tokenId, end)
      return isFirst
    },
    async load(signal = callSignal()) {
      const rows = await rowsOf(adapter, TABLE, signal, settledId)
      for (const row of rows) endByToken.set(String(row.token_id), String(row.expires_date))
      if (now() - reached.at <= SETTLED_MS) return
      settledId = reached.id
      reached = { id: Number(rows.at(-1)?.id ?? settledId), at: now() }
    },
  }
}

async function insert(
  adapter: DatabaseAdapter,
  row: { readonly token_id: string; readonly expires_date: string },
): Promise<boolean> {
  try {
    await adapter.insert({ table: TABLE, rows: [row], returning: [] }, { signal: callSignal() })
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict') return false
    throw error
  }
}
