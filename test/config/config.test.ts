import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Flags, readConfig } from '../../src/config/config.ts'
import { AppError } from '../../src/core/errors.ts'

const read = (env: Record<string, string>, flags: Flags = {}) => readConfig({ env, flags })

function problemsOf(env: Record<string, string>, flags: Flags = {}): unknown {
  try {
    return read(env, flags)
  } catch (error) {
    return error instanceof AppError ? error.message.split('\n') : error
  }
}

describe('without any variable', () => {
  test('everything has its default', () => {
    expect(read({ PATH: '/bin', HOME: '/root' })).toEqual({
      host: '127.0.0.1',
      port: 8080,
      isLoopback: true,
      isSetUpByPage: false,
      callLogDays: 30,
      callLogRows: 1_000_000,
      dataDir: resolve('data'),
      systemDatabase: { kind: 'file', file: resolve('data/system.sqlite') },
      adminEmail: undefined,
      adminPassword: undefined,
      demo: true,
      configFile: undefined,
      logLevel: 'info',
      logDestination: 'stderr',
      references: {},
      resultBytes: 24_000,
      mcpSessions: false,
      bodyLimitBytes: 10_485_760,
      importLimitBytes: 1_073_741_824,
      statementTimeoutMs: 30_000,
      allowedHosts: [],
      allowedOrigins: [],
      trustedProxies: [],
      baseUrl: 'http://127.0.0.1:8080',
      toolCallRates: {},
      oauthRegistration: false,
      oauthPrivateHosts: [],
      publicUrl: undefined,
      keepApiKeys: true,
      apiKey: undefined,
      role: undefined,
      tokenTtlMinutes: 1440,
      tokenRefreshMinutes: 20_160,
      tokenKeyFile: undefined,
      allowForeverSessions: false,
      minPasswordLength: 12,
      minAdminPasswordLength: 16,
      appKey: undefined,
      warnings: [],
    })
  })

  test('an empty variable is an unset one', () => {
    expect(read({ SLUICE_PORT: '', SLUICE_HOST: '  ', DB_CONNECTION: '' })).toEqual(read({}))
  })

  test('nothing in it can be changed', () => {
    const config = read({ SLUICE_ALLOWED_HOSTS: 'a' })
    expect(Object.isFrozen(config)).toBe(true)
    expect(Object.isFrozen(config.allowedHosts)).toBe(true)
  })
})

test('every variable is read', () => {
  const config = read({
    SLUICE_HOST: '0.0.0.0',
    SLUICE_PORT: '0',
    SLUICE_DATA_DIR: '/var/lib/sluice',
    SLUICE_ADMIN_EMAIL: 'ada@example.com',
    SLUICE_ADMIN_PASSWORD: 'sixteen letters!',
    SLUICE_DEMO: 'No',
    SLUICE_CONFIG: 'sluice.json',
    SLUICE_LOG_LEVEL: 'DEBUG',
    SLUICE_RESULT_BYTES: '5000',
    SLUICE_BODY_LIMIT_BYTES: '2048',
    SLUICE_IMPORT_LIMIT_BYTES: '4096',
    SLUICE_STATEMENT_TIMEOUT_MS: '10',
    SLUICE_ALLOWED_HOSTS: 'db.example.com, [::1]:8080 ,',
    SLUICE_ALLOWED_ORIGINS: 'https://a.example.com,http://localhost:3000',
    SLUICE_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,fd00::/8',
    SLUICE_PUBLIC_URL: 'https://db.example.com/',
    SLUICE_MCP_SESSIONS: 'true',
    SLUICE_KEEP_API_KEYS: 'false',
    SLUICE_API_KEY: 'key',
    SLUICE_ROLE: 'reader',
    SLUICE_TOKEN_TTL_MINUTES: '60',
    SLUICE_TOKEN_REFRESH_MINUTES: '120',
    SLUICE_TOKEN_KEY_FILE: 'token.pem',
    SLUICE_ALLOW_FOREVER_SESSIONS: 'yes',
    SLUICE_MIN_PASSWORD_LENGTH: '14',
    SLUICE_MIN_ADMIN_PASSWORD_LENGTH: '16',
    APP_KEY: 'k'.repeat(32),
    DB_CONNECTION: 'SQLite',
    DB_DATABASE: 'mine.db',
    CACHE_DRIVER: 'file',
    LOG_CHANNEL: 'stdout',
  })
  expect(config).toMatchObject({
    host: '0.0.0.0',
    port: 0,
    isLoopback: false,
    dataDir: '/var/lib/sluice',
    systemDatabase: { kind: 'file', file: '/var/lib/sluice/mine.db' },
    adminEmail: 'ada@example.com',
    adminPassword: 'sixteen letters!',
    demo: false,
    configFile: resolve('sluice.json'),
    logLevel: 'debug',
    logDestination: 'stdout',
    resultBytes: 5000,
    bodyLimitBytes: 2048,
    importLimitBytes: 4096,
    statementTimeoutMs: 10,
    allowedHosts: ['db.example.com', '[::1]:8080'],
    allowedOrigins: ['https://a.example.com', 'http://localhost:3000'],
    trustedProxies: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'],
    publicUrl: 'https://db.example.com',
    mcpSessions: true,
    keepApiKeys: false,
    apiKey: 'key',
    role: 'reader',
    tokenTtlMinutes: 60,
    minPasswordLength: 14,
    minAdminPasswordLength: 16,
    tokenRefreshMinutes: 120,
    tokenKeyFile: resolve('token.pem'),
    allowForeverSessions: true,
    appKey: 'k'.repeat(32),
  })
})

