import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import { API_KEY_PURPOSE, type Secrets } from '../secrets.ts'
import { idOf, namedIn, present, type TableWriter } from './table-writer.ts'

/** What is left out keeps its value, or takes the default of a new record. */
export interface AppInput {
  readonly name: string
  readonly description?: string | undefined
  readonly isActive?: boolean | undefined
  /** By name. */
  readonly role?: string | undefined
  /** A new app needs one. */
  readonly apiKey?: string | undefined
  /** UTC, `YYYY-MM-DD HH:MM:SS`; null: the key does not end. */
  readonly expiresDate?: string | null | undefined
}

interface Options {
  readonly secrets: Secrets
  readonly keepApiKeys: boolean
}

export async function upsertApp(
  { apps, roles }: { readonly apps: TableWriter; readonly roles: TableWriter },
  options: Options,
  input: AppInput,
): Promise<number> {
  const known = await apps.rows()
  const row = namedIn(known, 'name', input.name)
  const values = {
    ...present({
      description: input.description,
      is_active: input.isActive,
      expires_date: input.expiresDate,
      role_id: input.role === undefined ? undefined : roleId(input.role, await roles.rows()),
    }),
    ...keyColumns(input, row, known, options),
  }
  if (row) {
    await apps.update(row, values)
    return idOf(row)
  }
  if (!input.apiKey) throw new AppError('bad_request', `App '${input.name}' is new and needs an API key.`)
  return await apps.insert({ is_active: true, ...values, name: input.name })
}

/** Nothing for a key that is stored already. */
function keyColumns(
  { apiKey }: AppInput,
  row: Row | undefined,
  apps: readonly Row[],
  { secrets, keepApiKeys }: Options,
): { readonly api_key_hash?: string; readonly api_key?: string | null } {
  if (!apiKey) return {}
  const hash = secrets.apiKeyHash(apiKey)
  const owner = apps.find(({ api_key_hash }) => api_key_hash === hash)
  if (owner && owner !== row) {
    throw new AppError('conflict', `App '${owner.name}' has this API key already.`, {
      hint: 'Each app needs a key of its own.',
    })
  }
  const isStored = owner !== undefined && (owner.api_key !== null || !keepApiKeys)
  if (isStored) return {}
  return { api_key_hash: hash, api_key: keepApiKeys ? secrets.encrypt(apiKey, API_KEY_PURPOSE) : null }
}

function roleId(name: string, roles: readonly Row[]): number {
  const row = namedIn(roles, 'name', name)
  if (row) return idOf(row)
  const names = nearest(
    name,
    roles.map((role) => String(role.name)),
  )
  throw new AppError('bad_request', `There is no role '${name}'. ${didYouMean(names)}`.trim(), {
    didYouMean: names,
  })
}
