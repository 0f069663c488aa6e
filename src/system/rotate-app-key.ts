import type { DatabaseAdapter, Records } from '../core/database/adapter.ts'
import type { Json, Row, Value } from '../core/database/value.ts'
import { logChange } from './changes/change-log.ts'
import { callSignal, rowsOf, tableNamed } from './records.ts'
import { app } from './resources/app.ts'
import { lookup } from './resources/lookup.ts'
import { service } from './resources/service.ts'
import { API_KEY_PURPOSE, CONFIG_PURPOSE, LOOKUP_PURPOSE, type Secrets } from './secrets.ts'
import type { SystemResource } from './system-resource.ts'
import { awaitTurn, drawVersion, fingerprintOf, putFingerprint } from './system-version.ts'

/** For many secrets. */
const LONGEST_MS = 600_000

/**
 * Where the system database was made with the app key before this one: stores its secrets under the new one, in one transaction.
 * Answers the names of apps whose keys were kept as hashes alone: nothing finds those any more. Throws `internal`, and changes nothing,
 * when a secret cannot be read.
 */
export async function rotateAppKey(
  adapter: DatabaseAdapter,
  before: Secrets,
  after: Secrets,
): Promise<readonly string[]> {
  if ((await fingerprintOf(adapter)) !== before.fingerprint) return []
  return await adapter.transaction(
    async (records) => {
      const afterVersion = await awaitTurn(records, before)
      const moved = (text: string, purpose: string) => after.encrypt(before.decrypt(text, purpose), purpose)
      await change(records, service, ({ config }) => ({
        config: { json: changeSealed(config ?? null, (text) => moved(text, CONFIG_PURPOSE)) },
      }))
      await change(records, lookup, ({ value, private: isPrivate }) =>
        isPrivate === true && typeof value === 'string' ? { value: moved(value, LOOKUP_PURPOSE) } : undefined,
      )
      const lost: string[] = []
      await change(records, app, ({ name, api_key: sealed }) => {
        if (typeof sealed !== 'string') {
          lost.push(String(name))
          return undefined
        }
        const key = before.decrypt(sealed, API_KEY_PURPOSE)
        return { api_key: after.encrypt(key, API_KEY_PURPOSE), api_key_hash: after.apiKeyHash(key) }
      })
      await putFingerprint(records, after)
      await logChange(records, { afterVersion, version: await drawVersion(records), records: null })
      return lost
    },
    { signal: AbortSignal.timeout(LONGEST_MS), retry: true },
  )
}

async function change(
  records: Records,
  { table: definition }: SystemResource,
  setOf: (row: Row) => { readonly [column: string]: Value } | undefined,
): Promise<void> {
  const table = tableNamed(definition)
  for (const row of await rowsOf(records, table, callSignal())) {
    const set = setOf(row)
    const where = { op: '=', field: 'id', value: Number(row.id) } as const
    if (set) await records.update({ table, set, where, returning: [] }, { signal: callSignal() })
  }
}

/** Texts of `{ "$encrypted": text }`, wherever they are. */
function changeSealed(value: Json, seal: (text: string) => string): Json {
  if (Array.isArray(value)) return value.map((item: Json) => changeSealed(item, seal))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === '$encrypted' && typeof item === 'string' ? seal(item) : changeSealed(item, seal),
    ]),
  )
}
