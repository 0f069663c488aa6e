import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { openMemory } from '../../adapters/database/memory/open.ts'
import { readZip } from '../../src/system/package/read-zip.ts'
import type { SystemStore } from '../../src/system/store.ts'
import { ADMIN, askOf, signIn } from '../accounts/people.ts'
import { type House, keyOf, openHouse } from '../helpers/house.ts'
import { packagesOf } from './packages.ts'
import { everything, openOrders, openStore, readAll } from './world.ts'

const OPTIONS = { overwrite: false }

async function filled(adapter = openMemory()) {
  const store = await openStore(adapter)
  await store.change(async (writer) => {
    await writer.upsertService({
      name: 'shop',
      type: 'box',
      config: { database: '/data/shop.db', password: 'hunter2' },
    })
    await writer.upsertRole({ name: 'reader', rules: [readAll] })
    await writer.upsertRole({ name: 'idle', rules: [] })
    await writer.upsertApp({ name: 'agent', role: 'reader', apiKey: 'k'.repeat(64) })
    await writer.upsertTool(openOrders)
    await writer.upsertLookups([{ name: 'region', value: 'north', isPrivate: false }])
  })
  return store
}

async function zipOf(files: Readonly<Record<string, unknown>>): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [path, content] of Object.entries(files))
    zip.addBuffer(Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content)), path)
  zip.end()
  return await buffer(Readable.from(zip.outputStream))
}

const MANIFEST = { version: '0.1', service: { system: { role: ['good'] } } }
const GOOD = { 'package.json': MANIFEST, 'system/role.json': { resource: [{ name: 'good' }] } }

/** As `zipOf`, with one text replaced by another of its length. */
async function forged(files: Readonly<Record<string, unknown>>, from: string, to: string): Promise<Buffer> {
  const text = (await zipOf(files)).toString('latin1')
  expect([text.includes(from), from.length]).toEqual([true, to.length])
  return Buffer.from(text.replaceAll(from, to), 'latin1')
}

test('what a manifest names, and no secret, is in the file', async () => {
  const packages = packagesOf(await filled())
  expect(packages.manifest()).toMatchObject({
    version: '0.1',
    df_version: '9.9.9',
    secured: false,
    service: {
      system: { service: ['shop'], role: ['idle', 'reader'], app: ['agent'], user: [], lookup: ['region'] },
    },
  })
  const system = { service: true, role: ['READER'], app: ['agent'] }
  const files = await readZip(await packages.exportZip({ service: { system } }))
  expect([...files.keys()]).toEqual([
    'package.json',
    'system/service.json',
    'system/role.json',
    'system/app.json',
  ])
  const text = [...files.values()].join('\n')
  expect(text).not.toContain('hunter2')
  expect(text).not.toContain('kkkk')
  expect(text).not.toContain('idle')
  expect(JSON.parse(String(files.get('package.json'))).service.system).toMatchObject({
    role: ['reader'],
    lookup: [],
  })
})

test('a manifest of the server is one for the server, and the file makes another instance the same', async () => {
  const one = await filled()
  const packages = packagesOf(one)
  const { service } = packages.manifest()
  const bytes = await packages.exportZip({ ...packages.manifest(), service })
  const other = await openStore(openMemory())
  const target = packagesOf(other, { CONFIG_SHOP_PASSWORD: 'other-secret' })
  const result = await target.importZip(bytes, OPTIONS)
  expect(result.created).toMatchObject({ services: ['shop'], roles: ['idle', 'reader'], apps: ['agent'] })
  const exported = (store: SystemStore) => ({ ...packagesOf(store).export(), exported_at: '' })
  expect(exported(other)).toEqual(exported(one))
})

test.each([
  [
    'an unknown role',
    { service: { system: { role: ['raeder'] } } },
    "There is no role 'raeder'. Did you mean 'reader'?",
  ],
  ['tables', { service: { shop: { _table: ['orders'] } } }, 'service'],
  ['unknown records', { service: { system: { event: true } } }, 'service.system'],
  ['encryption', { secured: true, service: { system: {} } }, 'secured'],
  ['nothing', {}, 'service'],
  ['no object', undefined, 'the manifest'],
])('a manifest with %s is refused', async (_what, manifest, problem) => {
  const packages = packagesOf(await filled())
  await expect(packages.exportZip(manifest)).rejects.toMatchObject({
    code: 'bad_request',
    message: expect.stringContaining(problem),
  })
})

const bomb = () => zipOf({ ...GOOD, 'system/app.json': Buffer.alloc(33 * 1024 * 1024) })
/** Says that it unpacks to fewer bytes than it does (APPNOTE.TXT 4.3.12: the size stands 24 bytes into a central header). */
const liar = async () => {
  const bytes = await zipOf({ ...GOOD, 'system/app.json': Buffer.alloc(1024 * 1024) })
  const at = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]))
  bytes.writeUInt32LE(1000, at + 24)
  return bytes
}

