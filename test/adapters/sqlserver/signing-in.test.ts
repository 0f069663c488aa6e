import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sqlserverConfig } from '../../../adapters/database/sqlserver/config.ts'
import { openSqlserver } from '../../../adapters/database/sqlserver/open.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { toAppError } from '../../../src/core/errors.ts'
import { calm } from '../../contract/scene.ts'
import { hasOpenssl, makeCertificates } from '../../helpers/certificates.ts'
import { startTdsServer } from './tds-server.ts'
import { done, rows } from './tds-tokens.ts'

/** The driver itself, with its own TLS, NTLM and search for instances, against a server that checks what it is told. */
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const answer = (sql: string) => (/schema_name/.test(sql) ? rows(['a'], [['dbo']]) : done())

async function serve(options: Partial<Parameters<typeof startTdsServer>[0]> = {}) {
  const server = await startTdsServer({ answer, ...options })
  ends.push(() => server.close())
  return server
}

async function open(config: object): Promise<DatabaseAdapter> {
  const whole = { host: '127.0.0.1', database: 'shop', username: 'reader', password: 'Pässwörd 1', ...config }
  const adapter = await openSqlserver(sqlserverConfig.parse(whole), {
    baseDir: '/',
    statementTimeoutMs: 20_000,
  })
  ends.push(() => adapter.close())
  return adapter
}

async function refusal(config: object) {
  const refused = toAppError(await open(config).catch((error: unknown) => error))
  expect(`${refused.message} ${refused.hint}`).not.toMatch(/reader|Pässwörd|127\.0|localhost/)
  return refused
}

describe.skipIf(!hasOpenssl)('encryption', () => {
  let folder = ''
  beforeAll(() => {
    folder = makeCertificates()
  })
  const pem = (name: string) => join(folder, name)
  const secureServer = () =>
    serve({
      identity: {
        cert: readFileSync(pem('server.crt'), 'utf8'),
        key: readFileSync(pem('server.key'), 'utf8'),
      },
    })

  test.each([
    ['by itself', {}],
    ['required', { encrypt: true }],
    ['checked, by the name in the certificate', { host: 'localhost', trust_server_certificate: false }],
  ])('is used: %s', async (_what, more) => {
    const server = await secureServer()
    const adapter = await open({ port: server.port, sslrootcert: pem('ca.crt'), ...more })
    await adapter.ping(calm)
    expect(server.heard.join(' ')).toContain('select 1')
  })

  test.each([
    ['a certificate that nobody known gave', 'localhost', undefined],
    ['one of another authority', 'localhost', 'other.crt'],
    ['one for another name', '127.0.0.1', 'ca.crt'],
  ])('%s is refused where certificates are checked', async (_what, host, authority) => {
    const server = await secureServer()
    const ca = authority === undefined ? {} : { sslrootcert: pem(authority) }
    const refused = await refusal({ host, port: server.port, trust_server_certificate: false, ...ca })
    expect(refused).toMatchObject({
      code: 'unavailable',
      message: "The database server's certificate could not be verified.",
    })
    expect(server.heard).toEqual([])
  })

  test('a server that takes encrypted connections only is told so where it is turned off', async () => {
    const server = await secureServer()
    expect(await refusal({ port: server.port, encrypt: false })).toMatchObject({
      message: 'The database server takes encrypted connections only.',
    })
  })

  test('a file of certificates that is not there is told before anything is sent', async () => {
    const server = await secureServer()
    const refused = await refusal({ port: server.port, sslrootcert: '/nowhere.pem' })
    expect(refused.message).toBe('The file of certificates cannot be read.')
  })
})

