import { resolve } from 'node:path'
import { AppError } from '../core/errors.ts'
import { didYouMean, nearest } from '../core/names.ts'
import { type CacheServer, toCacheServer, withoutEffectOnMemory } from './cache-server.ts'
import {
  missingForSystemDatabase,
  type SystemDatabase,
  toSystemDatabase,
  withoutEffectOnFile,
} from './system-database.ts'
import { SECRET_NAMES, type Settings, settingsSchema, VARIABLE_NAMES } from './variables.ts'

/** Every setting of the process, read and checked once, frozen. Paths are absolute. */
export interface Config {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** True when only this machine can reach the server. */
  readonly isLoopback: boolean
  readonly dataDir: string
  readonly systemDatabase: SystemDatabase
  /** Absent: the cache is the memory of this process. */
  readonly cacheServer?: CacheServer | undefined
  readonly adminEmail?: string | undefined
  readonly adminPassword?: string | undefined
  /** The first administrator is made by whoever opens a page of this server first, not at the start. */
  readonly isSetUpByPage: boolean
  readonly demo: boolean
  readonly configFile?: string | undefined
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
  readonly logDestination: 'stdout' | 'stderr' | 'null'
  /** Most bytes of an MCP answer. */
  readonly resultBytes: number
  readonly bodyLimitBytes: number
  /** Of the rows of one import. */
  readonly importLimitBytes: number
  readonly statementTimeoutMs: number
  /** Besides the own host; empty: only loopback names and the public address. */
  readonly allowedHosts: readonly string[]
  readonly allowedOrigins: readonly string[]
  /** Addresses and networks of proxies that say who a client is (X-Forwarded-For); of nobody else it is believed. */
  readonly trustedProxies: readonly string[]
  /** As clients see this server; without a slash at the end. */
  readonly publicUrl?: string | undefined
  /** MCP clients of 2025 get sessions. */
  readonly mcpSessions: boolean
  /** Where clients reach this server: the public address, else that of a server for this machine alone. Absent: nobody knows. */
  readonly baseUrl?: string | undefined
  /** The authorization server of this program; absent: on where no other one is trusted. */
  readonly oauth?: boolean | undefined
  /** Programs may register themselves there. */
  readonly oauthRegistration: boolean
  /** Hosts of documents of programs that may be at private addresses. */
  readonly oauthPrivateHosts: readonly string[]
  /** Tool calls over HTTP in a minute; absent: as many as come. */
  readonly toolCallRates: {
    readonly perCaller?: number | undefined
    readonly perRole?: number | undefined
    readonly perAddress?: number | undefined
  }
  /** How long and how many calls are kept in the log; 0 days: there is none. */
  readonly callLogDays: number
  readonly callLogRows: number
  readonly keepApiKeys: boolean
  /** Who the stdio door is. */
  readonly apiKey?: string | undefined
  readonly role?: string | undefined
  readonly tokenTtlMinutes: number
  /** From the sign-in; within it a session can be refreshed. */
  readonly tokenRefreshMinutes: number
  /** A private key (PEM) that signs tokens, in place of one made from the app key. */
  readonly tokenKeyFile?: string | undefined
  readonly allowForeverSessions: boolean
  /** Of users, in characters. */
  readonly minPasswordLength: number
  /** Not below that of users. */
  readonly minAdminPasswordLength: number
  readonly appKey?: string | undefined
  /** The app key before: what is stored under it is stored anew under the one of now. */
  readonly previousAppKey?: string | undefined
  /** Variables that config packages may name: those that begin with `CONFIG_`. Secrets. */
  readonly references: Readonly<Record<string, string>>
  /** Settings without effect: to be told once. */
  readonly warnings: readonly string[]
}

/** Command line flags, already parsed: `{ 'data-dir': './x', port: '0', demo: false }` for `SLUICE_DATA_DIR` and so on. */
export type Flags = Readonly<Record<string, string | number | boolean | undefined>>

type Environment = Readonly<Record<string, string | undefined>>