describe('a zip file', () => {
  test.each<[string, () => Promise<Buffer>, string]>([
    ['that is none', async () => Buffer.from('PK, not really'), 'it is broken'],
    ['that is empty', async () => Buffer.alloc(0), 'it is broken'],
    ['that is cut short', async () => (await zipOf(GOOD)).subarray(0, 150), 'it is broken'],
    [
      'with a path that climbs',
      () => forged({ ...GOOD, 'aaaaaa.json': 1 }, 'aaaaaa.json', '../../.json'),
      'a path that leaves it',
    ],
    [
      'with a whole path',
      () => forged({ ...GOOD, 'aaaaaa.json': 1 }, 'aaaaaa.json', '/etc/a.json'),
      'a path that leaves it',
    ],
    [
      'with a path of another system',
      () => forged({ ...GOOD, 'aaaaaa.json': 1 }, 'aaaaaa.json', 'C:\\aaa.json'),
      'a path that leaves it',
    ],
    ['that unpacks to too much', bomb, 'it unpacks to more than 33554432 bytes'],
    ['that lies about its size', liar, 'it is broken'],
    [
      'with too many files',
      () => zipOf(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`f${n}`, n]))),
      'more than 100 files',
    ],
    [
      'with a file twice',
      () => forged({ ...GOOD, 'system/rolf.json': 1 }, 'system/rolf.json', 'system/role.json'),
      'twice',
    ],
    ['with a strange file', () => zipOf({ ...GOOD, 'system/event.json': 1 }), "'system/event.json'"],
    ['inside a zip file', async () => zipOf({ ...GOOD, 'inner.zip': await zipOf(GOOD) }), "'inner.zip'"],
    ['without a manifest', () => zipOf({ 'system/role.json': { resource: [] } }), 'it has no package.json'],
    [
      'of another version',
      () => zipOf({ ...GOOD, 'package.json': { ...MANIFEST, version: '2' } }),
      'no manifest of version 0.1',
    ],
    [
      'that is not JSON',
      () => zipOf({ ...GOOD, 'system/role.json': Buffer.from('{') }),
      'system/role.json is not JSON',
    ],
    [
      'with lists in lists without end',
      () => zipOf({ ...GOOD, 'system/role.json': Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)) }),
      'more than 200 levels',
    ],
    [
      'with a key that is a trap',
      () =>
        zipOf({ ...GOOD, 'system/role.json': Buffer.from('{"resource":[{"name":"good","__proto__":{}}]}') }),
      'system/role.json',
    ],
    ['that lacks what it names', () => zipOf({ 'package.json': MANIFEST }), 'it has no system/role.json'],
    [
      'that hides records',
      () => zipOf({ ...GOOD, 'system/app.json': { resource: [{ name: 'a' }] } }),
      'other records',
    ],
    [
      'with another record than it names',
      () => zipOf({ ...GOOD, 'system/role.json': { resource: [{ name: 'evil' }] } }),
      'other records',
    ],
    [
      'with another address than it names',
      () =>
        zipOf({
          'package.json': { ...MANIFEST, service: { system: { user: ['una'] } } },
          'system/user.json': { resource: [{ name: 'una', email: 'eve@example.com' }] },
        }),
      'other records',
    ],
    [
      'with a record without a name',
      () => zipOf({ ...GOOD, 'system/role.json': { resource: [null] } }),
      'other records',
    ],
    [
      'that names what no package has',
      () =>
        zipOf({
          ...GOOD,
          'package.json': { ...MANIFEST, service: { system: { role: ['good'], event: ['x'] } } },
        }),
      'no manifest',
    ],
    [
      'with an unknown key',
      () => zipOf({ ...GOOD, 'package.json': { ...MANIFEST, scripts: {} } }),
      'no manifest',
    ],
    [
      'with a path that a config takes out of it',
      () =>
        zipOf({
          'package.json': { ...MANIFEST, service: { system: { service: ['new'] } } },
          'system/service.json': { resource: [{ name: 'new', type: 'box', config: { database: '../x' } }] },
        }),
      'the path leaves the data folder',
    ],
    [
      'with a circle of lookups',
      () =>
        zipOf({
          'package.json': { ...MANIFEST, service: { system: { lookup: ['a', 'b'] } } },
          'system/lookup.json': {
            resource: [
              { name: 'a', value: '{b}' },
              { name: 'b', value: '{A}' },
            ],
          },
        }),
      "lookups[0].value: 'a' stands for itself",
    ],
    [
      'with records that do not hold',
      () => zipOf({ ...GOOD, 'system/role.json': { resource: [{ name: 'good', id: 1 }] } }),
      'Unrecognized key: "id"',
    ],
  ])('%s changes nothing', async (_what, make, problem) => {
    const adapter = openMemory()
    const store = await filled(adapter)
    const before = await everything(adapter)
    await expect(packagesOf(store).importZip(await make(), { overwrite: true })).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining(problem),
    })
    expect(await everything(adapter)).toBe(before)
  })
})