test('a system database on a server', () => {
  const env = {
    DB_CONNECTION: 'PgSQL',
    DB_HOST: 'db',
    DB_PORT: '5433',
    DB_DATABASE: 'sluice',
    DB_USERNAME: 'app',
  }
  expect(read({ ...env, DB_PASSWORD: 'p', DB_SSLMODE: 'verify-full' })).toMatchObject({
    warnings: [],
    systemDatabase: {
      kind: 'server',
      type: 'pgsql',
      config: {
        host: 'db',
        port: 5433,
        database: 'sluice',
        username: 'app',
        password: 'p',
        sslmode: 'verify-full',
      },
    },
  })
})

test('flags win over the environment', () => {
  const env = { SLUICE_PORT: '1', SLUICE_DEMO: 'true', SLUICE_HOST: 'nonsense but unused' }
  expect(
    read(env, { port: 9000, demo: false, host: 'localhost', 'data-dir': '/d', role: undefined }),
  ).toMatchObject({
    port: 9000,
    demo: false,
    host: 'localhost',
    dataDir: '/d',
    role: undefined,
  })
})

test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]'])('%s is this machine alone', (host) => {
  expect(read({ SLUICE_HOST: host }).isLoopback).toBe(true)
})

test.each(['0.0.0.0', '::', '10.0.0.1', 'localhost.example.com', '127.0.0.1.example.com'])(
  '%s is not',
  (host) => {
    expect(read({ SLUICE_HOST: host }).isLoopback).toBe(false)
  },
)

