import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { serverOptions } from '../../../adapters/database/oracle/server-options.ts'
import { oracle } from '../../../adapters/database/oracle/service-type.ts'
import { calm } from '../../contract/scene.ts'
import { hasOpenssl, makeCertificates } from '../../helpers/certificates.ts'
import { startTns, TNS_PASSWORD, type TnsServer } from './tns/tns-server.ts'

const context = { baseDir: '/srv/sluice', statementTimeoutMs: 20_000 }
const connectOf = (config: object) => serverOptions(oracle.config.parse(config), context).connect

/** node-oracledb, "Connecting to Oracle Database": what stands in its options. */
describe('what the driver is told', () => {
  test.each<readonly [string, object, string]>([
    [
      'a service name',
      { host: 'db', service_name: 'FREEPDB1' },
      '(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=db)(PORT=1521))(CONNECT_DATA=(SERVICE_NAME=FREEPDB1)))',
    ],
    [
      'a URL',
      { url: 'oracle://u:p@db:1522/hr.example.com' },
      '(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=db)(PORT=1522))(CONNECT_DATA=(SERVICE_NAME=hr.example.com)))',
    ],
    [
      'a SID',
      { host: 'db', database: 'XE' },
      '(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=db)(PORT=1521))(CONNECT_DATA=(SID=XE)))',
    ],
    [
      'both: the service name',
      { host: 'db', database: 'XE', service_name: 'S' },
      '(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=db)(PORT=1521))(CONNECT_DATA=(SERVICE_NAME=S)))',
    ],
    [
      'TLS',
      { host: 'db', port: 2484, service_name: 'S', protocol: 'tcps' },
      '(DESCRIPTION=(ADDRESS=(PROTOCOL=tcps)(HOST=db)(PORT=2484))(CONNECT_DATA=(SERVICE_NAME=S)))',
    ],
    ['a descriptor, as it is', { tns: '(DESCRIPTION=(X=1))' }, '(DESCRIPTION=(X=1))'],
    ['a name of tnsnames.ora', { tns: 'hr_high' }, 'hr_high'],
    ['Easy Connect', { tns: 'db:1521/S' }, 'db:1521/S'],
    [
      'nothing that would end its place',
      { host: 'db)(PORT=1', service_name: 'S)(X=(Y', database: '' },
      '(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=dbPORT1)(PORT=1521))(CONNECT_DATA=(SERVICE_NAME=SXY)))',
    ],
  ])('%s', (_what, config, connectString) => {
    expect(connectOf(config).connectString).toBe(connectString)
  })

  test('user, password, folders and limits', () => {
    const connect = connectOf({
      tns: 'hr',
      username: 'scott',
      password: "t'i;g@er",
      config_dir: 'tns',
      wallet_location: '/etc/wallet',
      wallet_password: 'w',
      verify_server_name: false,
      connect_timeout: 7,
    })
    expect(connect).toEqual({
      user: 'scott',
      password: "t'i;g@er",
      connectString: 'hr',
      configDir: '/srv/sluice/tns',
      walletLocation: '/etc/wallet',
      walletPassword: 'w',
      sslServerDNMatch: false,
      stmtCacheSize: 50,
      connectTimeout: 7,
      transportConnectTimeout: 7,
    })
  })
})

