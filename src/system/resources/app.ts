import { z } from 'zod'
import type { Json, Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { moment } from '../../core/moment.ts'
import { flag, optionalText, reference, text, wholeNumber } from '../field-rules.ts'
import { requireAppRight } from '../rights/app-right.ts'
import { requireMappingsRight } from '../rights/mapping-right.ts'
import { API_KEY_PURPOSE, MASK } from '../secrets.ts'
import { defineSystemResource, type Given } from '../system-resource.ts'
import type { ReadTools, WriteContext } from '../write-context.ts'

/** How an app is launched (dreamfactory-rest §7.2). */
const URL_TYPE = 2

export const app = defineSystemResource({
  name: 'app',
  description: 'An API key, and the role of whoever calls with it.',
  columns: {
    name: { type: 'string', length: 64 },
    // Encrypted; null when keys are not kept.
    api_key: { type: 'text', allowNull: true },
    // HMAC, by which the key is found.
    api_key_hash: { type: 'string', length: 64 },
    description: { type: 'string', length: 255, allowNull: true },
    is_active: { type: 'boolean', default: false },
    type: { type: 'integer', default: 0 },
    path: { type: 'string', length: 255, allowNull: true },
    url: { type: 'text', allowNull: true },
    storage_service_id: { type: 'integer', allowNull: true },
    storage_container: { type: 'string', length: 255, allowNull: true },
    requires_fullscreen: { type: 'boolean', default: false },
    allow_fullscreen_toggle: { type: 'boolean', default: true },
    toggle_location: { type: 'string', length: 64, default: 'top' },
    role_id: { type: 'integer', allowNull: true },
    // UTC; from then on the key is refused.
    expires_date: { type: 'timestamp', allowNull: true },
    // Until when the key before this one still holds.
    previous_ends_date: { type: 'timestamp', allowNull: true },
    // About: it is written every few seconds.
    last_used_date: { type: 'timestamp', allowNull: true },
    previous_key_hash: { type: 'string', length: 64, allowNull: true },
  },
  unique: ['name', 'api_key_hash'],
  nameField: 'name',
  refersTo: { role_id: 'role', storage_service_id: 'service' },
  hidden: ['api_key_hash', 'previous_key_hash'],
  opaque: ['api_key'],
  // Clients of the original know none of them.
  quiet: ['expires_date', 'previous_ends_date', 'last_used_date'],
  accepts: {
    name: text(64),
    // Letters and digits, 64 or more; the mask leaves it as it is.
    api_key: z.string().max(255),
    description: optionalText(255),
    is_active: flag,
    type: wholeNumber.pipe(z.int().min(0).max(4)),
    path: optionalText(255),
    url: optionalText(2_000),
    storage_service_id: reference,
    storage_container: optionalText(255),
    requires_fullscreen: flag,
    allow_fullscreen_toggle: flag,
    toggle_location: text(64),
    role_id: reference,
    expires_date: moment,
    previous_ends_date: moment,
  },
  required: ['name'],
  shows: {
    api_key: { needs: [], show: shownKey },
    launch_url: {
      needs: ['type', 'url'],
      isAlways: true,
      show: ({ type, url }) => (type === URL_TYPE && typeof url === 'string' ? url : ''),
    },
  },
  usedBy: [
    {
      table: 'user_to_app_to_role',
      column: 'app_id',
      shows: 'user_id',
      of: { table: 'user', shows: 'email' },
      what: 'users',
    },
  ],
  async toColumns(given, context) {
    const { api_key: key, previous_ends_date: ends, ...columns } = given
    const made = keyColumns(key, context)
    const keys = { ...made, ...previousKey(ends, made, context) }
    await requireAppRight(given, keys, context)
    return { ...columns, ...keys }
  },
  beforeDelete: (stored, context) => requireMappingsRight('app_id', Number(stored.id), context),
})

function shownKey({ api_key }: Row, { secrets, showsKeys }: ReadTools): Json {
  if (typeof api_key !== 'string') return null
  return showsKeys === 'none' ? MASK : secrets.decrypt(api_key, API_KEY_PURPOSE)
}

/** A new key ends the old one at once, or when `ends` says; what is left of a key before that is gone. */
function previousKey(ends: Json | undefined, made: Given, { stored }: WriteContext): Given {
  const isNew = made.api_key_hash !== undefined
  if (ends === undefined && !isNew) return {}
  if (typeof ends !== 'string') return { previous_key_hash: null, previous_ends_date: null }
  const hash = isNew ? stored?.api_key_hash : stored?.previous_key_hash
  if (typeof hash === 'string') return { previous_key_hash: hash, previous_ends_date: ends }
  const sentence = 'The previous_ends_date field goes with a new key: there is no key before this one.'
  throw new AppError('bad_request', `Invalid data supplied. ${sentence}`, {
    context: { previous_ends_date: [sentence] },
    hint: 'Send it with regenerate=true, or with another api_key.',
  })
}

/** Nothing where the key stays as it is. */
function keyColumns(key: Json | undefined, context: WriteContext): Given {
  const { stored, options, tools } = context
  const isGiven = typeof key === 'string' && key !== MASK
  if (stored && options.regenerate) return columnsOf(tools.maker.newApiKey(), context)
  if (!isGiven) return stored ? {} : columnsOf(tools.maker.newApiKey(), context)
  const isSame = stored?.api_key_hash === tools.secrets.apiKeyHash(key)
  if (isSame) return {}
  if (/^[A-Za-z0-9]{64,}$/.test(key)) return columnsOf(key, context)
  const sentence = 'The api_key field must be at least 64 letters and digits; leave it out to get one.'
  throw new AppError('bad_request', `Invalid data supplied. ${sentence}`, {
    context: { api_key: [sentence] },
  })
}

function columnsOf(key: string, { tools: { secrets, keepApiKeys } }: WriteContext): Given {
  return {
    api_key_hash: secrets.apiKeyHash(key),
    api_key: keepApiKeys ? secrets.encrypt(key, API_KEY_PURPOSE) : null,
  }
}
