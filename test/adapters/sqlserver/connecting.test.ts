import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { sqlserverConfig } from '../../../adapters/database/sqlserver/config.ts'
import { openSqlserver } from '../../../adapters/database/sqlserver/open.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { toAppError } from '../../../src/core/errors.ts'
import { calm } from '../../contract/scene.ts'
import { listening, startTdsServer } from './tds-server.ts'
import { done, error, rows, value } from './tds-tokens.ts'

/** The driver itself against a server that speaks just so much of the protocol: what is tested is ours, and how we use the driver. */
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function serve(options: Parameters<typeof startTdsServer>[0]) {
  const server = await startTdsServer(options)
  ends.push(() => server.close())
  return server
}

async function open(port: number, more: object = {}): Promise<DatabaseAdapter> {
  const config = {
    host: '127.0.0.1',
    port,
    database: 'shop',
    username: 'reader',
    password: 'hidden secret',
    ...more,
  }
  const adapter = await openSqlserver(sqlserverConfig.parse(config), {
    baseDir: '.',
    statementTimeoutMs: 20_000,
  })
  ends.push(() => adapter.close())
  return adapter
}

const facts = (sql: string) => (/schema_name\(\)/.test(sql) ? rows(['a', 'b'], [['dbo', 'shop']]) : done())

describe('opening', () => {
  test('signs in, learns what the server can, and answers a ping', async () => {
    const server = await serve({ answer: facts })
    const adapter = await open(server.port)
    await adapter.ping(calm)
    expect(server.heard.join('\n')).toContain('set xact_abort on')
    expect(server.heard.join('\n')).toContain('select 1')
  })

  // 4064: learn.microsoft.com/en-us/sql/relational-databases/errors-events/mssqlserver-4064-database-engine-error; 40613:
  // docs.microsoft.com/en-us/azure/sql-database/sql-database-troubleshoot-common-connection-issues. 18456 and 4060 as users quote them
  // (codewithsql.com/errors/4060); the words of 18487 and 10928 stand on no page that could be read.
  test.each([
    [18456, "Login failed for user 'reader'.", /refused the username or the password/],
    [
      4060,
      'Cannot open database "secret" requested by the login. The login failed.',
      /does not exist on its server/,
    ],
    [4064, 'Cannot open user default database. Login failed.', /does not exist on its server/],
    [18487, "Login failed for user 'reader': secret-host.", /password of the login has expired/],
    [
      40613,
      "Database 'secret' on server 'secret-host' is not currently available. Please retry the connection later.",
      /starting, stopping or moving/,
    ],
    [10928, "The limit of 'secret' has been reached.", /takes no more connections/],
  ])('error %i at the login says what is wrong, and nothing of the server', async (number, text, message) => {
    const login = Buffer.concat([error(number, text, 14)])
    const server = await serve({ answer: facts, login })
    const refused = toAppError(await open(server.port).catch((reason: unknown) => reason))
    expect(refused).toMatchObject({ code: 'unavailable', message: expect.stringMatching(message) })
    expect(`${refused.message} ${refused.hint}`).not.toMatch(/reader|secret|127\.0/)
  })

  test('a closed port is told at once', async () => {
    const server = createServer()
    const port = await listening(server)
    server.close()
    await once(server, 'close')
    await expect(open(port)).rejects.toMatchObject({ code: 'unavailable', message: /cannot be reached/ })
  })

  test('a server that takes connections and says nothing is given up', async () => {
    const server = createServer(() => {})
    const port = await listening(server)
    ends.push(async () => server.close())
    const refused = open(port, { connect_timeout: 0.3 })
    await expect(refused).rejects.toMatchObject({ code: 'unavailable', message: /did not answer in time/ })
  })

  test('a server that says nothing after the login is given up too', async () => {
    const server = await serve({ answer: (sql) => (/schema_name/.test(sql) ? 'nothing' : done()) })
    await expect(open(server.port, { connect_timeout: 0.5 })).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('encryption that is required is not done without', async () => {
    const server = await serve({ answer: facts })
    const refused = open(server.port, { encrypt: true })
    await expect(refused).rejects.toMatchObject({ code: 'unavailable', message: /does not offer encrypted/ })
  })

  test('a statement of the configuration that fails is told', async () => {
    const answer = (sql: string) =>
      /nonsense/.test(sql) ? error(102, "Incorrect syntax near 'nonsense'.") : facts(sql)
    const server = await serve({ answer })
    const adapter = await open(server.port, { statements: ['nonsense'], connect_timeout: 10 })
    const refused = toAppError(await adapter.ping(calm).catch((reason: unknown) => reason))
    expect(refused).toMatchObject({ code: 'unavailable', message: /statement that runs on every connection/ })
    expect(refused.message).not.toContain('nonsense')
  })
})

describe('a connection', () => {
  test('that is cut in the middle of an answer is lost, and the next one is another', async () => {
    let cuts = 2
    const server = await serve({ answer: (sql) => (/select 1/.test(sql) && cuts-- > 0 ? 'cut' : facts(sql)) })
    const adapter = await open(server.port)
    await expect(adapter.ping(calm)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    await adapter.ping(calm)
  })

  test('is used again after an attention has stopped its statement', async () => {
    let isSilent = true
    const server = await serve({
      answer: (sql) => (/select 1/.test(sql) && isSilent ? 'nothing' : facts(sql)),
    })
    const adapter = await open(server.port, { pool_size: 1 })
    const aborter = new AbortController()
    const waiting = adapter.ping({ signal: aborter.signal })
    await expect.poll(() => server.heard.some((sql) => /select 1/.test(sql))).toBe(true)
    aborter.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'timeout' })
    expect(server.stops).toBe(1)
    isSilent = false
    await adapter.ping(calm)
    expect(server.heard.filter((sql) => /set quoted_identifier/.test(sql))).toHaveLength(2)
  })

  test('is found again when its server was away', async () => {
    const first = await startTdsServer({ answer: facts })
    const adapter = await open(first.port)
    await adapter.ping(calm)
    await first.close()
    await expect(adapter.ping(calm)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    await serve({ answer: facts, port: first.port })
    await adapter.ping(calm)
  })

  test('gives values with every digit', async () => {
    const decimal = value('total', [0x6a, 17, 38, 5], [17, 1, ...digitsOf(12345678901234567890123456789n)])
    const server = await serve({ answer: (sql) => (/"total"/.test(sql) ? decimal : facts(sql)) })
    const adapter = await open(server.port)
    const field = {
      name: 'total',
      type: 'decimal',
      dbType: 'decimal(38,5)',
      allowNull: true,
      autoIncrement: false,
      isGenerated: false,
    } as const
    const table = {
      name: 'orders',
      isView: false,
      fields: [field],
      primaryKey: [],
      uniqueKeys: [],
      foreignKeys: [],
      relations: [],
      fieldByName: new Map([['total', field]]),
    }
    const read = await adapter.select({ table, fields: ['total'], limit: 1, as: 'json' }, calm)
    expect(read).toEqual({ json: '[{"total":"123456789012345678901234.56789"}]', count: 1 })
  })
})

function digitsOf(number: bigint): number[] {
  return Array.from({ length: 16 }, (_, at) => Number((number >> BigInt(at * 8)) & 0xffn))
}