const servers: TnsServer[] = []
const folders: string[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const answers = (sql: string) =>
  sql.startsWith('select')
    ? { columns: [{ name: 'one', type: 'NUMBER' } as const], rows: [['1']] }
    : undefined

async function listener(tls?: { readonly cert: Buffer; readonly key: Buffer }): Promise<TnsServer> {
  const server = await startTns(answers, tls ? { tls } : {})
  servers.push(server)
  return server
}

/** Opens, asks once, and closes. */
async function visit(config: object, baseDir = '.'): Promise<void> {
  const user = 'url' in config ? {} : { username: 'u', password: TNS_PASSWORD }
  const whole = oracle.config.parse({ connect_timeout: 10, ...user, ...config })
  const adapter = await oracle.open(whole, { baseDir, statementTimeoutMs: 10_000 })
  await adapter.ping(calm).finally(() => adapter.close())
}

function folderWith(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-oracle-'))
  folders.push(folder)
  writeFileSync(join(folder, name), text)
  return folder
}

/** The packet in which a client asks for a database: Oracle Net, as the driver sends it. */
describe('what a listener hears', () => {
  const descriptor = (port: number, target: string) =>
    `(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${port}))(CONNECT_DATA=${target}))`

  test.each<readonly [string, (port: number) => object, string]>([
    [
      'a service name',
      (port) => ({ host: '127.0.0.1', port, service_name: 'FREEPDB1' }),
      '(SERVICE_NAME=FREEPDB1)',
    ],
    [
      'a URL',
      (port) => ({ url: `oracle://u:${TNS_PASSWORD}@127.0.0.1:${port}/FREEPDB1` }),
      '(SERVICE_NAME=FREEPDB1)',
    ],
    ['a SID', (port) => ({ host: '127.0.0.1', port, database: 'XE' }), '(SID=XE)'],
    ['Easy Connect', (port) => ({ tns: `127.0.0.1:${port}/FREEPDB1` }), '(SERVICE_NAME=FREEPDB1)'],
    [
      'a descriptor',
      (port) => ({ tns: descriptor(port, '(SERVICE_NAME=A)(SERVER=DEDICATED)') }),
      '(SERVER=DEDICATED)',
    ],
    [
      'a descriptor that does not fit into the first packet',
      (port) => ({ tns: descriptor(port, `(SERVICE_NAME=${'long.'.repeat(60)}end)`) }),
      `${'long.'.repeat(60)}end)`,
    ],
  ])('%s', async (_what, config, words) => {
    const { port, descriptors } = await listener()
    await visit(config(port))
    expect(descriptors.length).toBeGreaterThan(0)
    for (const heard of descriptors) expect(heard).toContain(words)
  })

  test('a name of tnsnames.ora in a folder beside the config', async () => {
    const { port, descriptors } = await listener()
    const folder = folderWith('tnsnames.ora', `HR = ${descriptor(port, '(SERVICE_NAME=HRPDB)')}\n`)
    await visit({ tns: 'hr', config_dir: '.' }, folder)
    expect(descriptors[0]).toContain('(SERVICE_NAME=HRPDB)')
  })

  test('the second of two addresses, where the first does not answer', async () => {
    const gone = await listener()
    await gone.stop()
    const { port, descriptors } = await listener()
    const address = (at: number) => `(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${at}))`
    await visit({
      tns: `(DESCRIPTION=(ADDRESS_LIST=${address(gone.port)}${address(port)})(CONNECT_DATA=(SERVICE_NAME=S)))`,
    })
    expect(descriptors[0]).toContain('(SERVICE_NAME=S)')
  })

  test('nothing of the password', async () => {
    const { port, descriptors, seen } = await listener()
    await visit({ host: '127.0.0.1', port, service_name: 'S' })
    expect(JSON.stringify([descriptors, seen])).not.toContain(TNS_PASSWORD)
  })
})

describe.skipIf(!hasOpenssl)('with TLS', () => {
  let certificates: string
  beforeAll(() => {
    certificates = makeCertificates()
    return () => rmSync(certificates, { recursive: true })
  })
  const read = (name: string) => readFileSync(join(certificates, name))
  const secure = () => listener({ cert: read('server.crt'), key: read('server.key') })
  /** Key and certificate of the client, then its authority: the driver takes no wallet without a key. */
  const wallet = (...parts: readonly string[]) => folderWith('ewallet.pem', parts.map(read).join('\n'))
  const trusted = ['server.key', 'server.crt', 'ca.crt'] as const
  const other = ['other.key', 'other.crt'] as const

  test('the authority of the wallet is trusted', async () => {
    const { port, descriptors } = await secure()
    const config = { host: 'localhost', port, service_name: 'S', protocol: 'tcps' }
    await visit({ ...config, wallet_location: wallet(...trusted) })
    expect(descriptors[0]).toContain('(PROTOCOL=tcps)')
  })

  test.each<readonly [string, readonly string[], string, boolean]>([
    ['another authority', other, 'localhost', true],
    ['another host', trusted, '127.0.0.1', true],
    ['another authority, the host not checked', other, 'localhost', false],
  ])('%s is not', async (_what, authority, host, verify_server_name) => {
    const { port, descriptors } = await secure()
    const config = { host, port, service_name: 'S', protocol: 'tcps', verify_server_name }
    await expect(visit({ ...config, wallet_location: wallet(...authority) })).rejects.toMatchObject({
      code: 'unavailable',
      message: "The database server's certificate could not be verified.",
    })
    expect(descriptors).toEqual([])
  })

  test('another host is, when it is not checked', async () => {
    const { port, descriptors } = await secure()
    const config = { host: '127.0.0.1', port, service_name: 'S', protocol: 'tcps', verify_server_name: false }
    await visit({ ...config, wallet_location: wallet(...trusted) })
    expect(descriptors.length).toBeGreaterThan(0)
  })

  test.each(['ca.crt', 'names'])('a wallet without a key says so: %s', async (part) => {
    const { port } = await secure()
    const config = { host: 'localhost', port, service_name: 'S', protocol: 'tcps' }
    await expect(visit({ ...config, wallet_location: wallet(part) })).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The wallet of the database cannot be read.',
      hint: expect.stringMatching(/private key/),
    })
  })
})
