import { randomInt } from 'node:crypto'
import type { DatabaseAdapter } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import { CODE_TABLE } from '../bookkeeping.ts'
import { callSignal, dateTime, tableNamed } from '../records.ts'

const TABLE = tableNamed(CODE_TABLE)
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
/** dreamfactory-rest §2.7: 165 bits. */
const LENGTH = 32
export const CODE_HOURS = 24

/** Whose code it is. Another password or address makes it void. */
interface CodeOwner {
  readonly id: number
  readonly email: string
  readonly passwordHash?: string | undefined
}

/** Codes that people are sent: each works once, for a day, and only the last one; stored as keyed hashes. */
export interface CodeBook {
  issue(owner: CodeOwner): Promise<string>
  /** True for the right code, which is then used up. Takes as long where there is no account. */
  redeem(owner: CodeOwner | undefined, code: string): Promise<boolean>
}

export function createCodeBook(
  database: DatabaseAdapter,
  options: { readonly digest: (text: string) => string; readonly now?: () => number },
): CodeBook {
  const { digest, now = Date.now } = options
  const hashOf = ({ id, email, passwordHash = '' }: CodeOwner, code: string) =>
    digest(JSON.stringify(['account code', id, email, passwordHash, code]))
  const remove = (where: Filter) =>
    database.delete({ table: TABLE, where, returning: [] }, { signal: callSignal() })
  return {
    async issue(owner) {
      const code = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
      const row = {
        user_id: owner.id,
        code_hash: hashOf(owner, code),
        expires_date: dateTime(codeEnd(now())),
      }
      await remove({ op: '=', field: 'user_id', value: owner.id })
      await database.insert({ table: TABLE, rows: [row], returning: [] }, { signal: callSignal() })
      return code
    },
    async redeem(owner = NOBODY, code) {
      const { affected } = await remove({
        op: 'and',
        all: [
          { op: '=', field: 'user_id', value: owner.id },
          { op: '=', field: 'code_hash', value: hashOf(owner, code) },
          { op: '>', field: 'expires_date', value: dateTime(new Date(now())) },
        ],
      })
      return affected > 0
    },
  }
}

/** No account has this id. */
const NOBODY: CodeOwner = { id: 0, email: '' }

export function isCode(text: unknown): text is string {
  return typeof text === 'string' && new RegExp(`^[0-9A-Z]{${LENGTH}}$`).test(text)
}

/** When a code that is made at this moment (in milliseconds) stops working. */
export function codeEnd(moment = Date.now()): Date {
  return new Date(moment + CODE_HOURS * 3_600_000)
}
