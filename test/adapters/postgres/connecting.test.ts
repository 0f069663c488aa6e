import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { alloydb } from '../../../adapters/database/postgres/alloydb.ts'
import { pgsql } from '../../../adapters/database/postgres/service-type.ts'
import { AppError } from '../../../src/core/errors.ts'
import { rowsIn, tableNamed } from '../../contract/read-table.ts'
import { calm } from '../../contract/scene.ts'
import { isPgsqlInstalled, startOwnPgsql } from '../../contract/servers/own-pgsql.ts'
import type { OwnServer } from '../../contract/servers/own-server.ts'
import { hasOpenssl, makeCertificates } from '../../helpers/certificates.ts'
import { freePort } from '../../helpers/program.ts'
import { openService, type ServiceConfig } from './service.ts'

async function failureOf(opening: Promise<unknown>): Promise<AppError> {
  const error: unknown = await opening.then(
    () => 'opened',
    (e: unknown) => e,
  )
  if (!(error instanceof AppError)) throw new Error(`an AppError was expected: ${error}`)
  return error
}

describe('an address where nothing is', () => {
  const open = (host: string, port: number, more: ServiceConfig = {}) =>
    failureOf(openService(`postgres://user:s3cret@${host}:${port}/shop`, more))

  test('names the port when nobody listens', async () => {
    const port = await freePort()
    const error = await open('127.0.0.1', port)
    expect(error).toMatchObject({
      code: 'unavailable',
      message: 'No database server answers at this host and port.',
      retryable: true,
    })
    expect(error.hint).toContain('`port`')
    expect(`${error.message}${error.hint}`).not.toContain(String(port))
  })

  test('names the host when it is not known', async () => {
    const error = await open('no-such-host.invalid', 5432)
    expect(error).toMatchObject({ code: 'unavailable' })
    expect(error.message).toMatch(/^The host of the database/)
    expect(`${error.message}${error.hint}`).not.toMatch(/no-such-host|s3cret/)
  })

  test('names the socket when there is none', async () => {
    const config = pgsql.config.parse({ unix_socket: '/no/such/folder', database: 'shop' })
    const opening = pgsql.open(config, { baseDir: '.', statementTimeoutMs: 1000 })
    expect(await failureOf(opening)).toMatchObject({
      message: 'No database server answers at this socket.',
    })
  })

  test('gives up in time when the other side says nothing', async () => {
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      silent.close()
    })
    const address = silent.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const error = await open('127.0.0.1', port, { connect_timeout: 0.3 })
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    expect(error.message).toMatch(/in time|within/)
  })

  test('a certificate file that is not there is named by its key', async () => {
    const error = await open('127.0.0.1', 5432, { sslrootcert: '/no/such/file.pem' })
    expect(error.message).toBe('The file of `sslrootcert` cannot be read.')
  })
})

test('AlloyDB is PostgreSQL by another name', () => {
  expect(alloydb.url?.schemes).toEqual(['alloydb'])
  expect(alloydb.config.parse(alloydb.url?.toConfig('alloydb://h/d?sslmode=require'))).toMatchObject({
    host: 'h',
    port: 5432,
    sslmode: 'require',
  })
})

test.each(['latin1', 'utf16'])('the character set %s is refused', (charset) => {
  expect(pgsql.config.safeParse({ host: 'h', database: 'd', charset }).success).toBe(false)
})

