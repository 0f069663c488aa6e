import type { DatabaseAdapter } from '../core/database/adapter.ts'
import type { Filter } from '../core/database/query.ts'
import type { Row } from '../core/database/value.ts'
import { AppError } from '../core/errors.ts'
import type { Claimed, IdempotencyBook } from '../core/idempotency.ts'
import type { Seal } from '../core/seal.ts'
import { IDEMPOTENCY_TABLE } from './bookkeeping.ts'
import { callSignal, tableNamed } from './records.ts'

const TABLE = tableNamed(IDEMPOTENCY_TABLE)
const FIELDS = ['id', 'request_hash', 'rights_hash', 'state', 'ending', 'begun_date']

const KEPT_MS = 24 * 3_600_000
/** No request takes longer: one that is older and has no end was lost with its process. */
const LONGEST_MS = 15 * 60_000
/** Longer endings are not kept. In UTF-8 bytes; sealed they must fit in 64 KiB. */
export const LONGEST_ENDING = 45_000
const SWEPT_MS = 60_000

interface Options {
  readonly digest: (text: string) => string
  readonly seal: Seal
  readonly now?: () => number
}

/** The book in the system database: keys, requests and rights as keyed hashes, endings encrypted. */
export function createIdempotencyBook(database: DatabaseAdapter, options: Options): IdempotencyBook {
  const { digest, now = Date.now } = options
  let swept = 0

  /** What is out of date goes now and then: an old key is taken as new in any case. */
  const sweep = async () => {
    if (now() - swept < SWEPT_MS) return
    swept = now()
    await remove(database, { op: '<', field: 'begun_date', value: dateTime(now() - KEPT_MS) })
  }

  return {
    async claim(request) {
      const hash = digest(`idempotency:${request.scope}`)
      const entry = {
        key_hash: hash,
        request_hash: digest(`idempotency request:${request.request}`),
        rights_hash: digest(`idempotency rights:${request.rights}`),
        state: 'running',
        begun_date: dateTime(now()),
      }
      await sweep()
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        if (await isInserted(database, entry)) return begun(database, hash, options)
        const found = await find(database, hash)
        if (!found) continue
        if (ageOf(found, now()) < KEPT_MS) return known(found, entry, hash, now(), options)
        await remove(database, { op: '=', field: 'id', value: Number(found.id) })
      }
      return { state: 'running' }
    },
  }
}

/** True for a code that was not brought before. It is kept for a day: it must not hold longer. */
export async function isFirst(book: IdempotencyBook, code: string): Promise<boolean> {
  const claimed = await book.claim({ scope: `code:${code}`, request: '', rights: '' })
  return claimed.state === 'new'
}

const MOST_TRIES = 5

function begun(database: DatabaseAdapter, hash: string, { seal }: Options): Claimed {
  const where = { op: '=', field: 'key_hash', value: hash } as const
  return {
    state: 'new',
    async finish(ending) {
      const isKept = Buffer.byteLength(ending) <= LONGEST_ENDING
      const set = { state: 'done', ending: isKept ? seal.seal(ending, scopeOf(hash)) : null }
      await database.update({ table: TABLE, set, where, returning: [] }, { signal: callSignal() })
    },
    release: () => remove(database, where),
  }
}

function known(
  found: Row,
  asked: { readonly request_hash: string; readonly rights_hash: string },
  hash: string,
  moment: number,
  { seal }: Options,
): Claimed {
  if (found.request_hash !== asked.request_hash) return { state: 'other_request' }
  if (found.state !== 'done') return { state: ageOf(found, moment) < LONGEST_MS ? 'running' : 'lost' }
  if (found.rights_hash !== asked.rights_hash || typeof found.ending !== 'string')
    return { state: 'done_untold' }
  const ending = seal.open(found.ending, scopeOf(hash))
  return ending === undefined ? { state: 'done_untold' } : { state: 'done', ending }
}

async function isInserted(
  database: DatabaseAdapter,
  entry: Readonly<Record<string, string>>,
): Promise<boolean> {
  try {
    await database.insert({ table: TABLE, rows: [entry], returning: [] }, { signal: callSignal() })
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict') return false
    throw error
  }
}

async function find(database: DatabaseAdapter, hash: string): Promise<Row | undefined> {
  const where = { op: '=', field: 'key_hash', value: hash } as const
  const query = { table: TABLE, fields: FIELDS, where, limit: 1, as: 'rows' } as const
  const result = await database.select(query, { signal: callSignal() })
  return 'rows' in result ? result.rows[0] : undefined
}

async function remove(database: DatabaseAdapter, where: Filter): Promise<void> {
  await database.delete({ table: TABLE, where, returning: [] }, { signal: callSignal() })
}

function scopeOf(hash: string): string {
  return `idempotency ending:${hash}`
}

function ageOf(row: Row, moment: number): number {
  return moment - Date.parse(`${String(row.begun_date).replace(' ', 'T')}Z`)
}

/** UTC. */
function dateTime(moment: number): string {
  return new Date(moment).toISOString().slice(0, 19).replace('T', ' ')
}
