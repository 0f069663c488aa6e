import { isIP } from 'node:net'
import { z } from 'zod'

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
const TRUE = ['true', '1', 'yes', 'on']
const FALSE = ['false', '0', 'no', 'off']
const SYSTEM_DATABASES = ['sqlite', 'pgsql', 'mysql', 'mariadb'] as const
const NO_CACHE =
  'which is not supported as cache: set it to redis, or leave it unset for the memory of this process'

const text = z.string()

const boolean = z
  .string()
  .toLowerCase()
  .refine((value) => [...TRUE, ...FALSE].includes(value), 'must be true or false')
  .transform((value) => TRUE.includes(value))

const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)

function integer(least: number, most: number, example: number) {
  const error = `must be a whole number from ${least} to ${most}, such as ${example}`
  return z
    .string()
    .regex(/^\d{1,15}$/, error)
    .transform(Number)
    .refine((value) => value >= least && value <= most, error)
}

function oneOf<const T extends string>(values: readonly T[]) {
  return z
    .string()
    .toLowerCase()
    .pipe(z.enum(values, `must be one of ${values.join(', ')}`))
}

function isOrigin(value: string): boolean {
  return value === '*' || (URL.canParse(value) && new URL(value).origin === value)
}

function isWebAddress(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
}

/** Of all addresses there is no network: whoever sends a header would be whoever they say. */
function isNetwork(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  const most = family === 4 ? 32 : 128
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= most)
}

/** A host name or address, with or without a port; no scheme, no path. */
const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i

/**
 * Every variable this program reads: its own, and the known names of the original (seeds/ai-reference.md). A message
 * completes a sentence that begins with the variable's name.
 */
export const settingsSchema = z
  .object({
    SLUICE_HOST: text,
    SLUICE_PORT: integer(0, 65_535, 8080),
    SLUICE_DATA_DIR: text,
    SLUICE_ADMIN_EMAIL: z.string().pipe(z.email('must be an e-mail address, such as admin@example.com')),
    SLUICE_ADMIN_PASSWORD: z.string().min(16, 'must have at least 16 characters'),
    SLUICE_FIRST_ADMIN: oneOf(['start', 'console']),
    SLUICE_DEMO: boolean,
    SLUICE_CONFIG: text,
    SLUICE_LOG_LEVEL: oneOf(LOG_LEVELS),
    SLUICE_RESULT_BYTES: integer(1_000, 10_000_000, 24_000),
    SLUICE_BODY_LIMIT_BYTES: integer(1_024, 1_073_741_824, 10_485_760),
    SLUICE_IMPORT_LIMIT_BYTES: integer(1_024, 1_099_511_627_776, 1_073_741_824),
    SLUICE_STATEMENT_TIMEOUT_MS: integer(1, 86_400_000, 30_000),
    SLUICE_ALLOWED_HOSTS: list.refine(
      (hosts) => hosts.every((host) => HOST.test(host)),
      'must be host names separated by commas, such as db.example.com,10.0.0.5:8080',
    ),
    SLUICE_ALLOWED_ORIGINS: list.refine(
      (origins) => origins.every(isOrigin),
      'must be origins separated by commas, such as https://app.example.com, or *',
    ),
    SLUICE_TRUSTED_PROXIES: list.refine(
      (networks) => networks.every(isNetwork),
      'must be addresses and networks separated by commas, such as 127.0.0.1,10.0.0.0/8',
    ),
    SLUICE_PUBLIC_URL: text
      .refine(isWebAddress, 'must be an address with http:// or https://, such as https://db.example.com')
      .transform((value) => value.replace(/\/+$/, '')),
    SLUICE_MCP_SESSIONS: boolean,
    SLUICE_OAUTH: boolean,
    SLUICE_OAUTH_REGISTRATION: boolean,
    SLUICE_OAUTH_PRIVATE_HOSTS: list.refine(
      (hosts) => hosts.every((host) => HOST.test(host)),
      'must be host names separated by commas, such as apps.example.internal',
    ),
    SLUICE_TOOL_CALLS_PER_CALLER: integer(1, 1_000_000, 120),
    SLUICE_TOOL_CALLS_PER_ROLE: integer(1, 1_000_000, 600),
    SLUICE_TOOL_CALLS_PER_ADDRESS: integer(1, 1_000_000, 300),
    SLUICE_CALL_LOG_DAYS: integer(0, 3_650, 30),
    SLUICE_CALL_LOG_ROWS: integer(1_000, 1_000_000_000, 1_000_000),
    SLUICE_KEEP_API_KEYS: boolean,
    SLUICE_API_KEY: text,
    SLUICE_ROLE: text,
    SLUICE_TOKEN_TTL_MINUTES: integer(1, 525_600, 1440),
    SLUICE_TOKEN_REFRESH_MINUTES: integer(1, 5_256_000, 20_160),
    SLUICE_TOKEN_KEY_FILE: text,
    SLUICE_ALLOW_FOREVER_SESSIONS: boolean,
    SLUICE_MIN_PASSWORD_LENGTH: integer(12, 128, 14),
    SLUICE_MIN_ADMIN_PASSWORD_LENGTH: integer(16, 128, 20),
    APP_KEY: text.refine(
      hasKeyLength,
      "must be 'base64:' with at least 32 bytes in base64, or at least 32 characters; leave it unset to have one made in the data folder",
    ),
    APP_PREVIOUS_KEY: text.refine(hasKeyLength, 'must be the APP_KEY, or the content of app.key, of before'),
    DB_CONNECTION: oneOf(SYSTEM_DATABASES),
    DB_HOST: text,
    DB_PORT: integer(1, 65_535, 5432),
    DB_DATABASE: text,
    DB_USERNAME: text,
    DB_PASSWORD: text,
    DB_SSLMODE: text,
    DB_SSLROOTCERT: text,
    CACHE_DRIVER: text
      .toLowerCase()
      .refine((value) => value !== 'memcached', {
        error: ({ input }) => `names '${input}', ${NO_CACHE}`,
        abort: true,
      })
      .pipe(z.enum(['file', 'array', 'local', 'redis'], 'must be redis, or file, array or local')),
    CACHE_HOST: text,
    CACHE_PORT: integer(1, 65_535, 6379),
    CACHE_USERNAME: text,
    CACHE_PASSWORD: text,
    CACHE_DATABASE: integer(0, 15, 0),
    CACHE_TLS: boolean,
    LOG_CHANNEL: oneOf(['stderr', 'stdout', 'null']),
  })
  .partial()

/** What is set, read; a name that is not set is absent. */
export type Settings = z.output<typeof settingsSchema>

export const VARIABLE_NAMES: readonly string[] = Object.keys(settingsSchema.shape)

/** Their values are never shown. */
export const SECRET_NAMES: ReadonlySet<string> = new Set([
  'SLUICE_ADMIN_PASSWORD',
  'SLUICE_API_KEY',
  'APP_KEY',
  'APP_PREVIOUS_KEY',
  'DB_PASSWORD',
  'CACHE_PASSWORD',
])

function hasKeyLength(key: string): boolean {
  const isEncoded = key.startsWith('base64:')
  return (
    Buffer.from(isEncoded ? key.slice('base64:'.length) : key, isEncoded ? 'base64' : 'utf8').length >= 32
  )
}