describe('at the door', () => {
  let house: House
  let token: string
  const ask = (...given: Parameters<ReturnType<typeof askOf>>) => askOf(house)(...given)
  const BOUNDARY = 'the-boundary'
  const upload = (bytes: Buffer, path = 'system/package', fields = '') => {
    const head = `${fields}--${BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="p.zip"\r\nContent-Type: application/zip\r\n\r\n`
    const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)])
    const headers = {
      'x-dreamfactory-session-token': token,
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
    }
    return house.rest('POST', `/api/v2/${path}`, { headers, bytes: body })
  }
  const field = (name: string, value: string) =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`

  beforeAll(async () => {
    house = await openHouse({ all: [{ service: 'system', component: '*', verbs: ['GET', 'POST'] }] })
    token = await signIn(house, 'admin', ADMIN)
  })
  afterAll(() => house.close())

  test('the file that POST of a manifest answers is taken in by POST of it', async () => {
    const manifest = await ask('GET', 'system/package', { token })
    const answer = await ask('POST', 'system/package', { token, body: manifest.body })
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toBe('application/zip')
    expect(answer.headers['content-disposition']).toContain('sluice-package.zip')
    const files = await readZip(answer.bytes)
    expect([...files.keys()]).toContain('system/service.json')
    const skipped = await upload(answer.bytes)
    expect([skipped.status, skipped.body]).toMatchObject([
      200,
      { success: true, log: { skipped: { roles: ['all'] } } },
    ])
    const updated = await upload(answer.bytes, 'system/package?overwrite=true')
    expect([updated.status, updated.body]).toMatchObject([
      201,
      { success: true, log: { updated: { roles: ['all'] } } },
    ])
  })

  test('new records are told with the keys of their apps', async () => {
    const role = {
      name: 'packed',
      service_access: [{ service: 'shop', component: '_table/orders', verb_mask: 1 }],
    }
    const bytes = await zipOf({
      'package.json': { version: '0.1', service: { system: { role: ['packed'], app: ['packed'] } } },
      'system/role.json': { resource: [role] },
      'system/app.json': { resource: [{ name: 'packed', role: 'packed' }] },
    })
    const { status, body } = await upload(bytes)
    expect([status, body]).toMatchObject([201, { log: { created: { roles: ['packed'], apps: ['packed'] } } }])
    const key = Object(body).api_keys[0].api_key
    expect((await ask('GET', 'shop/_table/orders?limit=1', { key })).status).toBe(200)
  })

  test('what is not there is refused, and addresses are never fetched', async () => {
    const good = await zipOf(GOOD)
    const refusals = [
      await upload(good, 'system/package?import_url=http://127.0.0.1/x.zip'),
      await upload(good, 'system/package', field('import_url', 'http://169.254.169.254/')),
      await ask('POST', 'system/package', { token, body: { import_url: 'http://[::1]/' } }),
      await upload(good, 'system/package', field('password', 'secret')),
      await ask('POST', 'system/package', {
        token,
        body: { service: { system: {} }, storage: { name: 'files' } },
      }),
      await ask('POST', 'system/package', { token, body: { service: { system: {} }, password: 'secret' } }),
      await ask('POST', 'system/package/1', { token, body: {} }),
    ]
    expect(refusals.map(({ status }) => status)).toEqual([400, 400, 400, 501, 501, 501, 400])
    expect(refusals[0]?.text).toContain('Invalid import URL')
    const names = [...house.app.store.snapshot().roleById.values()].map(({ name }) => name)
    expect(names).not.toContain('good')
  })

  test('a role does neither, whatever its rules say', async () => {
    const key = keyOf('all')
    expect((await ask('GET', 'system/package', { key })).status).toBe(403)
    expect((await ask('POST', 'system/package', { key, body: { service: { system: {} } } })).status).toBe(403)
  })

  test('a form that ends too early, or has too many parts, is refused', async () => {
    const headers = {
      'x-dreamfactory-session-token': token,
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
    }
    const send = (text: string) =>
      house.rest('POST', '/api/v2/system/package', { headers, bytes: Buffer.from(text) })
    const end = `--${BOUNDARY}--\r\n`
    const all = [
      await send(''),
      await send(field('a', '1')),
      await send(`${field('a', '1').repeat(101)}${end}`),
      await send(`${field('a', 'x'.repeat(70_000))}${end}`),
      await send(end),
      await house.rest('POST', '/api/v2/system/package', {
        headers: { ...headers, 'content-type': 'multipart/form-data' },
        bytes: Buffer.from(field('a', '1')),
      }),
    ]
    expect(all.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400])
  })
})
