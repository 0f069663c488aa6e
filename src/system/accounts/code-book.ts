import { randomInt } from 'node:crypto'
import type { DatabaseAdapter } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import { CODE_TABLE } from '../bookkeeping.ts'
import { callSignal, tableNamed } from '../records.ts'

const TABLE = tableNamed(CODE_TABLE)
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
/** dreamfactory-rest §2.7: 165 bits. */
const LENGTH = 32
export const CODE_HOURS = 24

/** Codes that people are sent: each works once, for a day, and only the last one; stored as keyed hashes. */
export interface CodeBook {
  issue(userId: number): Promise<string>
  /** True for the right code, which is then used up. */
  redeem(userId: number, code: string): Promise<boolean>
}

export function createCodeBook(
  database: DatabaseAdapter,
  options: { readonly digest: (text: string) => string; readonly now?: () => number },
): CodeBook {
  const { digest, now = Date.now } = options
  const hashOf = (userId: number, code: string) => digest(`account code:${userId}:${code}`)
  const remove = (where: Filter) =>
    database.delete({ table: TABLE, where, returning: [] }, { signal: callSignal() })
  return {
    async issue(userId) {
      const code = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
      const expires_date = dateTime(now() + CODE_HOURS * 3_600_000)
      const row = { user_id: userId, code_hash: hashOf(userId, code), expires_date }
      await remove({ op: '=', field: 'user_id', value: userId })
      await database.insert({ table: TABLE, rows: [row], returning: [] }, { signal: callSignal() })
      return code
    },
    async redeem(userId, code) {
      const { affected } = await remove({
        op: 'and',
        all: [
          { op: '=', field: 'user_id', value: userId },
          { op: '=', field: 'code_hash', value: hashOf(userId, code) },
          { op: '>', field: 'expires_date', value: dateTime(now()) },
        ],
      })
      return affected > 0
    },
  }
}

export function isCode(text: unknown): text is string {
  return typeof text === 'string' && new RegExp(`^[0-9A-Z]{${LENGTH}}$`).test(text)
}

function dateTime(moment: number): string {
  return new Date(moment).toISOString().slice(0, 19).replace('T', ' ')
}
