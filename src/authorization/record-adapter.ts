import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { OauthRecords } from '../core/oauth-records.ts'

interface AdapterOptions {
  readonly records: OauthRecords
  /** False when the account is not as it was when the grant was given. */
  readonly holds: (grantId: string) => Promise<boolean>
  /** Ends access tokens, which are not stored. */
  readonly endGrant: (grantId: string) => Promise<void>
}

const DAY = 24 * 3600
/** Seconds that clients which registered themselves are kept: whom nobody connects is soon forgotten, so that strangers do not fill the table. */
const CLIENT_SECONDS = { unused: DAY, connected: 180 * DAY }

/** The library's storage, over our records. */
export function recordAdapter(kind: string, { records, holds, endGrant }: AdapterOptions): Adapter {
  const found = (record: Awaited<ReturnType<OauthRecords['find']>>): AdapterPayload | undefined =>
    record && { ...record.content, ...(record.consumedAt !== undefined && { consumed: record.consumedAt }) }
  return {
    async upsert(id, payload, expiresIn = CLIENT_SECONDS.unused) {
      const { grantId, uid, consumed: _, ...rest } = payload
      await records.save(kind, id, {
        content: JSON.parse(JSON.stringify({ ...rest, grantId, uid })),
        grantId,
        alias: kind === 'Session' ? uid : undefined,
        expiresAt: inSeconds(expiresIn),
      })
      if (kind === 'Grant' && payload.clientId !== undefined)
        await records.prolong('Client', payload.clientId, inSeconds(CLIENT_SECONDS.connected))
    },
    async find(id) {
      const record = await records.find(kind, id)
      return kind === 'Grant' && record && !(await holds(id)) ? undefined : found(record)
    },
    findByUid: async (uid) => found(await records.findByAlias(kind, uid)),
    findByUserCode: async () => undefined,
    async consume(id) {
      // Of two at once the first one has it.
      if (!(await records.consume(kind, id))) throw await alreadyUsed()
    },
    async destroy(id) {
      if (kind === 'Grant') await endGrant(id)
      await records.remove(kind, id)
    },
    async revokeByGrantId(grantId) {
      await endGrant(grantId)
      await records.removeOfGrant(kind, grantId)
    },
  }
}

function inSeconds(seconds: number): Date {
  return new Date(Date.now() + seconds * 1000)
}

async function alreadyUsed(): Promise<Error> {
  const { errors } = await import('oidc-provider')
  return new errors.InvalidGrant('already used')
}
