import { rmSync } from 'node:fs'
import { createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rowsIn, tableNamed } from '../../contract/read-table.ts'
import { calm } from '../../contract/scene.ts'
import { isMariadbInstalled, startOwnMariadb } from '../../contract/servers/own-mariadb.ts'
import type { OwnServer } from '../../contract/servers/own-server.ts'
import { hasOpenssl, makeCertificates } from '../../helpers/certificates.ts'
import { openService, serviceForTest } from './service.ts'

const UNTRUSTED = {
  name: 'AppError',
  code: 'unavailable',
  message: "The database server's certificate could not be verified.",
}

describe.skipIf(!isMariadbInstalled() || !hasOpenssl)('MariaDB with a certificate for localhost', () => {
  let folder: string
  let server: OwnServer
  beforeAll(async () => {
    folder = makeCertificates()
    server = await startOwnMariadb({
      settings: [`--ssl-cert=${folder}/server.crt`, `--ssl-key=${folder}/server.key`],
    })
    const client = await createConnection({ uri: server.url, multipleStatements: true })
    await client.query(`create database shop; use shop;
      create view used as select variable_value as cipher from information_schema.session_status where variable_name = 'Ssl_cipher';
      create user strict@'%' identified by 'strict' require ssl; grant all on shop.* to strict@'%'`)
    await client.end()
  })
  afterAll(async () => {
    await server.stop()
    rmSync(folder, { recursive: true })
  })
  const urlOf = (host: string, user?: string) => {
    const url = new URL(server.url)
    url.hostname = host
    url.pathname = '/shop'
    if (user) url.username = url.password = user
    return url.href
  }
  const isEncrypted = async (config: object, host = 'localhost') => {
    const service = await serviceForTest(urlOf(host), { ...config })
    const [row] = await rowsIn(service, await tableNamed(service, 'used'))
    return row?.cipher !== ''
  }

  test.each([
    ['disable', false],
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
      await expect(openService(urlOf('localhost'), { sslmode })).rejects.toMatchObject(UNTRUSTED)
      const other = { sslmode, sslrootcert: `${folder}/other.crt` }
      await expect(openService(urlOf('localhost'), other)).rejects.toMatchObject(UNTRUSTED)
    },
  )

  test('verify-full refuses a certificate for another host, verify-ca does not look', async () => {
    const sslrootcert = `${folder}/ca.crt`
    const opening = openService(urlOf('127.0.0.1'), { sslmode: 'verify-full', sslrootcert })
    await expect(opening).rejects.toMatchObject(UNTRUSTED)
    expect(await isEncrypted({ sslmode: 'verify-ca', sslrootcert }, '127.0.0.1')).toBe(true)
  })

  test('a user who needs encryption is told so, and served with it', async () => {
    const refused = await openService(urlOf('localhost', 'strict'), { sslmode: 'disable' }).catch(
      (e: unknown) => e,
    )
    expect(refused).toMatchObject({ name: 'AppError', code: 'unavailable' })
    const service = await serviceForTest(urlOf('localhost', 'strict'), { sslmode: 'require' })
    await expect(service.ping(calm)).resolves.toBeUndefined()
  })

  test('a statement on an encrypted connection can be cancelled', async () => {
    const service = await serviceForTest(urlOf('localhost'), { sslmode: 'require', pool_size: 1 })
    const client = await createConnection({ uri: urlOf('127.0.0.1') })
    await client.query('create or replace view slow as select sleep(600) as n')
    await client.end()
    const slow = await tableNamed(service, 'slow')
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 100)
    const query = { table: slow, fields: ['n'], limit: 1, as: 'rows' } as const
    await expect(service.select(query, controller)).rejects.toMatchObject({ code: 'timeout' })
    await service.ping(calm)
  })
})
