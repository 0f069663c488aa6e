import { z } from 'zod'
import type { DatabaseAdapter } from '../core/database/adapter.ts'
import type { Filter } from '../core/database/query.ts'
import type { OauthRecords } from '../core/oauth-records.ts'
import type { Seal } from '../core/seal.ts'
import { OAUTH_TABLE } from './bookkeeping.ts'
import { callSignal, dateTime, selectRows, tableNamed } from './records.ts'

const TABLE = tableNamed(OAUTH_TABLE)
const CLEANUP_MS = 10 * 60 * 1000

const content = z.record(z.string(), z.unknown())

interface Options {
  readonly digest: (text: string) => string
  readonly seal: Seal
  readonly now?: () => number
}

/** In the system database: ids as keyed hashes, contents encrypted. Who reads it can use no code and no refresh token of it. */
export function createOauthRecords(
  database: DatabaseAdapter,
  { digest, seal, now = Date.now }: Options,
): OauthRecords {
  const hashOf = (kind: string, id: string) => digest(`oauth ${kind}:${id}`)
  const aliasOf = (kind: string, alias: string) => digest(`oauth alias ${kind}:${alias}`)
  const grantOf = (kind: string, grantId: string) => digest(`oauth grant ${kind}:${grantId}`)
  let cleanedAt = now()

  async function remove(where: Filter): Promise<void> {
    await database.delete({ table: TABLE, where, returning: [] }, { signal: callSignal() })
  }

  async function cleanUp(): Promise<void> {
    if (now() - cleanedAt < CLEANUP_MS) return
    cleanedAt = now()
    await remove({ op: '<', field: 'expires_date', value: dateTime(new Date(now())) })
  }

  async function find(where: Filter): ReturnType<OauthRecords['find']> {
    const fields = ['record_hash', 'content', 'consumed_date', 'expires_date']
    const [row] = await selectRows(database, { table: TABLE, fields, where, limit: 1 }, callSignal())
    if (!row || String(row.expires_date) <= dateTime(new Date(now()))) return undefined
    const text = seal.open(String(row.content), scopeOf(String(row.record_hash)))
    if (text === undefined) return undefined
    const consumed = typeof row.consumed_date === 'string' ? row.consumed_date : undefined
    return {
      content: content.parse(JSON.parse(text)),
      ...(consumed !== undefined && { consumedAt: Date.parse(`${consumed.replace(' ', 'T')}Z`) / 1000 }),
    }
  }

  return {
    async save(kind, id, { content, grantId, alias, expiresAt }) {
      await cleanUp()
      const hash = hashOf(kind, id)
      const where = { op: '=', field: 'record_hash', value: hash } as const
      const set = {
        content: seal.seal(JSON.stringify(content), scopeOf(hash)),
        grant_hash: grantId === undefined ? null : grantOf(kind, grantId),
        alias_hash: alias === undefined ? null : aliasOf(kind, alias),
        expires_date: dateTime(expiresAt),
      }
      const options = { signal: callSignal() }
      const { affected } = await database.update({ table: TABLE, set, where, returning: [] }, options)
      if (affected > 0) return
      const row = { record_hash: hash, kind, ...set }
      await database.insert({ table: TABLE, rows: [row], returning: [] }, options)
    },
    find: (kind, id) => find({ op: '=', field: 'record_hash', value: hashOf(kind, id) }),
    findByAlias: (kind, alias) => find({ op: '=', field: 'alias_hash', value: aliasOf(kind, alias) }),
    async consume(kind, id) {
      const where: Filter = {
        op: 'and',
        all: [
          { op: '=', field: 'record_hash', value: hashOf(kind, id) },
          { op: 'is_null', field: 'consumed_date' },
        ],
      }
      const set = { consumed_date: dateTime(new Date(now())) }
      const { affected } = await database.update(
        { table: TABLE, set, where, returning: [] },
        { signal: callSignal() },
      )
      return affected > 0
    },
    async prolong(kind, id, until) {
      const where: Filter = {
        op: 'and',
        all: [
          { op: '=', field: 'record_hash', value: hashOf(kind, id) },
          { op: '>', field: 'expires_date', value: dateTime(new Date(now())) },
        ],
      }
      const set = { expires_date: dateTime(until) }
      await database.update({ table: TABLE, set, where, returning: [] }, { signal: callSignal() })
    },
    remove: (kind, id) => remove({ op: '=', field: 'record_hash', value: hashOf(kind, id) }),
    removeOfGrant: (kind, grantId) => remove({ op: '=', field: 'grant_hash', value: grantOf(kind, grantId) }),
  }
}

function scopeOf(hash: string): string {
  return `oauth record:${hash}`
}