describe('a problem is a sentence that names the variable and what to do', () => {
  const whole = (name: string, least: number, most: number, example: number, given: string) =>
    `${name} must be a whole number from ${least} to ${most}, such as ${example} (it is '${given}').`

  test.each<readonly [Record<string, string>, string]>([
    [{ SLUICE_PORT: 'http' }, whole('SLUICE_PORT', 0, 65535, 8080, 'http')],
    [{ SLUICE_PORT: '65536' }, whole('SLUICE_PORT', 0, 65535, 8080, '65536')],
    [{ SLUICE_PORT: '-1' }, whole('SLUICE_PORT', 0, 65535, 8080, '-1')],
    [{ SLUICE_PORT: '80.5' }, whole('SLUICE_PORT', 0, 65535, 8080, '80.5')],
    [{ SLUICE_RESULT_BYTES: '10' }, whole('SLUICE_RESULT_BYTES', 1000, 10_000_000, 24_000, '10')],
    [
      { SLUICE_BODY_LIMIT_BYTES: '10MB' },
      whole('SLUICE_BODY_LIMIT_BYTES', 1024, 1_073_741_824, 10_485_760, '10MB'),
    ],
    [{ SLUICE_STATEMENT_TIMEOUT_MS: '0' }, whole('SLUICE_STATEMENT_TIMEOUT_MS', 1, 86_400_000, 30_000, '0')],
    [{ SLUICE_TOKEN_TTL_MINUTES: 'x' }, whole('SLUICE_TOKEN_TTL_MINUTES', 1, 525_600, 1440, 'x')],
    [{ DB_PORT: 'x' }, whole('DB_PORT', 1, 65_535, 5432, 'x')],
    [{ SLUICE_DEMO: 'maybe' }, "SLUICE_DEMO must be true or false (it is 'maybe')."],
    [{ SLUICE_KEEP_API_KEYS: '2' }, "SLUICE_KEEP_API_KEYS must be true or false (it is '2')."],
    [
      { SLUICE_LOG_LEVEL: 'loud' },
      "SLUICE_LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent (it is 'loud').",
    ],
    [{ LOG_CHANNEL: 'syslog' }, "LOG_CHANNEL must be one of stderr, stdout, null (it is 'syslog')."],
    [
      { SLUICE_ADMIN_EMAIL: 'ada' },
      "SLUICE_ADMIN_EMAIL must be an e-mail address, such as admin@example.com (it is 'ada').",
    ],
    [{ SLUICE_ADMIN_PASSWORD: 'short-secret' }, 'SLUICE_ADMIN_PASSWORD must have at least 16 characters.'],
    [
      { SLUICE_ADMIN_PASSWORD: 'sixteen letters!', SLUICE_MIN_PASSWORD_LENGTH: '17' },
      'SLUICE_ADMIN_PASSWORD must have at least 17 characters.',
    ],
    [
      { SLUICE_MIN_PASSWORD_LENGTH: '8' },
      "SLUICE_MIN_PASSWORD_LENGTH must be a whole number from 12 to 128, such as 14 (it is '8').",
    ],
    [
      { SLUICE_MIN_ADMIN_PASSWORD_LENGTH: '12' },
      "SLUICE_MIN_ADMIN_PASSWORD_LENGTH must be a whole number from 16 to 128, such as 20 (it is '12').",
    ],
    [
      { APP_KEY: 'short-secret' },
      "APP_KEY must be 'base64:' with at least 32 bytes in base64, or at least 32 characters; leave it unset to have one made in the data folder.",
    ],
    [
      { SLUICE_ALLOWED_HOSTS: 'https://a.com' },
      "SLUICE_ALLOWED_HOSTS must be host names separated by commas, such as db.example.com,10.0.0.5:8080 (it is 'https://a.com').",
    ],
    ...['proxy.example.com', '10.0.0.0/33', '0.0.0.0/0', '::/0', '10.0.0.1/8/8', '10.0.0.0/', '*'].map(
      (networks): [Record<string, string>, string] => [
        { SLUICE_TRUSTED_PROXIES: networks },
        `SLUICE_TRUSTED_PROXIES must be addresses and networks separated by commas, such as 127.0.0.1,10.0.0.0/8 (it is '${networks}').`,
      ],
    ),
    [
      { SLUICE_ALLOWED_ORIGINS: 'a.com' },
      "SLUICE_ALLOWED_ORIGINS must be origins separated by commas, such as https://app.example.com, or * (it is 'a.com').",
    ],
    [
      { SLUICE_PUBLIC_URL: 'db.example.com' },
      "SLUICE_PUBLIC_URL must be an address with http:// or https://, such as https://db.example.com (it is 'db.example.com').",
    ],
    [
      { DB_CONNECTION: 'oracle' },
      "DB_CONNECTION must be one of sqlite, pgsql, mysql, mariadb (it is 'oracle').",
    ],
    [
      { DB_CONNECTION: 'pgsql', DB_HOST: 'db', DB_USERNAME: 'sluice' },
      "DB_DATABASE must be set, because DB_CONNECTION is 'pgsql'.",
    ],
    [
      { CACHE_DRIVER: 'memcached' },
      "CACHE_DRIVER names 'memcached', which is not supported as cache: set it to redis, or leave it unset for the memory of this process.",
    ],
    [{ CACHE_DRIVER: 'disk' }, "CACHE_DRIVER must be redis, or file, array or local (it is 'disk')."],
    [
      { SLUICE_PROT: '1' },
      "SLUICE_PROT is not a setting of this program. Did you mean 'SLUICE_PORT' or 'SLUICE_HOST' or 'SLUICE_ROLE'?",
    ],
    [
      { SLUICE_XYZZY_QUUX_FOO: '1' },
      'SLUICE_XYZZY_QUUX_FOO is not a setting of this program. Remove it, or look at sluice --help for the names there are.',
    ],
  ])('%j', (env, sentence) => {
    expect(problemsOf(env)).toEqual([sentence])
  })

  test('it names the flag when that is where the value came from', () => {
    expect(problemsOf({ SLUICE_PORT: '1' }, { port: 'x' })).toEqual([whole('--port', 0, 65535, 8080, 'x')])
    expect(problemsOf({}, { prot: 'x' })).toEqual([
      expect.stringMatching(/^--prot is not a setting of this program\. Did you mean '--port'/),
    ])
  })

  test('all problems are told at once', () => {
    expect(
      problemsOf({ SLUICE_PORT: 'x', SLUICE_DEMO: 'x', SLUICE_NOPE: '1', DB_CONNECTION: 'oracle' }),
    ).toHaveLength(4)
  })

  test('a secret is never shown', () => {
    const env = { SLUICE_ADMIN_PASSWORD: 'hunter2', APP_KEY: 'hunter2', SLUICE_PORT: 'x' }
    expect(JSON.stringify(problemsOf(env))).not.toContain('hunter2')
  })
})

test('a known name without effect is told', () => {
  expect(read({ DB_HOST: 'db', DB_PASSWORD: 'p', CACHE_HOST: 'c' }).warnings).toEqual([
    'DB_HOST has no effect: the system database is SQLite.',
    'DB_PASSWORD has no effect: the system database is SQLite.',
    'CACHE_HOST has no effect: the cache is the memory of this process.',
  ])
})