/** Flags win over the environment. Throws `bad_request` whose message has a sentence for every problem. */
export function readConfig(sources: { readonly env: Environment; readonly flags?: Flags }): Config {
  const { env, flags = {} } = sources
  const given = new Map(VARIABLE_NAMES.flatMap((name) => textOf(name, env, flags)))
  const parsed = settingsSchema.safeParse(
    Object.fromEntries([...given].map(([name, { text }]) => [name, text])),
  )
  const problems = [...unknownNames(env), ...unknownFlags(flags)]
  for (const { path, message } of parsed.error?.issues ?? []) {
    problems.push(sentence(String(path[0]), given.get(String(path[0])), message))
  }
  if (parsed.success) problems.push(...missingForSystemDatabase(parsed.data), ...shortPassword(parsed.data))
  if (parsed.success && problems.length === 0) return toConfig(parsed.data, env)
  throw new AppError('bad_request', problems.join('\n'), { context: { problems } })
}

interface Given {
  readonly text: string
  /** `SLUICE_PORT` or `--port`: where the text came from. */
  readonly source: string
}

/** Nothing for an empty text: that is how a variable is unset in many places. */
function textOf(name: string, env: Environment, flags: Flags): readonly (readonly [string, Given])[] {
  const flag = flags[flagOf(name)]
  const text = String(flag ?? env[name] ?? '').trim()
  const source = flag === undefined ? name : `--${flagOf(name)}`
  return text === '' ? [] : [[name, { text, source }]]
}

