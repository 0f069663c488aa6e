import type { Json, Row } from '../../core/database/value.ts'
import { MASK } from '../secrets.ts'
import { configDefaults, maskConfig, type ServiceConfig, toConfig } from '../service-config.ts'
import type { ReadTools } from '../write-context.ts'

/** Keys that are shown also when they are not set, where a type has them (dreamfactory-rest §7.3); others only when set. */
const ALWAYS: ReadonlySet<string> = new Set([
  'host',
  'port',
  'database',
  'username',
  'password',
  'schema',
  'charset',
  'collation',
  'sslmode',
  'timezone',
  'application_name',
  'modes',
  'strict',
  'options',
  'attributes',
  'statements',
  'allow_upsert',
  'max_records',
  'cache_enabled',
  'cache_ttl',
  'default_app_id',
  'allow_open_registration',
  'open_reg_role_id',
  'app_role_map',
  ...['open_reg', 'invite', 'password'].flatMap((purpose) => [
    `${purpose}_email_service_id`,
    `${purpose}_email_template_id`,
  ]),
  'alt_auth_db_service_id',
  ...['table', 'username_field', 'password_field', 'email_field', 'other_fields', 'filter'].map(
    (key) => `alt_auth_${key}`,
  ),
])

/** The config of a stored service, secrets masked. Nothing is decrypted on the way. */
export function shownConfig({ id, type: name, config }: Row, { types }: ReadTools): Json {
  const type = types.find((known) => known.name === name)
  const stored = toConfig(config ?? {}) ?? {}
  const masked = type ? maskConfig(stored, type) : stored
  const defaults = type ? Object.entries(configDefaults(type)).filter(([key]) => ALWAYS.has(key)) : []
  return { service_id: id ?? null, ...Object.fromEntries(defaults), ...withoutSealed(masked) }
}

/** What is encrypted is a secret, whatever the type says of it now. */
function withoutSealed(config: ServiceConfig): ServiceConfig {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, withoutSeal(value)]))
}

function withoutSeal(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withoutSeal(item))
  const inner = toConfig(value)
  if (!inner) return value
  return Object.hasOwn(inner, '$encrypted') ? MASK : withoutSealed(inner)
}
