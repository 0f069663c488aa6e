import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { mongodb } from '../../../adapters/database/mongodb/service-type.ts'
import { toAppError } from '../../../src/core/errors.ts'
import { required } from '../../contract/required.ts'
import { calm } from '../../contract/scene.ts'
import { ferretdbFile, startOwnFerretdb } from '../../contract/servers/own-ferretdb.ts'
import type { OwnServer } from '../../contract/servers/own-server.ts'
import { hasOpenssl, makeCertificates } from '../../helpers/certificates.ts'
import { freePort } from '../../helpers/program.ts'

const isLeftOut = (ferretdbFile() === '' && !required.includes('ferretdb')) || !hasOpenssl

/** FerretDB checks passwords by SCRAM-SHA-256 and speaks TLS. */
describe.skipIf(isLeftOut)('a server that asks for user, password and encryption', () => {
  let server: OwnServer
  let certificates = ''
  let tlsPort = 0
  const ends: (() => Promise<unknown>)[] = []
  beforeAll(async () => {
    certificates = makeCertificates()
    tlsPort = await freePort()
    server = await startOwnFerretdb({
      signsIn: true,
      settings: () => [
        `--listen-tls=127.0.0.1:${tlsPort}`,
        `--listen-tls-cert-file=${join(certificates, 'server.crt')}`,
        `--listen-tls-key-file=${join(certificates, 'server.key')}`,
      ],
    })
  })
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })
  afterAll(() => server?.stop())

  const account = () => {
    const { username, password } = new URL(server.url)
    return { username, password, database: 'shop', host: '127.0.0.1', port: server.port, connect_timeout: 5 }
  }
  const open = async (more: object) => {
    const config = mongodb.config.parse({ ...account(), ...more })
    const adapter = await mongodb.open(config, { baseDir: certificates, statementTimeoutMs: 10_000 })
    ends.push(() => adapter.close())
    await adapter.ping(calm)
    return adapter
  }
  const refusal = async (more: object) => {
    const error = toAppError(await open(more).catch((reason: unknown) => reason))
    expect(error.code).toBe('unavailable')
    const told = `${error.message} ${error.hint} ${JSON.stringify(error.context ?? null)}`
    for (const secret of [account().password, 'not-the-p4ssword', 'localhost', '127.0.0.1', 'Mongo'])
      expect(told).not.toContain(secret)
    return told
  }

  test('takes the right user, and tells the doctor who it is', async () => {
    const adapter = await open({})
    expect(await adapter.notes?.(calm)).toEqual([])
  })

  test.each([
    ['a wrong password', { password: 'not-the-p4ssword' }],
    ['a wrong user', { username: 'nobody_at_all' }],
    ['another database of users', { auth_source: 'elsewhere' }],
  ])('refuses %s with a sentence', async (_, more) => {
    expect(await refusal(more)).toMatch(/refused the username or the password/)
  })

  const encrypted = () => ({ host: 'localhost', port: tlsPort, tls: true })

  test('is encrypted where its certificate is of an authority that is trusted', async () => {
    await open({ ...encrypted(), tls_ca_file: 'ca.crt' })
  })

  test.each([
    ['an authority that nobody knows', () => encrypted()],
    ['another authority', () => ({ ...encrypted(), tls_ca_file: 'other.crt' })],
    [
      'a host that the certificate does not hold',
      () => ({ ...encrypted(), host: '127.0.0.1', tls_ca_file: 'ca.crt' }),
    ],
  ])('is refused for %s', async (_, more) => {
    expect(await refusal(more())).toMatch(/certificate could not be verified, or it does not offer encrypted/)
  })

  test('is refused for encryption on a port without any', async () => {
    await refusal({ ...encrypted(), port: server.port, tls_ca_file: 'ca.crt' })
  })

  test('is taken with any certificate where the config says so', async () => {
    await open({ ...encrypted(), tls_allow_invalid_certificates: true })
  })

  test.each([
    ['a file that is not there', { tls_ca_file: 'missing.crt' }],
    ['a file that is no certificate', { tls_ca_file: 'names' }],
  ])('%s as an authority is refused with a sentence', async (_, more) => {
    await refusal({ ...encrypted(), ...more })
  })
})