function toConfig(settings: Settings, env: Environment): Config {
  const dataDir = resolve(settings.SLUICE_DATA_DIR ?? './data')
  const host = settings.SLUICE_HOST ?? '127.0.0.1'
  const { SLUICE_CONFIG: configFile, SLUICE_TOKEN_KEY_FILE: tokenKeyFile } = settings
  return Object.freeze({
    host,
    port: settings.SLUICE_PORT ?? 8080,
    isLoopback: LOOPBACK.test(host),
    dataDir,
    systemDatabase: toSystemDatabase(settings, dataDir),
    cacheServer: toCacheServer(settings),
    adminEmail: settings.SLUICE_ADMIN_EMAIL,
    adminPassword: settings.SLUICE_ADMIN_PASSWORD,
    isSetUpByPage: settings.SLUICE_FIRST_ADMIN === 'console' && settings.SLUICE_ADMIN_PASSWORD === undefined,
    demo: settings.SLUICE_DEMO ?? true,
    configFile: configFile === undefined ? undefined : resolve(configFile),
    logLevel: settings.SLUICE_LOG_LEVEL ?? 'info',
    logDestination: settings.LOG_CHANNEL ?? 'stderr',
    resultBytes: settings.SLUICE_RESULT_BYTES ?? 24_000,
    bodyLimitBytes: settings.SLUICE_BODY_LIMIT_BYTES ?? 10 * 1024 * 1024,
    importLimitBytes: settings.SLUICE_IMPORT_LIMIT_BYTES ?? 1024 * 1024 * 1024,
    statementTimeoutMs: settings.SLUICE_STATEMENT_TIMEOUT_MS ?? 30_000,
    allowedHosts: Object.freeze(settings.SLUICE_ALLOWED_HOSTS ?? []),
    trustedProxies: Object.freeze(settings.SLUICE_TRUSTED_PROXIES ?? []),
    allowedOrigins: Object.freeze(settings.SLUICE_ALLOWED_ORIGINS ?? []),
    publicUrl: settings.SLUICE_PUBLIC_URL,
    mcpSessions: settings.SLUICE_MCP_SESSIONS ?? false,
    baseUrl: settings.SLUICE_PUBLIC_URL ?? loopbackUrl(host, settings.SLUICE_PORT ?? 8080),
    oauth: settings.SLUICE_OAUTH,
    oauthRegistration: settings.SLUICE_OAUTH_REGISTRATION ?? false,
    oauthPrivateHosts: Object.freeze(settings.SLUICE_OAUTH_PRIVATE_HOSTS ?? []),
    toolCallRates: Object.freeze({
      perCaller: settings.SLUICE_TOOL_CALLS_PER_CALLER,
      perRole: settings.SLUICE_TOOL_CALLS_PER_ROLE,
      perAddress: settings.SLUICE_TOOL_CALLS_PER_ADDRESS,
    }),
    callLogDays: settings.SLUICE_CALL_LOG_DAYS ?? 30,
    callLogRows: settings.SLUICE_CALL_LOG_ROWS ?? 1_000_000,
    keepApiKeys: settings.SLUICE_KEEP_API_KEYS ?? true,
    apiKey: settings.SLUICE_API_KEY,
    role: settings.SLUICE_ROLE,
    tokenTtlMinutes: settings.SLUICE_TOKEN_TTL_MINUTES ?? 1440,
    tokenRefreshMinutes: settings.SLUICE_TOKEN_REFRESH_MINUTES ?? 20_160,
    tokenKeyFile: tokenKeyFile === undefined ? undefined : resolve(tokenKeyFile),
    allowForeverSessions: settings.SLUICE_ALLOW_FOREVER_SESSIONS ?? false,
    minPasswordLength: settings.SLUICE_MIN_PASSWORD_LENGTH ?? 12,
    minAdminPasswordLength: minAdminPasswordLength(settings),
    appKey: settings.APP_KEY,
    previousAppKey: settings.APP_PREVIOUS_KEY,
    references: Object.freeze(referencesOf(env)),
    warnings: Object.freeze([...withoutEffectOnFile(settings), ...withoutEffectOnMemory(settings)]),
  })
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i

/** Undefined when others can reach it too, or the port is not known before it listens. */
function loopbackUrl(host: string, port: number): string | undefined {
  if (!LOOPBACK.test(host) || port === 0) return undefined
  return `http://${host === '::1' ? '[::1]' : host}:${port}`
}

function minAdminPasswordLength(settings: Settings): number {
  return Math.max(settings.SLUICE_MIN_ADMIN_PASSWORD_LENGTH ?? 16, settings.SLUICE_MIN_PASSWORD_LENGTH ?? 12)
}

function shortPassword(settings: Settings): string[] {
  const least = minAdminPasswordLength(settings)
  const isShort = (settings.SLUICE_ADMIN_PASSWORD?.length ?? least) < least
  return isShort ? [`SLUICE_ADMIN_PASSWORD must have at least ${least} characters.`] : []
}

function referencesOf(env: Environment): Record<string, string> {
  const named = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith('CONFIG_') && value !== undefined ? [[name, value] as const] : [],
  )
  return Object.fromEntries(named)
}

/** `SLUICE_DATA_DIR` is `--data-dir`; `DB_HOST` is `--db-host`. */
function flagOf(name: string): string {
  return name
    .replace(/^SLUICE_/, '')
    .toLowerCase()
    .replaceAll('_', '-')
}

function unknownNames(env: Environment): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('SLUICE_') && !VARIABLE_NAMES.includes(name))
    .map((name) => unknown(name, VARIABLE_NAMES))
}

function unknownFlags(flags: Flags): string[] {
  const known = VARIABLE_NAMES.map((name) => `--${flagOf(name)}`)
  return Object.keys(flags)
    .map((flag) => `--${flag}`)
    .filter((flag) => !known.includes(flag))
    .map((flag) => unknown(flag, known))
}

function unknown(name: string, known: readonly string[]): string {
  const hint =
    didYouMean(nearest(name, known)) || 'Remove it, or look at sluice --help for the names there are.'
  return `${name} is not a setting of this program. ${hint}`
}

/** Messages that do not say the value themselves get it added, unless it is a secret. */
function sentence(
  name: string,
  { text, source }: Given = { text: '', source: name },
  message: string,
): string {
  const shown = SECRET_NAMES.has(name) || message.includes(`'${text}'`) ? '' : ` (it is '${text}')`
  return `${source} ${message}${shown}.`
}