describe('a user of a Windows domain', () => {
  const windowsUser = { domain: 'ACME', user: 'Reader', password: 'Pässwörd 1' }
  const ntlm = { authentication: 'ntlm' }

  test.each([
    ['domain', { username: 'reader', domain: 'acme' }],
    ['domain\\user', { username: 'acme\\reader' }],
  ])('signs in by %s', async (_form, user) => {
    const server = await serve({ windowsUser })
    const adapter = await open({ port: server.port, ...ntlm, ...user })
    await adapter.ping(calm)
  })

  test.each([
    ['a wrong password', { username: 'acme\\reader', password: 'other' }],
    ['another user', { username: 'acme\\writer' }],
    ['another domain', { username: 'other\\reader' }],
    ['no domain', { username: 'reader' }],
    ['a login of the server', { username: 'reader', authentication: 'sql' }],
  ])('%s is refused', async (_what, user) => {
    const server = await serve({ windowsUser })
    expect(await refusal({ port: server.port, ...ntlm, ...user })).toMatchObject({
      code: 'unavailable',
      message: 'The database refused the username or the password.',
    })
    expect(server.heard).toEqual([])
  })

  test.skipIf(!hasOpenssl)('signs in over an encrypted connection too', async () => {
    const folder = makeCertificates()
    const [cert, key] = ['server.crt', 'server.key'].map((name) => readFileSync(join(folder, name), 'utf8'))
    const server = await serve({ windowsUser, identity: { cert: cert ?? '', key: key ?? '' } })
    const adapter = await open({ port: server.port, ...ntlm, username: 'acme\\reader' })
    await adapter.ping(calm)
  })
})

/** The browser service has one port on every machine: another address of this one has it for itself. */
describe('a named instance', async () => {
  const HOST = '127.77.14.34'
  const browser = createSocket('udp4')
  const isFree = await new Promise<boolean>((resolve) => {
    browser.once('error', () => resolve(false))
    browser.bind(1434, HOST, () => resolve(true))
  })
  browser.close()

  /** learn.microsoft.com/en-us/openspecs/windows_protocols/mc-sqlr: SVR_RESP, its size, and the list of instances. */
  const browse = async (instances: string | undefined) => {
    const socket = createSocket('udp4')
    socket.on('message', (asked, { port, address }) => {
      if (asked[0] !== 2 || instances === undefined) return
      const head = Buffer.from([5, 0, 0])
      head.writeUInt16LE(instances.length, 1)
      socket.send(Buffer.concat([head, Buffer.from(instances, 'ascii')]), port, address)
    })
    await new Promise<void>((resolve) => socket.bind(1434, HOST, resolve))
    ends.push(() => new Promise<void>((resolve) => socket.close(resolve)))
  }
  const entry = (name: string, port: number) =>
    `ServerName;HOME;InstanceName;${name};IsClustered;No;Version;16.0.1000.6;tcp;${port};;`

  test.skipIf(!isFree).each([
    ['instance', { host: HOST, instance: 'sales' }],
    ['server\\instance', { host: `${HOST}\\Sales` }],
  ])('is found by %s, and the port is not needed', async (_form, config) => {
    const server = await serve({ host: HOST })
    await browse(entry('OTHER', 1) + entry('SALES', server.port))
    const adapter = await open({ ...config, port: 1 })
    await adapter.ping(calm)
  })

  test.skipIf(!isFree)('that the server does not have is named, with what to do', async () => {
    await browse(entry('OTHER', 1))
    expect(await refusal({ host: HOST, instance: 'sales' })).toMatchObject({
      code: 'unavailable',
      message: "The server has no running instance 'sales' that takes connections over TCP.",
      hint: expect.stringContaining('Correct `instance`'),
    })
  })

  test.skipIf(!isFree)('is named when nobody tells where it is', async () => {
    await browse(undefined)
    expect(await refusal({ host: HOST, instance: 'sales', connect_timeout: 0.5 })).toMatchObject({
      code: 'unavailable',
      message: "The server did not tell in time where its instance 'sales' listens.",
      hint: expect.stringContaining('UDP 1434'),
      retryable: true,
    })
  })
})