describe.skipIf(!isPgsqlInstalled() || !hasOpenssl)('a server with passwords and a certificate', () => {
  let folder: string
  let server: OwnServer
  beforeAll(async () => {
    folder = makeCertificates()
    server = await startOwnPgsql({
      settings: ['ssl=on', `ssl_cert_file=${folder}/server.crt`, `ssl_key_file=${folder}/server.key`],
    })
  })
  afterAll(async () => {
    await server.stop()
    rmSync(folder, { recursive: true })
  })
  const run = async (sql: string) => {
    const client = new pg.Client(server.url)
    await client.connect()
    await client.query(sql)
    await client.end()
  }
  /** The server's URL with other parts; its certificate is for `localhost`. */
  const urlWith = (change: (url: URL) => void): string => {
    const url = new URL(server.url)
    change(url)
    return url.href
  }
  const isEncrypted = async (config: ServiceConfig, host = 'localhost') => {
    const adapter = await openService(
      urlWith((url) => {
        url.hostname = host
      }),
      config,
    )
    onTestFinished(() => adapter.close())
    const [row] = await rowsIn(adapter, await tableNamed(adapter, 'used'))
    return row?.ssl
  }
  beforeAll(async () => {
    await run('CREATE VIEW used AS SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
    await run('CREATE VIEW slow AS SELECT pg_sleep(600)::text AS n')
  })
  const opening = (config: ServiceConfig, host = 'localhost') =>
    failureOf(
      openService(
        urlWith((url) => {
          url.hostname = host
        }),
        config,
      ),
    )

  test.each([
    ['disable', false],
    ['allow', false],
    ['prefer', true],
    ['require', true],
  ])('sslmode %s: encrypted is %s', async (sslmode, expected) => {
    expect(await isEncrypted({ sslmode })).toBe(expected)
  })

  test.each(['verify-ca', 'verify-full'])(
    'sslmode %s takes a certificate of the authority',
    async (sslmode) => {
      expect(await isEncrypted({ sslmode, sslrootcert: `${folder}/ca.crt` })).toBe(true)
    },
  )

  test.each(['verify-ca', 'verify-full'])(
    'sslmode %s refuses one that nobody known has signed',
    async (sslmode) => {
      expect(await opening({ sslmode })).toMatchObject({
        code: 'unavailable',
        message: 'The certificate of the database server cannot be trusted.',
      })
      expect(await opening({ sslmode, sslrootcert: `${folder}/other.crt` })).toMatchObject({
        message: 'The certificate of the database server cannot be trusted.',
      })
    },
  )

  test('sslmode require with an authority at hand refuses what another has signed', async () => {
    expect(await opening({ sslmode: 'require', sslrootcert: `${folder}/other.crt` })).toMatchObject({
      message: 'The certificate of the database server cannot be trusted.',
    })
  })

  test('verify-full refuses a certificate for another host, verify-ca does not look', async () => {
    const sslrootcert = `${folder}/ca.crt`
    expect(await opening({ sslmode: 'verify-full', sslrootcert }, '127.0.0.1')).toMatchObject({
      message: 'The certificate of the database server is for another host.',
    })
    expect(await isEncrypted({ sslmode: 'verify-ca', sslrootcert }, '127.0.0.1')).toBe(true)
  })

  test('a statement on an encrypted connection can be cancelled', async () => {
    const adapter = await openService(server.url, { sslmode: 'require', pool_size: 1 })
    onTestFinished(() => adapter.close())
    const slow = await tableNamed(adapter, 'slow')
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 100)
    const query = { table: slow, fields: ['n'], limit: 1, as: 'rows' } as const
    await expect(adapter.select(query, controller)).rejects.toMatchObject({ code: 'timeout' })
    await adapter.ping(calm)
  })

  test.each([
    ['a wrong password', 'password', 'wrong', 'The database server refused the user name or the password.'],
    ['no password', 'password', '', 'The database server refused the user name or the password.'],
    ['a wrong user', 'username', 'nobody', 'The database server refused the user name or the password.'],
    ['a wrong database', 'pathname', '/nothing', 'The database does not exist on its server.'],
  ] as const)('%s is told as that, and not by name', async (_what, part, value, message) => {
    const url = urlWith((one) => {
      one[part] = value
    })
    const error = await failureOf(openService(url))
    expect(error).toMatchObject({ code: 'unavailable', message })
    expect(error.hint).toMatch(/`(password|database)`/)
    expect(`${error.message}${error.hint}`).not.toMatch(/wrong|nobody|nothing/)
  })

  test('a database that does not let the user in is told', async () => {
    await run('CREATE DATABASE closed')
    await run('REVOKE CONNECT ON DATABASE closed FROM public')
    await run(`CREATE ROLE guest LOGIN PASSWORD 'guest'`)
    const url = urlWith((one) => {
      one.username = 'guest'
      one.password = 'guest'
      one.pathname = '/closed'
    })
    expect(await failureOf(openService(url))).toMatchObject({
      message: 'The database user may not connect to this database.',
    })
  })
})

test.skipIf(!isPgsqlInstalled())(
  'a server without certificate: prefer goes without, require refuses',
  async () => {
    const server = await startOwnPgsql()
    onTestFinished(() => server.stop())
    const adapter = await openService(server.url, { sslmode: 'prefer' })
    await adapter.close()
    expect(await failureOf(openService(server.url, { sslmode: 'require' }))).toMatchObject({
      code: 'unavailable',
      message: 'The database server offers no encrypted connection.',
    })
    const client = new pg.Client(server.url)
    await client.connect()
    await client.query(`CREATE ROLE asleep NOLOGIN PASSWORD 'asleep'`)
    await client.end()
    const asleep = new URL(server.url)
    asleep.username = asleep.password = 'asleep'
    // What the server refuses without encryption is the reason, not that there is none.
    expect(await failureOf(openService(asleep.href))).toMatchObject({
      message: 'The database server does not let this user in from here.',
    })
  },
)
